#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/operation.h"
#include "engine/api_error.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/request_ids.h"

namespace server {

/// S3, path style: `/BUCKET/KEY`, the operation told by method, path and query; XML in and out.
///
/// Safe to call from any thread; answers on the caller's.
class S3 {
 public:
  S3(api::Services& services, std::span<const api::BucketOperation> operations,
     const RequestIds& request_ids, Metrics& metrics);

  /// A request that is signed for S3.
  void answer(const HttpRequest& request, HttpAnswer& answer) const;

 private:
  struct Row {
    const api::BucketOperation* operation = nullptr;
    Metrics::Operation* counts = nullptr;
  };

  api::Services& services_;
  const RequestIds& request_ids_;
  std::unordered_map<std::string_view, Row> rows_;
  Metrics::Operation* other_;
};

/// The name of the operation that a request means, of all that S3 has: `GetBucketAcl`.
std::string s3_operation(const HttpRequest& request, const api::BucketCall& call);

}  // namespace server
