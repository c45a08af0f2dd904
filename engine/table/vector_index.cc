#include "engine/table/vector_index.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstring>

#include "engine/hash.h"
#include "engine/limits.h"
#include "engine/table/entry_key.h"
#include "engine/table/item_key.h"
#include "engine/value/encoding.h"
#include "engine/value/number.h"

namespace engine {

namespace {

/// In the order of `Distance`.
constexpr std::array<std::string_view, 3> distance_names = {"COSINE", "DOT_PRODUCT", "EUCLIDEAN"};

/// No attribute of an item has it, and it comes before all others.
constexpr std::string_view vector_name;

/// Appends the elements of a list as floats; false if it is no list of so many numbers.
bool append_vector(std::string& bytes, ValueView value, std::size_t dimensions) {
  if (value.type() != Type::list) return false;
  std::size_t count = 0;
  for (const auto element : value.list()) {
    if (++count > dimensions || element.type() != Type::number) return false;
    const auto number = vector_element(element);
    if (!number) return false;
    std::array<char, sizeof(float)> raw{};
    std::memcpy(raw.data(), &*number, sizeof(float));
    bytes.append(raw.data(), raw.size());
  }
  return count == dimensions;
}

void append_attribute(std::string& entries, const Attribute& attribute) {
  encoding::append_bytes(entries, attribute.name);
  entries.append(attribute.value.bytes());
}

}  // namespace

std::string_view distance_name(Distance distance) {
  return distance_names[static_cast<std::size_t>(distance)];
}

Distance distance_of(std::string_view name) {
  const auto found = std::ranges::find(distance_names, name);
  assert(found != distance_names.end());
  return static_cast<Distance>(found - distance_names.begin());
}

std::optional<IndexEntry> VectorIndex::entry_of(MapView item, std::string_view item_key) const {
  const auto value = item.find(attribute_name);
  if (!value) return std::nullopt;
  std::string values;
  if (!append_key_values(values, hash, item, limits::partition_key_bytes_max)) return std::nullopt;
  std::string vector;
  vector.reserve(dimensions * sizeof(float));
  if (!append_vector(vector, *value, dimensions)) return std::nullopt;

  std::string entries;
  encoding::append_bytes(entries, vector_name);
  encoding::append_tag(entries, Type::binary);
  encoding::append_bytes(entries, vector);
  if (projection == IndexProjection::all) {
    entries.append(item.bytes());
  } else {
    for (const auto& attribute : item) {
      if (std::ranges::binary_search(projected, attribute.name)) {
        append_attribute(entries, attribute);
      }
    }
  }
  std::string key = partition_start(id, values);
  key += key_values_of(item_key);
  return IndexEntry(std::move(key), Item(std::move(entries)));
}

bool VectorIndex::is_untouched(MapView old_item, MapView new_item) const {
  const auto is_same = [&](const std::string& name) {
    return old_item.find(name) == new_item.find(name);
  };
  return projection != IndexProjection::all && is_same(attribute_name) &&
         std::ranges::all_of(projected, is_same);
}

std::string VectorIndex::partition_prefix(const std::vector<ValueView>& values) const {
  std::string key_values;
  for (const auto value : values) append_key_value(key_values, value);
  return partition_start(id, key_values);
}

void VectorIndex::set_projected(const KeySchema& table_key) {
  projected = non_key_attributes;
  for (const auto* attributes : {&hash, &inline_filters}) {
    for (const auto& attribute : *attributes) projected.push_back(attribute.name);
  }
  projected.push_back(table_key.partition.name);
  if (table_key.sort) projected.push_back(table_key.sort->name);
  std::sort(projected.begin(), projected.end());
  projected.erase(std::unique(projected.begin(), projected.end()), projected.end());
}

std::optional<float> vector_element(ValueView number) {
  std::string text;
  Number::append_text(text, number.number());
  double exact = 0;
  std::from_chars(text.data(), text.data() + text.size(), exact);
  const auto rounded = static_cast<float>(exact);
  return std::isfinite(rounded) ? std::optional(rounded) : std::nullopt;
}

std::string_view vector_of_entry(MapView entry) { return entry.begin()->value.text(); }

MapView attributes_of_entry(MapView entry) {
  const auto vector = entry.begin()->value.bytes();
  const auto* const end = vector.data() + vector.size();
  return MapView(entry.bytes().substr(static_cast<std::size_t>(end - entry.bytes().data())));
}

}  // namespace engine
