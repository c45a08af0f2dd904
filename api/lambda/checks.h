#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/operation.h"
#include "engine/api_error.h"

/// The constraints of Lambda's model, told as the service tells them (event-source-mapping.md 1.7).
namespace api::lambda {

using Json = nlohmann::json;

/// The members of a request body; none for an empty body. Throws InvalidRequestContentException.
Json body_of(const std::string& body);

/// A member that is there and not null, and of the type; throws SerializationException for others.
const Json* object_of(const Json& body, const char* name);
const Json* list_of(const Json& body, const char* name);
std::optional<std::string> text_of(const Json& body, const char* name);
std::optional<long long> integer_of(const Json& body, const char* name);
std::optional<bool> boolean_of(const Json& body, const char* name);
std::map<std::string, std::string> texts_of(const Json& map, const std::string& name);

/// What stands in the query of the URL; nothing if it is empty.
std::optional<std::string> query_text(const RestCall& call, const std::string& name);
std::optional<long long> query_integer(const RestCall& call, const std::string& name);

/// Gathers what a request gets wrong, so that all of it is told at once.
class Checks {
 public:
  /// `path` as messages have it: `functionName`.
  template <typename T>
  void required(const std::string& path, const T& value) {
    if (!value) add("null", path, "Member must not be null");
  }
  void length(const std::string& path, const std::optional<std::string>& text, std::size_t min,
              std::size_t max);
  /// `pattern` as messages have it, and the same for `std::regex` if it differs.
  void pattern(const std::string& path, const std::optional<std::string>& text,
               const std::string& pattern, const std::string& regex = "");
  void range(const std::string& path, const std::optional<long long>& value, long long min,
             long long max);
  void one_of(const std::string& path, const std::optional<std::string>& text,
              const std::vector<std::string_view>& values);
  /// Any other constraint that does not hold. `shown`: the value in quotes, or `null`.
  void add(const std::string& shown, const std::string& path, const std::string& constraint);
  /// Throws ValidationException if there is anything to tell.
  void done() const;

 private:
  std::vector<std::string> errors_;
};

/// `Value 'v' at 'path' failed to satisfy constraint: c`
std::string violation(const std::string& shown, const std::string& path,
                      const std::string& constraint);
/// `[a, b]`
std::string enum_constraint(const std::vector<std::string_view>& values);

engine::ApiError invalid_parameter(std::string message);
/// For what this version does not do yet.
engine::ApiError refused(const std::string& what);

}  // namespace api::lambda
