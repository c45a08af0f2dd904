// Expressions with their names and values, on an item that has something of everything. An input is
// up to four lines:
//
//     update
//     SET #l[0] = :n, s = if_not_exists(s, :s)
//     {"#l": "l"}
//     {":n": {"N": "1"}, ":s": {"S": "x"}}
//
// The first is what kind it is: `condition`, `filter`, `update` or `projection`.

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/expression/expression.h"
#include "engine/value/encoding.h"
#include "fuzz.h"
#include "sample_item.h"

namespace {

using engine::ConditionKind;
using engine::Item;
using engine::MapView;

std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

/// As a request gives them, several of one name included.
engine::Placeholders placeholders_of(std::string names_json, std::string values_json) {
  simdjson::dom::parser parser;
  simdjson::dom::object members;
  std::vector<engine::NamePlaceholder> names;
  if (const auto json = fuzz::parsed(parser, names_json);
      json && json->get(members) == simdjson::SUCCESS) {
    for (const auto& [placeholder, name] : members) {
      if (!name.is_string()) continue;
      names.push_back({std::string(placeholder), std::string(std::string_view(name))});
    }
  }
  engine::Placeholders placeholders;
  placeholders.define(std::move(names));

  std::vector<engine::ValuePlaceholder> values;
  if (const auto json = fuzz::parsed(parser, values_json);
      json && json->get(members) == simdjson::SUCCESS) {
    for (const auto& [placeholder, value] : members) {
      engine::Placeholders::check_value_key(placeholder);
      values.push_back({std::string(placeholder), engine::value_from_json(value)});
    }
  }
  placeholders.define(std::move(values));
  return placeholders;
}

/// Asks what may refuse by throwing.
template <class Expression>
void ask_about_keys(const Expression& expression) {
  for (const auto* name : {"pk", "s", "m", "l"}) {
    for (const auto owner : {engine::KeyOwner::table, engine::KeyOwner::index}) {
      fuzz::unless_refused([&] {
        expression.require_scalar_key(name, owner);
        return true;
      });
    }
  }
}

void run_condition(ConditionKind kind, std::string_view text, engine::Placeholders& placeholders) {
  const auto condition = engine::Condition::parse(kind, text, placeholders);
  ask_about_keys(condition);
  fuzz::ask(condition);
}

void run_projection(std::string_view text, engine::Placeholders& placeholders) {
  const auto projection = engine::Projection::parse(text, placeholders);
  ask_about_keys(projection);
  const Item selected = projection.select(fuzz::sample_item());
  fuzz::require(engine::encoding::is_well_formed(selected.bytes()), "a selection is well-formed");
  fuzz::require(selected.size_bytes() <= fuzz::sample_item().size_bytes(),
                "a selection is not larger");
  projection.select(MapView());
}

void run_update(std::string_view text, engine::Placeholders& placeholders) {
  const auto update = engine::Update::parse(text, placeholders);
  ask_about_keys(update);
  fuzz::unless_refused([&] {
    update.require_not_target("pk");
    return true;
  });
  fuzz::apply(update);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto kind = take_line(rest);
  const auto text = take_line(rest);
  const auto names = take_line(rest);
  const auto values = take_line(rest);
  fuzz::unless_refused([&] {
    auto placeholders = placeholders_of(std::string(names), std::string(values));
    if (kind == "condition") run_condition(ConditionKind::condition, text, placeholders);
    if (kind == "filter") run_condition(ConditionKind::filter, text, placeholders);
    if (kind == "projection") run_projection(text, placeholders);
    if (kind == "update") run_update(text, placeholders);
    placeholders.require_all_used();
    return true;
  });
  return 0;
}
