#include "engine/table/table.h"

#include <algorithm>

#include "engine/api_error.h"
#include "engine/hash.h"
#include "engine/limits.h"
#include "engine/table/index_keys.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

void require_not_empty(const KeyAttribute& attribute, ValueView value) {
  if (value.type() == Type::number || !value.text().empty()) return;
  throw validation_error("One or more parameter values are not valid. " + empty_key_text(value) +
                         " Key: " + attribute.name);
}

/// What is wrong with a key value that has the right type (dynamodb.md 4.5).
void check_length(const KeyAttribute& attribute, ValueView value, bool is_partition) {
  if (value.type() == Type::number) return;
  require_not_empty(attribute, value);
  const auto length = value.text().size();
  if (is_partition && length > limits::partition_key_bytes_max) {
    throw invalid_parameter_values(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (!is_partition && length > limits::sort_key_bytes_max) {
    throw invalid_parameter_values(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
}

std::string store_key(const Table& table, ValueView partition, const ValueView* sort) {
  check_length(table.key.partition, partition, true);
  if (sort != nullptr) check_length(*table.key.sort, *sort, false);
  std::string key = table.partition_prefix(partition);
  if (sort != nullptr) append_key_value(key, *sort);
  return key;
}

ValueView key_value_of_item(const KeyAttribute& attribute, MapView item) {
  const auto value = item.find(attribute.name);
  if (!value) throw invalid_parameter_values("Missing the key " + attribute.name + " in the item");
  if (value->type() != attribute.type) {
    throw invalid_parameter_values("Type mismatch for key " + attribute.name +
                                   " expected: " + std::string(type_name(attribute.type)) +
                                   " actual: " + std::string(type_name(value->type())));
  }
  return *value;
}

ValueView key_value_of_key(const KeyAttribute& attribute, MapView key) {
  const auto value = key.find(attribute.name);
  if (!value || value->type() != attribute.type) {
    throw validation_error("The provided key element does not match the schema");
  }
  return *value;
}

}  // namespace

std::uint64_t partition_hash(ValueView partition_key) { return stable_hash(partition_key.bytes()); }

std::string Table::key_of(MapView item) const {
  const auto partition = key_value_of_item(key.partition, item);
  if (!key.sort) return store_key(*this, partition, nullptr);
  const auto sort = key_value_of_item(*key.sort, item);
  return store_key(*this, partition, &sort);
}

std::string Table::key_of_key(MapView given) const {
  const std::size_t expected = key.sort ? 2 : 1;
  if (given.size() != expected) {
    throw validation_error("The provided key element does not match the schema");
  }
  const auto partition = key_value_of_key(key.partition, given);
  if (!key.sort) return store_key(*this, partition, nullptr);
  const auto sort = key_value_of_key(*key.sort, given);
  return store_key(*this, partition, &sort);
}

void Table::require_no_empty_key(MapView given) const {
  const auto look_at = [&](const KeyAttribute& attribute) {
    const auto value = given.find(attribute.name);
    if (value && value->type() == attribute.type) require_not_empty(attribute, *value);
  };
  look_at(key.partition);
  if (key.sort) look_at(*key.sort);
}

std::string Table::partition_prefix(ValueView partition) const {
  std::string prefix;
  prefix.reserve(64);
  storage::append_u32(prefix, id);
  storage::append_u16(prefix, hash_prefix(partition_hash(partition)));
  append_key_value(prefix, partition);
  return prefix;
}

Item Table::key_attributes(MapView item) const {
  std::vector<std::pair<std::string, Value>> attributes;
  attributes.emplace_back(key.partition.name, Value(item.find(key.partition.name).value()));
  if (key.sort) attributes.emplace_back(key.sort->name, Value(item.find(key.sort->name).value()));
  return Item::of(std::move(attributes));
}

bool Table::is_key_attribute(std::string_view name) const {
  return name == key.partition.name || (key.sort && name == key.sort->name);
}

std::shared_ptr<const Index> Table::index(std::string_view index_name) const {
  const auto has_name = [&](const auto& index) { return index->name == index_name; };
  const auto found = std::find_if(indexes.begin(), indexes.end(), has_name);
  return found == indexes.end() ? nullptr : *found;
}

std::shared_ptr<const VectorIndex> Table::vector_index(std::string_view index_name) const {
  const auto has_name = [&](const auto& index) { return index->name == index_name; };
  const auto found = std::find_if(vector_indexes.begin(), vector_indexes.end(), has_name);
  return found == vector_indexes.end() ? nullptr : *found;
}

bool Table::has_local_index() const {
  return std::any_of(indexes.begin(), indexes.end(),
                     [](const auto& index) { return !index->is_global; });
}

}  // namespace engine
