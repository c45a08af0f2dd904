#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
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

/// SQS, in its JSON protocol (`X-Amz-Target: AmazonSQS.<Operation>`) and its Query protocol (a form
/// with `Action=`), which is translated to the former and back.
///
/// Safe to call from any thread; a coroutine goes on on its own executor. `request` and `answer`
/// are kept by the caller until it is done.
class Sqs {
 public:
  static constexpr std::string_view target = "AmazonSQS.";
  static constexpr std::string_view query_version = "2012-11-05";

  Sqs(api::Services& services, std::span<const api::QueueOperation> operations,
      const OriginGuard& guard, const RequestIds& request_ids, Metrics& metrics);

  boost::asio::awaitable<void> answer_json(const HttpRequest& request, HttpAnswer& answer) const;
  /// `form` is the body, or the query of a GET.
  boost::asio::awaitable<void> answer_query(const HttpRequest& request, std::string_view form,
                                            HttpAnswer& answer) const;

 private:
  struct Row {
    const api::QueueOperation* operation = nullptr;
    Metrics::Operation* counts = nullptr;
  };

  /// The row of an operation that is built; throws where there is none.
  const Row& row_of(std::string_view action) const;
  api::QueueCall call_of(const HttpRequest& request, nlohmann::json input) const;

  api::Services& services_;
  const OriginGuard& guard_;
  const RequestIds& request_ids_;
  std::unordered_map<std::string_view, Row> rows_;
  Metrics::Operation* other_;
};

}  // namespace server
