#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace engine {

/// The request is wrong: AWS's name for it and AWS's words. The router catches it, once, and writes
/// it in the way of the protocol that asked.
class ApiError : public std::exception {
 public:
  ApiError(std::string code, std::string message, int status = 400)
      : code(std::move(code)), message(std::move(message)), status(status) {}
  const char* what() const noexcept override { return message.c_str(); }

  std::string code;     ///< As in `ValidationException`.
  std::string message;  ///< Empty where AWS sends none.
  int status;           ///< HTTP.
  /// The message in the words of AWS's older generation of checks, where it has other words. Which
  /// generation an operation speaks is `api/wording`'s to know.
  std::string older_message;
  /// Never in the envelope of the newer generation, whoever says it.
  bool is_always_bare = false;
  /// More members of the error body, as JSON text without braces: `"Item":{...}`. Mostly empty.
  std::string members;
};

ApiError validation_error(std::string message);
/// `One or more parameter values were invalid: ` and the message.
ApiError invalid_parameter_values(const std::string& message);
ApiError serialization_error(std::string message);
/// `Requested resource not found`, and what: ": Table: T not found".
ApiError resource_not_found(const std::string& what = "");
/// ResourceNotFoundException, `...: Stream: <arn> not found` and `...: Shard does not exist`.
ApiError stream_not_found(std::string_view arn);
ApiError shard_not_found();
ApiError resource_in_use(std::string message);
ApiError conditional_check_failed();
ApiError item_collection_too_large();
/// TransactionConflictException
ApiError transaction_conflict();
/// For what this version does not do yet: a ValidationException that names it.
ApiError not_supported(const std::string& what);

}  // namespace engine
