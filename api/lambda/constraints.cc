#include "api/lambda/constraints.h"

#include <climits>

#include "engine/api_error.h"

namespace api::lambda {

namespace {

using nlohmann::json;

std::string lower_camel(std::string name) {
  name[0] = static_cast<char>(name[0] | 0x20);
  return name;
}

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
  const auto path = lower_camel(name);
  if (number < min) {
    refuse(std::to_string(number), path,
           "Member must have value greater than or equal to " + std::to_string(min));
  } else if (number > max) {
    refuse(std::to_string(number), path,
           "Member must have value less than or equal to " + std::to_string(max));
  }
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
  std::string error = "Value '";
  error.append(value).append("' at '").append(path);
  error.append("' failed to satisfy constraint: ").append(constraint);
  errors_.push_back(std::move(error));
}

void Members::refuse_null(std::string_view path) {
  errors_.push_back("Value null at '" + std::string(path) +
                    "' failed to satisfy constraint: Member must not be null");
}

void Members::need_length_max(const std::string& value, std::string_view path, std::size_t max) {
  if (value.size() <= max) return;
  refuse(value, path, "Member must have length less than or equal to " + std::to_string(max));
}

void Members::add(const Members& others) {
  errors_.insert(errors_.end(), others.errors_.begin(), others.errors_.end());
}

void Members::check() const {
  if (errors_.empty()) return;
  std::string message = std::to_string(errors_.size());
  message += errors_.size() == 1 ? " validation error detected: " : " validation errors detected: ";
  for (std::size_t i = 0; i < errors_.size(); ++i) {
    if (i > 0) message += "; ";
    message += errors_[i];
  }
  throw engine::validation_error(message);
}

}  // namespace api::lambda
