#include "api/shape_types.h"

#include <string>

#include "api/shape_errors.h"
#include "engine/api_error.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::serialization_error;
using Type = simdjson::dom::element_type;

/// Where a value stands: the texts for a member differ from those for an element.
enum class Place { member, element };

void require_type(const Shape& shape, JsonView value, Place place);

bool is_scalar(const Shape& shape) {
  return shape.kind != Kind::list && shape.kind != Kind::map && shape.kind != Kind::structure;
}

/// AWS's name of a scalar JSON value.
std::string_view token_of(JsonView value) {
  switch (value.type()) {
    case Type::STRING:
      return "STRING_VALUE";
    case Type::DOUBLE:
      return "DECIMAL_VALUE";
    case Type::BOOL:
      return bool(value) ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "NUMBER_VALUE";
  }
}

std::string class_of(const Shape& shape) {
  switch (shape.kind) {
    case Kind::string:
      return "java.lang.String";
    case Kind::integer:
      return "java.lang.Integer";
    case Kind::long_integer:
      return "java.lang.Long";
    case Kind::decimal:
      return "java.lang.Double";
    case Kind::boolean:
      return "java.lang.Boolean";
    case Kind::blob:
      return "java.nio.ByteBuffer";
    case Kind::list:
      return "java.util.List<" + class_of(*shape.element) + ">";
    case Kind::map:
      return "java.util.Map<java.lang.String, " + class_of(*shape.element) + ">";
    case Kind::structure:
      break;
  }
  return "com.amazonaws.dynamodb.v20120810." + std::string(shape.name);
}

engine::ApiError cannot_convert(JsonView value, const Shape& shape) {
  const std::string name = class_of(shape);
  return serialization_error(std::string(token_of(value)) + " cannot be converted to " +
                             name.substr(name.rfind('.') + 1));
}

void require_base64(JsonView value) {
  if (!value.is_string()) {
    throw serialization_error("only base-64-encoded strings are convertible to bytes");
  }
  const std::string_view text = value;
  if (text.size() % 4 != 0) {
    throw serialization_error(
        "Base64 encoded length is expected a multiple of 4 bytes but found: " +
        std::to_string(text.size()));
  }
  if (!engine::decode_base64(text)) {
    throw serialization_error("Invalid last non-pad Base64 character dectected");
  }
}

void require_scalar(const Shape& shape, JsonView value) {
  if (value.is_object()) {
    throw serialization_error("Start of structure or map found where not expected");
  }
  if (value.is_array()) {
    throw serialization_error("Unrecognized collection type class " + class_of(shape));
  }
  switch (shape.kind) {
    case Kind::string:
      if (!value.is_string()) throw cannot_convert(value, shape);
      return;
    case Kind::blob:
      return require_base64(value);
    case Kind::boolean:
      if (value.is_number()) throw cannot_convert(value, shape);
      if (value.is_string() && !boolean_of_text(std::string_view(value))) {
        throw serialization_error("Unexpected token received from parser");
      }
      return;
    default:
      if (!value.is_number()) throw cannot_convert(value, shape);
  }
}

/// A scalar where a list, a map or a structure should be.
engine::ApiError not_made_of(const Shape& shape, Place place) {
  if (place == Place::member) return serialization_error("Unexpected field type");
  if (shape.kind == Kind::structure) {
    return serialization_error("Unexpected value type in payload");
  }
  return serialization_error(
      "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
      "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
      "java.lang.Class are in module java.base of loader 'bootstrap')");
}

void require_list(const Shape& shape, JsonView value, Place place) {
  if (value.is_object()) {
    throw serialization_error("Start of structure or map found where not expected");
  }
  if (!value.is_array()) throw not_made_of(shape, place);
  for (const JsonView element : simdjson::dom::array(value)) {
    if (!element.is_null()) require_type(*shape.element, element, Place::element);
  }
}

void require_members(const Shape& shape, simdjson::dom::object object, bool scalars) {
  for (const auto& [name, value] : object) {
    const Member* const member = shape.member(name);
    if (member == nullptr || value.is_null() || is_scalar(*member->shape) != scalars) continue;
    require_type(*member->shape, value, Place::member);
  }
}

void require_type(const Shape& shape, JsonView value, Place place) {
  if (is_scalar(shape)) return require_scalar(shape, value);
  if (shape.kind == Kind::list) return require_list(shape, value, place);
  if (value.is_array()) {
    throw serialization_error("Unrecognized collection type " +
                              std::string(shape.kind == Kind::map ? "" : "class ") +
                              class_of(shape));
  }
  if (!value.is_object()) throw not_made_of(shape, place);
  const simdjson::dom::object object = value;
  if (shape.kind == Kind::structure) {
    require_members(shape, object, false);
    require_members(shape, object, true);
    return;
  }
  for (const auto& [key, element] : object) {
    if (!element.is_null()) require_type(*shape.element, element, Place::element);
  }
}

}  // namespace

void require_types(const Shape& shape, JsonView body) { require_type(shape, body, Place::member); }

}  // namespace api
