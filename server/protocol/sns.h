#pragma once

#include <span>
#include <string_view>
#include <unordered_map>

#include "api/operation.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/request_ids.h"

namespace server {

/// SNS, which speaks the Query protocol only.
///
/// Safe to call from any thread; answers on the caller's.
class Sns {
 public:
  static constexpr std::string_view query_version = "2010-03-31";

  Sns(api::Services& services, std::span<const api::TopicOperation> operations,
      const RequestIds& request_ids, Metrics& metrics);

  /// `form` is the body, or the query of a GET.
  void answer(const HttpRequest& request, std::string_view form, HttpAnswer& answer) const;

 private:
  struct Row {
    const api::TopicOperation* operation = nullptr;
    Metrics::Operation* counts = nullptr;
  };

  api::Services& services_;
  const RequestIds& request_ids_;
  std::unordered_map<std::string_view, Row> rows_;
  Metrics::Operation* other_;
};

}  // namespace server
