#include "engine/table/index_keys.h"

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/table/item_key.h"
#include "engine/table/vectors.h"

namespace engine {

namespace {

bool is_key_type(Type type) {
  return type == Type::string || type == Type::number || type == Type::binary;
}

void require_type(const Index& index, const KeyAttribute& attribute, ValueView value) {
  if (value.type() == attribute.type) return;
  throw invalid_parameter_values("Type mismatch for Index Key " + attribute.name +
                                 " Expected: " + std::string(type_name(attribute.type)) +
                                 " Actual: " + std::string(type_name(value.type())) +
                                 " IndexName: " + index.name);
}

void require_not_empty_to_put(const Index& index, const KeyAttribute& attribute, ValueView value) {
  if (key_value_length(value) > 0) return;
  throw validation_error(
      "One or more parameter values are not valid. A value specified for a secondary index key is "
      "not supported. " +
      empty_key_text(value) + " IndexName: " + index.name + ", IndexKey: " + attribute.name);
}

void require_not_empty_to_update(ValueView value) {
  if (key_value_length(value) > 0) return;
  throw validation_error(
      "One or more parameter values are not valid. The update expression attempted to update a "
      "secondary index key to a value that is not supported. " +
      empty_key_text(value));
}

/// Bytes that the attributes of a key take together; those that are no key values are not counted.
std::size_t bytes_of(const std::vector<KeyAttribute>& attributes, MapView item) {
  std::size_t bytes = 0;
  for (const auto& attribute : attributes) {
    const auto value = item.find(attribute.name);
    if (value && value->type() == attribute.type) bytes += key_value_length(*value);
  }
  return bytes;
}

void require_sizes(const Index& index, MapView item) {
  if (bytes_of(index.partition, item) > limits::partition_key_bytes_max) {
    throw invalid_parameter_values(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (bytes_of(index.sort, item) > limits::sort_key_bytes_max) {
    throw invalid_parameter_values(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
}

template <typename Visit>
void for_each_key_attribute(const Index& index, const Visit& visit) {
  for (const auto& attribute : index.partition) visit(attribute);
  for (const auto& attribute : index.sort) visit(attribute);
}

}  // namespace

std::string empty_key_text(ValueView value) {
  std::string text = "The AttributeValue for a key attribute cannot contain an empty ";
  text += value.type() == Type::string ? "string" : "binary";
  text += " value.";
  return text;
}

void require_index_keys(const Table& table, MapView item) {
  for (const auto& index : table.indexes) {
    for_each_key_attribute(*index, [&](const KeyAttribute& attribute) {
      const auto value = item.find(attribute.name);
      if (!value) return;
      require_type(*index, attribute, *value);
      require_not_empty_to_put(*index, attribute, *value);
    });
    require_sizes(*index, item);
  }
  require_vectors(table, std::nullopt, item);
}

void require_no_empty_index_key(const Table& table, MapView item) {
  for (const auto& index : table.indexes) {
    for_each_key_attribute(*index, [&](const KeyAttribute& attribute) {
      const auto value = item.find(attribute.name);
      if (value && value->type() == attribute.type)
        require_not_empty_to_put(*index, attribute, *value);
    });
  }
}

void require_index_key_value(const Table& table, std::string_view name, ValueView value) {
  for (const auto& index : table.indexes) {
    for_each_key_attribute(*index, [&](const KeyAttribute& attribute) {
      if (attribute.name != name) return;
      require_type(*index, attribute, value);
      require_not_empty_to_update(value);
    });
  }
}

void require_changed_index_keys(const Table& table, std::optional<MapView> old_item, MapView item) {
  for (const auto& index : table.indexes) {
    bool is_changed = false;
    for_each_key_attribute(*index, [&](const KeyAttribute& attribute) {
      const auto value = item.find(attribute.name);
      if (!value || (old_item && old_item->find(attribute.name) == value)) return;
      is_changed = true;
      if (!is_key_type(value->type())) {
        throw validation_error(
            "The update expression attempted to update the secondary index key to unsupported "
            "type");
      }
      require_type(*index, attribute, *value);
      require_not_empty_to_update(*value);
    });
    if (is_changed) require_sizes(*index, item);
  }
  require_vectors(table, old_item, item);
}

}  // namespace engine
