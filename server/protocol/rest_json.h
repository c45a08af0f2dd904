#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/operation.h"
#include "engine/api_error.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/origin.h"
#include "server/protocol/known_operations.h"
#include "server/request_ids.h"

namespace server {

/// Operations that are found by method and path: Lambda's, and the control interface under
/// `/_dynamill/`. Both run code or steer what runs, so pages of other origins are refused.
///
/// Safe to call from any thread; a coroutine goes on on its own executor.
class RestJson {
 public:
  RestJson(api::Services& services, std::span<const api::RestOperation> lambda,
           std::span<const api::RestOperation> control, const OriginGuard& guard,
           const RequestIds& request_ids, Metrics& metrics);

  /// Whether the path is one of these interfaces', known operation or not.
  bool owns(std::string_view path) const;
  /// `request` and `answer` are kept by the caller until it is done.
  boost::asio::awaitable<void> answer(const HttpRequest& request, HttpAnswer& answer) const;

 private:
  enum class Service { lambda, control };
  using Segments = std::vector<std::string>;
  struct Route {
    std::string_view method;
    Segments segments;  ///< `{Name}` stands for any one.
    std::string_view name;
    const api::RestOperation* operation = nullptr;  ///< Null: known, but not built.
    Metrics::Operation* counts = nullptr;
  };
  struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string> path;
  };
  struct Interface {
    Service service;
    std::vector<Route> routes;
    Metrics::Operation* other = nullptr;
  };

  static Interface interface_of(Service service, std::span<const api::RestOperation> operations,
                                std::span<const KnownRoute> known, Metrics& metrics);
  static Segments segments_of(std::string_view path);
  static Match match(const Interface& interface, std::string_view method, const Segments& path);
  static void write_error(Service service, const engine::ApiError& error, HttpAnswer& answer);

  const Interface* owner(const Segments& path) const;
  /// Who calls, if the request may be carried out at all; else throws.
  engine::Caller admit(Service service, const HttpRequest& request) const;
  api::RestCall call_of(const HttpRequest& request, Match& match, engine::Caller caller) const;
  /// The operation that is meant; throws where there is none.
  static const api::RestOperation& operation_of(const Interface& interface, const Match& match,
                                                const HttpRequest& request);

  api::Services& services_;
  const OriginGuard& guard_;
  const RequestIds& request_ids_;
  Interface lambda_;
  Interface control_;
};

/// The error as Lambda writes it: `x-amzn-ErrorType`, `Type`, and `message` or `Message`
/// (event-source-mapping.md 1.1).
void write_lambda_error(const engine::ApiError& error, HttpAnswer& answer);
/// `{"message":...}`
void write_control_error(const engine::ApiError& error, HttpAnswer& answer);

}  // namespace server
