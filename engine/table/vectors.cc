#include "engine/table/vectors.h"

#include <string>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

ApiError wrong_vector(const VectorIndex& index, const std::string& where, const std::string& why) {
  return invalid_parameter_values("Invalid type for parameter " + where + ": " + why +
                                  " IndexName: " + index.name);
}

void require_vector(const VectorIndex& index, ValueView value) {
  if (value.type() != Type::list) {
    throw wrong_vector(index, index.attribute_name,
                       "Expected: a list of 32-bit floating-point numbers Actual: " +
                           std::string(type_name(value.type())));
  }
  std::size_t count = 0;
  for (const auto element : value.list()) {
    const auto where = [&] { return index.attribute_name + "[" + std::to_string(count) + "]"; };
    if (element.type() != Type::number) {
      throw wrong_vector(index, where(),
                         "Expected: a 32-bit floating-point number Actual: " +
                             std::string(type_name(element.type())));
    }
    if (!vector_element(element)) {
      throw wrong_vector(index, where(), "The number does not fit into 32-bit floating point");
    }
    ++count;
  }
  if (count != index.dimensions) {
    throw invalid_parameter_values("Vector dimension " + std::to_string(count) + " of attribute " +
                                   index.attribute_name +
                                   " does not match vector index dimension " +
                                   std::to_string(index.dimensions) + " IndexName: " + index.name);
  }
}

void require_schema_value(const VectorIndex& index, const KeyAttribute& attribute,
                          ValueView value) {
  if (value.type() == attribute.type) return;
  throw invalid_parameter_values("Type mismatch for Index Key " + attribute.name +
                                 " Expected: " + std::string(type_name(attribute.type)) +
                                 " Actual: " + std::string(type_name(value.type())) +
                                 " IndexName: " + index.name);
}

void require_hash_value(const VectorIndex& index, const KeyAttribute& attribute, ValueView value) {
  require_schema_value(index, attribute, value);
  const auto length = key_value_length(value);
  if (length == 0) {
    throw validation_error(
        "One or more parameter values are not valid. A value specified for a secondary index key "
        "is not supported. The AttributeValue for a key attribute cannot contain an empty " +
        std::string(value.type() == Type::string ? "string" : "binary") +
        " value. IndexName: " + index.name + ", IndexKey: " + attribute.name);
  }
  if (length > limits::partition_key_bytes_max) {
    throw invalid_parameter_values(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
}

}  // namespace

void require_vectors(const Table& table, std::optional<MapView> old_item, MapView item) {
  for (const auto& index : table.vector_indexes) {
    const auto changed = [&](const std::string& name) -> std::optional<ValueView> {
      const auto value = item.find(name);
      if (value && old_item && old_item->find(name) == value) return std::nullopt;
      return value;
    };
    if (const auto value = changed(index->attribute_name)) require_vector(*index, *value);
    for (const auto& attribute : index->hash) {
      if (const auto value = changed(attribute.name)) require_hash_value(*index, attribute, *value);
    }
    for (const auto& attribute : index->inline_filters) {
      if (const auto value = changed(attribute.name)) {
        require_schema_value(*index, attribute, *value);
      }
    }
  }
}

}  // namespace engine
