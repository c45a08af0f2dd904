#include "api/lambda/constraints.h"

#include <climits>

#include "engine/api_error.h"

namespace api::lambda {

namespace {

using nlohmann::json;

std::string_view type_of(const json& value) {
  switch (value.type()) {
    case json::value_t::string:
      return "STRING_VALUE";
    case json::value_t::boolean:
      return value.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::value_t::object:
      return "START_OBJECT";
    case json::value_t::array:
      return "START_ARRAY";
    case json::value_t::number_float:
      return "DECIMAL_VALUE";
    default:
      return "NUMBER_VALUE";
  }
}

engine::ApiError wrong_type(const json& value, std::string_view wanted) {
  return engine::serialization_error(std::string(type_of(value)) + " can not be converted to " +
                                     std::string(wanted));
}

const json* member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

json Members::parse(const std::string& body) {
  if (body.empty()) return json::object();
  auto parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) {
    throw engine::ApiError("InvalidRequestContentException",
                           "Could not parse request body into json: it is not a JSON object");
  }
  return parsed;
}

std::optional<std::string> Members::text(const char* name) const {
  const auto* value = member(object_, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) throw wrong_type(*value, "a String");
  return value->get<std::string>();
}

std::optional<int> Members::integer(const char* name, int min, int max) {
  const auto* value = member(object_, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) throw wrong_type(*value, "an Integer");
  const auto number = value->get<long long>();
  checks_.range(lower_camel(name), number, min, max);
  return static_cast<int>(std::clamp<long long>(number, INT_MIN, INT_MAX));
}

std::optional<bool> Members::boolean(const char* name) const {
  const auto* value = member(object_, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) throw wrong_type(*value, "a Boolean");
  return value->get<bool>();
}

const json* Members::structure(const char* name) const {
  const auto* value = member(object_, name);
  if (value != nullptr && !value->is_object()) throw wrong_type(*value, "a structure");
  return value;
}

const json* Members::list(const char* name) const {
  const auto* value = member(object_, name);
  if (value != nullptr && !value->is_array()) throw wrong_type(*value, "a list");
  return value;
}

void Members::refuse(std::string_view value, std::string_view path, std::string_view constraint) {
  checks_.add("'" + std::string(value) + "'", std::string(path), std::string(constraint));
}

void Members::refuse_null(std::string_view path) {
  checks_.add("null", std::string(path), "Member must not be null");
}

void Members::need_length_max(const std::string& value, std::string_view path, std::size_t max) {
  checks_.length(std::string(path), value, 0, max);
}

void Members::check() const { checks_.done(); }

std::string lower_camel(std::string name) {
  name[0] = static_cast<char>(name[0] | 0x20);
  return name;
}

}  // namespace api::lambda
