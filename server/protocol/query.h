#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/api_error.h"

/// The Query protocol of SQS: a form in, XML out, and in between the JSON protocol's input and
/// output. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
namespace server {

struct QueryRequest {
  std::string action;
  std::string version;
  nlohmann::json input;  ///< As the JSON protocol has it: `Attributes`, `Entries`, numbers.
};

/// Reads `Action=SendMessage&Version=2012-11-05&QueueUrl=...`, from a body or from the query of a
/// URL. Nothing if it is no such form, or not UTF-8.
std::optional<QueryRequest> parse_query(std::string_view form);

/// A whole XML document.
std::string query_answer(std::string_view action, const nlohmann::json& output,
                         std::string_view request_id);
std::string query_error(const engine::ApiError& error, std::string_view request_id);

}  // namespace server
