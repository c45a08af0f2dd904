#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/api_error.h"

/// The Query protocol of SQS and SNS: a form in, XML out, and in between input and output as a JSON
/// protocol has them. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
namespace server {

/// Who speaks it. SQS names lists and maps by what is in them (`Tag.1.Key`, `<Message>`), SNS by
/// what they are (`Tags.member.1.Key`, `<member>`, `<entry>`).
enum class QueryService { sqs, sns };

struct QueryRequest {
  std::string action;
  std::string version;
  nlohmann::json input;  ///< `Attributes`, `Entries`, numbers.
};

/// Reads `Action=SendMessage&Version=2012-11-05&QueueUrl=...`, from a body or from the query of a
/// URL. Nothing if it is no such form, or not UTF-8.
std::optional<QueryRequest> parse_query(std::string_view form,
                                        QueryService service = QueryService::sqs);

/// A whole XML document. An output that is null: the operation has none.
std::string query_answer(std::string_view action, const nlohmann::json& output,
                         std::string_view request_id, QueryService service = QueryService::sqs);
std::string query_error(const engine::ApiError& error, std::string_view request_id,
                        QueryService service = QueryService::sqs);

/// Errors that AWS' front end answers before the service sees the request.
bool is_of_the_frame(std::string_view code);
/// With this protocol's name of what the front end says: it does not say that it is an exception.
engine::ApiError for_query(engine::ApiError error);

}  // namespace server
