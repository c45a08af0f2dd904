// Stored bytes that may be anything: what passes for an item can be walked, rendered, counted, and
// built again from its parts.

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/value/encoding.h"
#include "engine/value/number.h"
#include "fuzz.h"

namespace {

using engine::Type;
using engine::Value;
using engine::ValueView;

using Entries = std::vector<std::pair<std::string, Value>>;

Value built_again(ValueView value);

Entries entries_of(engine::MapView map) {
  Entries entries;
  for (const auto& [name, value] : map) {
    const auto found = map.find(name);
    fuzz::require(found && *found == value, "what is there is found");
    entries.emplace_back(name, built_again(value));
  }
  fuzz::require(entries.size() == map.size(), "a map has as many entries as it counts");
  return entries;
}

Value built_again(ValueView value) {
  switch (value.type()) {
    case Type::string:
      return Value::string(value.text());
    case Type::binary:
      return Value::binary(value.text());
    case Type::number:
      return Value::number(engine::Number::decode(value.number()).text());
    case Type::boolean:
      return Value::boolean(value.boolean());
    case Type::null:
      return Value::null();
    case Type::map:
      return Value::map(entries_of(value.map()));
    case Type::list: {
      std::vector<Value> elements;
      for (const auto& element : value.list()) {
        fuzz::require(value.list().at(elements.size()) == element, "elements are where they are");
        elements.push_back(built_again(element));
      }
      fuzz::require(elements.size() == value.list().size(), "a list is as long as it counts");
      return Value::list(elements);
    }
    default: {
      std::vector<std::string> elements;
      for (const auto element : value.set().elements()) {
        fuzz::require(value.set().contains(element), "a set contains its elements");
        elements.emplace_back(element);
      }
      fuzz::require(elements.size() == value.set().size(), "a set is as large as it counts");
      return Value::set(value.type(), std::move(elements));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Exactly as much memory as there are bytes: one step too far is seen.
  const std::vector<char> stored(data, data + size);
  const std::string_view bytes(stored.data(), stored.size());
  if (!engine::encoding::is_well_formed(bytes)) return 0;
  const engine::MapView item(bytes);
  fuzz::require(engine::Item::of(entries_of(item)).bytes() == bytes, "built again it is the same");
  fuzz::require(item.size_bytes() >= item.size(), "every attribute counts for something");

  // Strings may hold what JSON may not; but whatever is JSON is this item.
  simdjson::dom::parser parser;
  std::string text = fuzz::json_of(item);
  if (const auto json = fuzz::parsed(parser, text)) {
    fuzz::require(engine::item_from_json(*json).bytes() == bytes, "its JSON is the same item");
  }
  return 0;
}
