#pragma once

#include <simdjson.h>

#include <boost/asio/awaitable.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/services.h"
#include "engine/arn.h"

namespace api {

using JsonView = simdjson::dom::element;

/// One request of the DynamoDB or DynamoDB Streams protocol: a JSON object.
struct Call {
  JsonView body;
  engine::Caller caller;
  std::string_view host = {};  ///< `127.0.0.1:8000`, as the caller knows us.
  std::string_view text = {};  ///< The body, as it was sent.
};

/// Answers at once, on the connection's thread: appends the response body, one JSON object, to
/// `out` (nothing at all where AWS sends an empty body). Throws `engine::ApiError`.
struct DynamoOperation {
  std::string_view name;
  void (*run)(Services& services, const Call& call, std::string& out);
};

/// An SQS operation: input and output as in the JSON protocol; the Query protocol is translated to
/// it and back. May wait. Throws `engine::ApiError` with the JSON protocol's error codes
/// (`QueueDoesNotExist`).
struct QueueCall {
  nlohmann::json input;
  engine::Caller caller;
  std::string host;  ///< `127.0.0.1:8000`, for queue URLs.
};
struct QueueOperation {
  std::string_view name;
  boost::asio::awaitable<nlohmann::json> (*run)(Services& services, QueueCall call);
};

/// An SNS operation, which answers at once: input and output as in the model, the Query protocol is
/// translated to it and back. No output where the model has none. Throws `engine::ApiError` with
/// the Query protocol's error codes (`NotFound`).
struct TopicOperation {
  std::string_view name;
  nlohmann::json (*run)(Services& services, const QueueCall& call);
};

/// A request of a REST interface: Lambda, or our own control interface.
struct RestCall {
  std::string method;
  std::map<std::string, std::string> path;   ///< What stands for the `{Names}` in the route.
  std::map<std::string, std::string> query;  ///< Decoded; of a name that is repeated, the first.
  std::vector<std::pair<std::string, std::string>> query_list = {};  ///< Decoded, as it came.
  std::map<std::string, std::string> headers;                        ///< Names in lower case.
  std::string body;
  engine::Caller caller;
  std::string host;
};
struct RestAnswer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};
struct RestOperation {
  std::string_view name;    ///< `CreateFunction`
  std::string_view method;  ///< `POST`
  std::string_view route;   ///< `/2015-03-31/functions/{FunctionName}/code`
  boost::asio::awaitable<RestAnswer> (*run)(Services& services, RestCall call);
};

/// A request of S3, path style. What the router has found out of it is looked at, not kept.
struct BucketCall {
  std::string bucket;                          ///< Empty: none is named.
  std::string key;                             ///< Empty: none is named.
  std::map<std::string, std::string> query;    ///< Decoded.
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string_view body;                       ///< Decoded from `aws-chunked`.
  engine::Caller caller;

  /// Empty if it was not sent.
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};
/// An S3 operation, which answers at once. Throws `engine::ApiError` with S3's codes (`NoSuchKey`).
struct BucketOperation {
  std::string_view name;
  RestAnswer (*run)(Services& services, const BucketCall& call);
};

}  // namespace api
