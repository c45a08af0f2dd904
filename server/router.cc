#include "server/router.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "api/operations.h"
#include "server/credentials.h"
#include "server/protocol/elsewhere.h"

namespace server {

namespace {

/// A call in the Query protocol: its form, which a POST has as its body and a GET as its query.
struct FormCall {
  std::string_view form;
  std::string action;
  std::string version;
};

std::string field_of(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const auto end = std::min(form.find('&'), form.size());
    const auto field = form.substr(0, end);
    if (field.size() > name.size() && field.starts_with(name) && field[name.size()] == '=') {
      return percent_decoded(field.substr(name.size() + 1), Plus::is_space);
    }
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return {};
}

/// `action` is empty if the request is no such call.
FormCall form_call_of(const HttpRequest& request) {
  FormCall call;
  if (request.method == "POST") {
    if (!equal_but_for_case(media_type(request), "application/x-www-form-urlencoded")) return call;
    call.form = request.body;
  } else if (request.method == "GET") {
    call.form = request.query();
  }
  call.action = field_of(call.form, "Action");
  if (!call.action.empty()) call.version = field_of(call.form, "Version");
  return call;
}

void answer_health(HttpAnswer& answer) {
  answer.content_type = "text/plain";
  answer.body = "healthy: dynamodb.us-east-1.amazonaws.com ";
}

/// A write runs code too, by way of a mapping: no service is for the pages of others. AWS's own is
/// open to all (dynamodb.md 2.1), but it stands behind a signature.
void refuse_page(HttpAnswer& answer) {
  answer.status = 403;
  answer.content_type = "application/json";
  answer.body = R"({"message":"Pages of other origins may not call this server"})";
}

/// What a browser asks before it lets a page call us by another of our names.
void answer_preflight(const HttpRequest& request, HttpAnswer& answer) {
  const auto* origin = request.find("origin");
  if (origin == nullptr) return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", *origin);
  answer.headers.emplace_back("Access-Control-Max-Age", "172800");
  const auto echo = [&](std::string_view asked, const char* allowed) {
    if (const auto* value = request.find(asked)) answer.headers.emplace_back(allowed, *value);
  };
  echo("access-control-request-headers", "Access-Control-Allow-Headers");
  echo("access-control-request-method", "Access-Control-Allow-Methods");
}

/// Whether a form is for the service, by its version or else by the signature.
bool is_for(const FormCall& call, std::string_view version, std::string_view service,
            const HttpRequest& request) {
  if (call.action.empty()) return false;
  return call.version == version || (call.version.empty() && signed_service(request) == service);
}

bool is_reading(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

Operations all_operations() {
  return {.dynamodb = api::dynamodb_operations(),
          .streams = api::streams_operations(),
          .sqs = api::sqs_operations(),
          .sns = api::sns_operations(),
          .s3 = api::s3_operations(),
          .lambda = api::lambda_operations(),
          .control = api::control_operations()};
}

Router::Router(api::Services& services, const Operations& operations, OriginGuard guard)
    : guard_(std::move(guard)),
      request_ids_(services.random),
      target_json_(services, operations.dynamodb, operations.streams, guard_, request_ids_,
                   metrics_),
      sqs_(services, operations.sqs, guard_, request_ids_, metrics_),
      sns_(services, operations.sns, request_ids_, metrics_),
      s3_(services, operations.s3, request_ids_, metrics_),
      rest_(services, operations.lambda, operations.control, guard_, request_ids_, metrics_) {}

bool Router::has_to_wait(const HttpRequest& request) const {
  if (rest_.owns(request.path()) || request.header("x-amz-target").starts_with(Sqs::target)) {
    return true;
  }
  return is_for(form_call_of(request), Sqs::query_version, "sqs", request);
}

bool Router::answer_at_once(const HttpRequest& request, HttpAnswer& answer) const {
  if (!guard_.admits_origin(request)) {
    refuse_page(answer);
    return true;
  }
  const bool has_target = request.find("x-amz-target") != nullptr;
  // A bucket may have the name of a path of another service.
  if (!has_target && signed_service(request) == "s3") {
    s3_.answer(request, answer);
    return true;
  }
  if (has_to_wait(request)) return false;
  if (!has_target && answer_without_target(request, answer)) return true;
  target_json_.answer(request, answer);
  return true;
}

bool Router::answer_without_target(const HttpRequest& request, HttpAnswer& answer) const {
  const auto call = form_call_of(request);
  if (is_for(call, Sns::query_version, "sns", request)) {
    sns_.answer(request, call.form, answer);
  } else if (!call.action.empty()) {
    refuse_query(call.action, call.version, request_ids_.uuid(), answer);
  } else if (request.method == "OPTIONS") {
    answer_preflight(request, answer);
  } else if (is_reading(request) && request.path() == "/") {
    answer_health(answer);
  } else if (is_reading(request) && request.path() == "/metrics") {
    answer.content_type = "text/plain; version=0.0.4";
    answer.body = metrics_.text();
  } else {
    return false;
  }
  return true;
}

boost::asio::awaitable<void> Router::answer(const HttpRequest& request, HttpAnswer& answer) const {
  if (answer_at_once(request, answer)) co_return;
  if (rest_.owns(request.path())) {
    co_await rest_.answer(request, answer);
  } else if (request.header("x-amz-target").starts_with(Sqs::target)) {
    co_await sqs_.answer_json(request, answer);
  } else {
    const FormCall call = form_call_of(request);
    co_await sqs_.answer_query(request, call.form, answer);
  }
}

}  // namespace server
