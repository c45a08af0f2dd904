#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/operation.h"
#include "engine/api_error.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/origin.h"
#include "server/request_ids.h"

namespace server {

/// DynamoDB's JSON protocol, for DynamoDB and DynamoDB Streams: `POST`, the operation in
/// `X-Amz-Target`, one JSON object in and one out.
///
/// Whatever no other protocol knows is answered here too, in the order of dynamodb.md 2.3. Safe to
/// call from any thread; answers on the caller's.
class TargetJson {
 public:
  static constexpr std::string_view dynamodb_target = "DynamoDB_20120810.";
  static constexpr std::string_view streams_target = "DynamoDBStreams_20120810.";

  TargetJson(api::Services& services, std::span<const api::DynamoOperation> dynamodb,
             std::span<const api::DynamoOperation> streams, const OriginGuard& guard,
             const RequestIds& request_ids, Metrics& metrics);

  void answer(const HttpRequest& request, HttpAnswer& answer) const;

 private:
  struct Row {
    const api::DynamoOperation* operation = nullptr;
    Metrics::Operation* counts = nullptr;
  };
  using Table = std::unordered_map<std::string_view, Row>;

  /// Checks, runs, throws.
  void run(const HttpRequest& request, HttpAnswer& answer, const Row*& row) const;
  const Row* row_of(std::string_view target) const;

  api::Services& services_;
  const OriginGuard& guard_;
  const RequestIds& request_ids_;
  Table dynamodb_;
  Table streams_;
  Row other_;
};

/// The error as DynamoDB writes it: `__type` with its prefix, `message` or `Message`, and what else
/// the error carries (dynamodb.md 2.5).
void write_dynamodb_error(const engine::ApiError& error, HttpAnswer& answer);

/// `application/json; charset=utf-8`: the part before the semicolon.
std::string_view media_type(const HttpRequest& request);

}  // namespace server
