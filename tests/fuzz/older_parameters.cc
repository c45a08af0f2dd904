// What was before expressions: conditions and updates of whole attributes. An input is one line of
// JSON; `any` makes it enough that one condition holds:
//
//     {"all": [["s", "EQ", {"S": "text"}], ["n", "BETWEEN", {"N": "-2"}, {"N": "2"}]],
//      "updates": [["n", "ADD", {"N": "1"}], ["z", "DELETE"]]}

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "engine/expression/legacy.h"
#include "fuzz.h"
#include "sample_item.h"

namespace {

using engine::AttributeCondition;
using engine::AttributeUpdate;

/// One of the lists in an input: an attribute, what is done with it, and values.
struct Entry {
  std::string attribute;
  std::string word;
  std::vector<engine::Value> values;
};

std::vector<Entry> entries_of(engine::JsonView input, std::string_view name) {
  std::vector<Entry> entries;
  simdjson::dom::array lists;
  if (input[name].get(lists) != simdjson::SUCCESS) return entries;
  for (const auto json : lists) {
    simdjson::dom::array list;
    if (json.get(list) != simdjson::SUCCESS) continue;
    Entry entry;
    for (const auto part : list) {
      std::string_view text;
      if (part.get(text) != simdjson::SUCCESS) {
        entry.values.push_back(engine::value_from_json(part));
      } else {
        (entry.attribute.empty() ? entry.attribute : entry.word) = text;
      }
    }
    if (!entry.attribute.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

bool try_conditions(engine::JsonView input, std::string_view name, engine::Joined joined) {
  static const std::set<std::string, std::less<>> operators = {
      "EQ",       "NE",       "LE",           "LT",          "GE", "GT",     "NULL",
      "NOT_NULL", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH", "IN", "BETWEEN"};
  std::vector<AttributeCondition> conditions;
  for (auto& [attribute, word, values] : entries_of(input, name)) {
    if (!operators.contains(word)) continue;
    conditions.push_back(
        {std::move(attribute), engine::comparison_operator_of(word), std::move(values)});
    conditions.back().require_sense();
  }
  if (conditions.empty()) return false;
  fuzz::ask(engine::condition_of(std::move(conditions), joined));
  return true;
}

bool try_updates(engine::JsonView input) {
  using Action = AttributeUpdate::Action;
  std::vector<AttributeUpdate> updates;
  std::set<std::string> attributes;
  for (auto& [attribute, word, values] : entries_of(input, "updates")) {
    // They come as the members of an object, each there once.
    if (!attributes.insert(attribute).second) continue;
    AttributeUpdate update{.attribute = std::move(attribute)};
    if (word == "ADD") update.action = Action::add;
    if (word == "DELETE") update.action = Action::remove;
    if (!values.empty()) update.value = std::move(values[0]);
    update.require_sense();
    updates.push_back(std::move(update));
  }
  if (updates.empty()) return false;
  fuzz::apply(engine::update_of(std::move(updates)));
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  simdjson::dom::parser parser;
  std::string sent(reinterpret_cast<const char*>(data), size);
  const auto input = fuzz::parsed(parser, sent);
  if (!input || !input->is_object()) return 0;
  fuzz::unless_refused([&] { return try_conditions(*input, "all", engine::Joined::all_hold); });
  fuzz::unless_refused([&] { return try_conditions(*input, "any", engine::Joined::any_holds); });
  fuzz::unless_refused([&] { return try_updates(*input); });
  return 0;
}
