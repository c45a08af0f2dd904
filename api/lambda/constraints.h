#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/lambda/checks.h"

namespace api::lambda {

/// Reads the members of a request and gathers what breaks the model's constraints, in AWS's words
/// (event-source-mapping.md 1.7). A member that is null is not there.
class Members {
 public:
  /// The body of a request: a JSON object, or nothing. Throws InvalidRequestContentException.
  static nlohmann::json parse(const std::string& body);

  explicit Members(const nlohmann::json& object) : object_(object) {}

  /// Each throws SerializationException if the member has another JSON type.
  std::optional<std::string> text(const char* name) const;
  std::optional<int> integer(const char* name, int min, int max);
  std::optional<bool> boolean(const char* name) const;
  /// An object or an array; null if it is not there.
  const nlohmann::json* structure(const char* name) const;
  const nlohmann::json* list(const char* name) const;

  /// Notes that `value` at `path` (`filterCriteria.filters.1.member.pattern`) breaks `constraint`.
  void refuse(std::string_view value, std::string_view path, std::string_view constraint);
  void refuse_null(std::string_view path);
  void need_length_max(const std::string& value, std::string_view path, std::size_t max);

  /// Throws ValidationException if anything was refused.
  void check() const;

 private:
  const nlohmann::json& object_;
  Checks checks_;
};

/// `functionName`, of `FunctionName`: as messages have it.
std::string lower_camel(std::string name);

}  // namespace api::lambda
