#include "api/shape.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "api/shape_errors.h"
#include "engine/value/json.h"

namespace api {

namespace {

namespace tables {
#include "model_tables.inc"
}  // namespace tables

using Type = simdjson::dom::element_type;

bool fits(const Shape& shape, JsonView value);

bool is_base64(JsonView value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS && engine::is_base64(text);
}

/// As `fits`, for the shape that the bytes of most requests are of.
bool fits_attribute_value(JsonView value) {
  simdjson::dom::object members;
  if (value.get(members) != simdjson::SUCCESS) return false;
  for (const auto& [name, member] : members) {
    const Type type = member.type();
    if (name == "S" || name == "N") {
      if (type != Type::STRING) return false;
    } else if (name == "B") {
      if (!is_base64(member)) return false;
    } else if (name == "BOOL" || name == "NULL") {
      if (type != Type::BOOL) return false;
    } else if (name == "M") {
      if (type != Type::OBJECT) return false;
      for (const auto& [key, element] : simdjson::dom::object(member)) {
        if (!fits_attribute_value(element)) return false;
      }
    } else if (name == "L") {
      if (type != Type::ARRAY) return false;
      for (const JsonView element : simdjson::dom::array(member)) {
        if (!fits_attribute_value(element)) return false;
      }
    } else if (name == "SS" || name == "NS") {
      if (type != Type::ARRAY) return false;
      for (const JsonView element : simdjson::dom::array(member)) {
        if (!element.is_string()) return false;
      }
    } else if (name == "BS") {
      if (type != Type::ARRAY) return false;
      for (const JsonView element : simdjson::dom::array(member)) {
        if (!is_base64(element)) return false;
      }
    }
  }
  return true;
}

bool string_fits(const Shape& shape, JsonView value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  if (shape.is_table_name) return is_plain_table_name(text);
  if (!shape.values.empty()) return std::ranges::find(shape.values, text) != shape.values.end();
  return string_keeps_bounds(shape, text);
}

bool structure_fits(const Shape& shape, simdjson::dom::object object) {
  std::uint64_t seen = 0;
  for (const auto& [name, value] : object) {
    const Member* const member = shape.member(name);
    if (member == nullptr || value.is_null()) continue;
    if (!fits(*member->shape, value)) return false;
    seen |= 1ull << (member - shape.members.data());
  }
  for (std::size_t i = 0; i < shape.members.size(); ++i) {
    if (shape.members[i].is_required && (seen & 1ull << i) == 0) return false;
  }
  return true;
}

/// Whether there is certainly nothing to say about `value`. One walk, no allocation. False also
/// where only a closer look can tell.
bool fits(const Shape& shape, JsonView value) {
  switch (shape.kind) {
    case Kind::string:
      return string_fits(shape, value);
    case Kind::integer:
    case Kind::long_integer: {
      std::int64_t number = 0;
      return value.get(number) == simdjson::SUCCESS && number >= shape.min && number <= shape.max;
    }
    case Kind::decimal:
      return value.is_number();
    case Kind::boolean:
      return value.is_bool();
    case Kind::blob:
      return is_base64(value);
    case Kind::list: {
      simdjson::dom::array array;
      if (value.get(array) != simdjson::SUCCESS) return false;
      const auto size = static_cast<long long>(array.size());
      if (size < shape.min || size > shape.max) return false;
      return std::all_of(array.begin(), array.end(), [&](JsonView element) {
        return !element.is_null() && fits(*shape.element, element);
      });
    }
    case Kind::map: {
      simdjson::dom::object object;
      if (value.get(object) != simdjson::SUCCESS) return false;
      const auto size = static_cast<long long>(object.size());
      if (size < shape.min || size > shape.max) return false;
      for (const auto& [key, element] : object) {
        if (element.is_null() || !fits(*shape.element, element)) return false;
        if (shape.batch_max != 0 && !batch_entry_fits(shape, key, element)) return false;
      }
      return true;
    }
    case Kind::structure: {
      if (shape.is_attribute_value) return fits_attribute_value(value);
      simdjson::dom::object object;
      return value.get(object) == simdjson::SUCCESS && structure_fits(shape, object);
    }
  }
  return false;
}

}  // namespace

const Member* Shape::member(std::string_view name) const {
  for (const Member& member : members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

void Input::check(JsonView body) const {
  if (!fits(*shape, body)) explain(*this, body);
}

const Input& input_of(std::string_view service, std::string_view operation) {
  const auto found = std::ranges::find_if(tables::inputs, [&](const Input& input) {
    return input.service == service && input.operation == operation;
  });
  assert(found != std::end(tables::inputs));
  return *found;
}

long long integer_of(JsonView value) {
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return number;
  double decimal = 0;
  if (value.get(decimal) != simdjson::SUCCESS) return 0;
  decimal = std::floor(decimal);
  if (decimal >= 9.2e18) return std::numeric_limits<long long>::max();
  if (decimal <= -9.2e18) return std::numeric_limits<long long>::min();
  return static_cast<long long>(decimal);
}

bool boolean_of(JsonView value) {
  bool truth = false;
  if (value.get(truth) == simdjson::SUCCESS) return truth;
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  return boolean_of_text(text).value_or(false);
}

}  // namespace api
