#pragma once

#include <boost/asio/awaitable.hpp>
#include <span>
#include <string_view>

#include "api/operation.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/origin.h"
#include "server/protocol/rest_json.h"
#include "server/protocol/s3.h"
#include "server/protocol/sns.h"
#include "server/protocol/sqs.h"
#include "server/protocol/target_json.h"
#include "server/request_ids.h"

namespace server {

/// The operations that a router knows. All of the program's: `all_operations`.
struct Operations {
  std::span<const api::DynamoOperation> dynamodb;
  std::span<const api::DynamoOperation> streams;
  std::span<const api::QueueOperation> sqs;
  std::span<const api::TopicOperation> sns;
  std::span<const api::BucketOperation> s3;
  std::span<const api::RestOperation> lambda;
  std::span<const api::RestOperation> control;
};
Operations all_operations();

/// Finds the protocol of a request, which does the rest. One port, every protocol.
///
/// Safe to call from any thread; answers on the caller's.
class Router {
 public:
  Router(api::Services& services, const Operations& operations, OriginGuard guard);

  /// `request` and `answer` (which is new, or cleared) are kept by the caller until it is done.
  boost::asio::awaitable<void> answer(const HttpRequest& request, HttpAnswer& answer) const;
  /// Answers what needs no waiting: DynamoDB, Streams, SNS, S3, and whatever is refused. False, and
  /// nothing done, for the rest.
  bool answer_at_once(const HttpRequest& request, HttpAnswer& answer) const;

  Metrics& metrics() const { return metrics_; }

 private:
  bool has_to_wait(const HttpRequest& request) const;
  bool answer_without_target(const HttpRequest& request, HttpAnswer& answer) const;

  OriginGuard guard_;
  RequestIds request_ids_;
  mutable Metrics metrics_;
  TargetJson target_json_;
  Sqs sqs_;
  Sns sns_;
  S3 s3_;
  RestJson rest_;
};

}  // namespace server
