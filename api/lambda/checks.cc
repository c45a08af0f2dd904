#include "api/lambda/checks.h"

#include <algorithm>
#include <charconv>
#include <regex>
#include <utility>

#include "engine/value/json_nesting.h"

namespace api::lambda {

namespace {

const Json* member(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found == body.end() || found->is_null() ? nullptr : &*found;
}

engine::ApiError wrong_type(const std::string& name) {
  return {"SerializationException", "The member " + name + " has the wrong JSON type"};
}

}  // namespace

Json body_of(const std::string& body) {
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) return Json::object();
  if (engine::is_nested_too_deep(body)) {
    throw engine::ApiError("InvalidRequestContentException",
                           "Could not parse request body into json: it is nested too deep");
  }
  try {
    auto members = Json::parse(body);
    if (members.is_object()) return members;
  } catch (const Json::parse_error& error) {
    throw engine::ApiError("InvalidRequestContentException",
                           std::string("Could not parse request body into json: ") + error.what());
  }
  throw engine::ApiError("InvalidRequestContentException",
                         "Could not parse request body into json: it is no object");
}

const Json* object_of(const Json& body, const char* name) {
  const auto* found = member(body, name);
  if (found != nullptr && !found->is_object()) throw wrong_type(name);
  return found;
}

const Json* list_of(const Json& body, const char* name) {
  const auto* found = member(body, name);
  if (found != nullptr && !found->is_array()) throw wrong_type(name);
  return found;
}

std::optional<std::string> text_of(const Json& body, const char* name) {
  const auto* found = member(body, name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) throw wrong_type(name);
  return found->get<std::string>();
}

std::optional<long long> integer_of(const Json& body, const char* name) {
  const auto* found = member(body, name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number()) throw wrong_type(name);
  return found->get<long long>();
}

std::optional<bool> boolean_of(const Json& body, const char* name) {
  const auto* found = member(body, name);
  if (found == nullptr) return std::nullopt;
  if (!found->is_boolean()) throw wrong_type(name);
  return found->get<bool>();
}

std::map<std::string, std::string> texts_of(const Json& map, const std::string& name) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : map.items()) {
    if (!value.is_string()) throw wrong_type(name);
    texts[key] = value.get<std::string>();
  }
  return texts;
}

std::optional<std::string> query_text(const RestCall& call, const std::string& name) {
  const auto found = call.query.find(name);
  if (found == call.query.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::optional<long long> query_integer(const RestCall& call, const std::string& name) {
  const auto text = query_text(call, name);
  if (!text) return std::nullopt;
  long long number = 0;
  const auto* end = text->data() + text->size();
  if (std::from_chars(text->data(), end, number).ptr != end) {
    throw engine::ApiError("SerializationException", name + " is no number");
  }
  return number;
}

void Checks::length(const std::string& path, const std::optional<std::string>& text,
                    std::size_t min, std::size_t max) {
  if (!text) return;
  if (text->size() > max) {
    add("'" + *text + "'", path,
        "Member must have length less than or equal to " + std::to_string(max));
  }
  if (text->size() < min) {
    add("'" + *text + "'", path,
        "Member must have length greater than or equal to " + std::to_string(min));
  }
}

void Checks::pattern(const std::string& path, const std::optional<std::string>& text,
                     const std::string& pattern, const std::string& regex) {
  // What is too long is told by `length`; std::regex recurses with the length of its text.
  if (!text || text->size() > 2048) return;
  if (std::regex_match(*text, std::regex(regex.empty() ? pattern : regex))) return;
  add("'" + *text + "'", path, "Member must satisfy regular expression pattern: " + pattern);
}

void Checks::range(const std::string& path, const std::optional<long long>& value, long long min,
                   long long max) {
  if (!value) return;
  const auto shown = "'" + std::to_string(*value) + "'";
  if (*value > max) {
    add(shown, path, "Member must have value less than or equal to " + std::to_string(max));
  }
  if (*value < min) {
    add(shown, path, "Member must have value greater than or equal to " + std::to_string(min));
  }
}

void Checks::one_of(const std::string& path, const std::optional<std::string>& text,
                    const std::vector<std::string_view>& values) {
  if (!text || std::find(values.begin(), values.end(), *text) != values.end()) return;
  add("'" + *text + "'", path, enum_constraint(values));
}

void Checks::add(const std::string& shown, const std::string& path, const std::string& constraint) {
  errors_.push_back(violation(shown, path, constraint));
}

void Checks::done() const {
  if (errors_.empty()) return;
  std::string message = std::to_string(errors_.size()) + " validation error" +
                        (errors_.size() > 1 ? "s" : "") + " detected: ";
  for (const auto& error : errors_) {
    if (&error != &errors_.front()) message += "; ";
    message += error;
  }
  throw engine::validation_error(message);
}

std::string violation(const std::string& shown, const std::string& path,
                      const std::string& constraint) {
  return "Value " + shown + " at '" + path + "' failed to satisfy constraint: " + constraint;
}

std::string enum_constraint(const std::vector<std::string_view>& values) {
  std::string text = "Member must satisfy enum value set: [";
  for (const auto value : values) {
    if (value != values.front()) text += ", ";
    text += value;
  }
  return text + "]";
}

engine::ApiError invalid_parameter(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

engine::ApiError refused(const std::string& what) {
  return invalid_parameter(what + " is not supported by this version of Dynamill");
}

}  // namespace api::lambda
