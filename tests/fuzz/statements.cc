// PartiQL statements with their parameters. An input is a line and a statement:
//
//     [{"N": "1"}]
//     UPDATE t SET n = n + ? WHERE pk = 'a'
//
// Conditions and updates are tried on an item that has something of everything.

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/expression/expression.h"
#include "engine/partiql/lexer.h"
#include "engine/partiql/parser.h"
#include "fuzz.h"
#include "sample_item.h"

namespace {

using engine::Item;
using engine::partiql::Tree;
namespace partiql = engine::partiql;

std::vector<engine::Value> parameters_of(std::string json) {
  std::vector<engine::Value> parameters;
  simdjson::dom::parser parser;
  simdjson::dom::array values;
  const auto parsed = fuzz::parsed(parser, json);
  if (!parsed || parsed->get(values) != simdjson::SUCCESS) return parameters;
  for (const engine::JsonView value : values) parameters.push_back(engine::value_from_json(value));
  return parameters;
}

/// The same statement, with other spaces and without comments.
std::string respaced(std::string_view text) {
  std::string respaced;
  for (const auto& token : partiql::tokens_of(text)) {
    respaced += ' ';
    respaced += token.text;
  }
  return respaced;
}

void try_condition(std::optional<engine::expression::ConditionNode>& where) {
  if (where) fuzz::ask(engine::Condition::of(std::move(*where)));
}

void try_out(partiql::Select& select) { try_condition(select.where); }
void try_out(partiql::Exists& exists) { try_condition(exists.select.where); }
void try_out(partiql::Delete& remove) { try_condition(remove.where); }

void try_out(partiql::Update& update) {
  fuzz::require(!update.actions.empty(), "an update does something");
  try_condition(update.where);
  fuzz::apply(engine::Update::of(std::move(update.actions)));
}

void try_out(partiql::Insert& insert) {
  const Item& item = insert.item;
  fuzz::require(engine::encoding::is_well_formed(item.bytes()), "an INSERT has an item");
  simdjson::dom::parser parser;
  std::string json = fuzz::json_of(item);
  const auto parsed = fuzz::parsed(parser, json);
  fuzz::require(parsed && engine::item_from_json(*parsed) == item, "there and back it is the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(input.find('\n'), input.size());
  const auto text = input.substr(std::min(line + 1, input.size()));
  // It comes out of JSON.
  if (!simdjson::validate_utf8(text.data(), text.size())) return 0;
  const auto parameters =
      fuzz::unless_refused([&] { return parameters_of(std::string(input.substr(0, line))); });
  if (!parameters) return 0;

  auto tree = fuzz::unless_refused([&] { return partiql::parse(text, *parameters); });
  const auto again =
      fuzz::unless_refused([&] { return partiql::parse(respaced(text), *parameters); });
  fuzz::require(tree.has_value() == again.has_value(), "spaces make no difference");
  if (!tree) return 0;
  fuzz::require(tree->index() == again->index(), "spaces make no other statement");
  std::visit([](auto& statement) { try_out(statement); }, *tree);
  return 0;
}
