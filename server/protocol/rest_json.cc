#include "server/protocol/rest_json.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <cctype>
#include <exception>

#include "engine/value/json.h"
#include "server/credentials.h"
#include "server/failure.h"

namespace server {

namespace {

/// How Lambda writes an error. https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html
struct LambdaError {
  std::string_view code;
  int status;
  std::string_view type;  ///< Of the member `Type`; empty: there is none.
  std::string_view text_member = "message";
};
constexpr LambdaError lambda_errors[] = {
    {"ResourceNotFoundException", 404, "User", "Message"},
    {"ResourceInUseException", 400, "User", "Message"},
    {"ServiceException", 500, "Service", "Message"},
    {"InvalidParameterValueException", 400, "User"},
    {"ResourceConflictException", 409, "User"},
    {"TooManyRequestsException", 429, "User"},
    {"InvalidRequestContentException", 400, "User"},
    {"PreconditionFailedException", 412, "User"},
    {"UnsupportedMediaTypeException", 415, "User"},
    {"ValidationException", 400, ""},
    {"RequestEntityTooLargeException", 413, ""},
    {"MissingAuthenticationTokenException", 403, ""},
    {"IncompleteSignatureException", 403, ""},
    {"InvalidSignatureException", 403, ""},
};

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// `2015-03-31`, as Lambda's paths begin.
bool is_api_date(std::string_view segment) {
  constexpr std::string_view form = "dddd-dd-dd";
  return segment.size() == form.size() &&
         std::equal(segment.begin(), segment.end(), form.begin(), [](char c, char wanted) {
           return wanted == '-' ? c == '-' : c >= '0' && c <= '9';
         });
}

void append_member(std::string& body, std::string_view name, std::string_view text) {
  if (body.back() != '{') body.append(",");
  body.append("\"").append(name).append("\":");
  engine::append_json_string(body, text);
}

}  // namespace

void write_lambda_error(const engine::ApiError& thrown, HttpAnswer& answer) {
  engine::ApiError error = thrown;
  if (error.code == "InternalServerError") error.code = "ServiceException";
  LambdaError form{error.code, error.status, "User"};
  for (const auto& known : lambda_errors) {
    if (known.code == error.code) form = known;
  }
  answer.status = form.status;
  answer.headers.emplace_back("x-amzn-ErrorType", error.code);
  auto& body = answer.body;
  body.assign("{");
  if (!error.members.empty()) body.append(error.members);
  if (!form.type.empty()) append_member(body, "Type", form.type);
  append_member(body, form.text_member, error.message);
  body.append("}");
}

void write_control_error(const engine::ApiError& error, HttpAnswer& answer) {
  answer.status = error.status;
  auto& body = answer.body;
  body.assign("{");
  append_member(body, "message", error.message);
  if (!error.members.empty()) body.append(",").append(error.members);
  body.append("}");
}

RestJson::RestJson(api::Services& services, std::span<const api::RestOperation> lambda,
                   std::span<const api::RestOperation> control, const OriginGuard& guard,
                   const RequestIds& request_ids, Metrics& metrics)
    : services_(services),
      guard_(guard),
      request_ids_(request_ids),
      lambda_(interface_of(Service::lambda, lambda, known_lambda_routes(), metrics)),
      control_(interface_of(Service::control, control, known_control_routes(), metrics)) {}

RestJson::Interface RestJson::interface_of(Service service,
                                           std::span<const api::RestOperation> operations,
                                           std::span<const KnownRoute> known, Metrics& metrics) {
  const std::string_view name = service == Service::lambda ? "lambda" : "control";
  Interface interface { service, {}, &metrics.operation(name, "other") };
  for (const auto& operation : operations) {
    interface.routes.push_back({operation.method, segments_of(operation.route), operation.name,
                                &operation, &metrics.operation(name, operation.name)});
  }
  // Those that are built come first, so they are the ones found.
  for (const auto& route : known) {
    interface.routes.push_back(
        {route.method, segments_of(route.route), route.name, nullptr, interface.other});
  }
  return interface;
}

RestJson::Segments RestJson::segments_of(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // The slash.
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(percent_decoded(path.substr(0, end)));
    path.remove_prefix(end);
  }
  // Older clients write collections with a slash at the end.
  if (segments.size() > 1 && segments.back().empty()) segments.pop_back();
  return segments;
}

RestJson::Match RestJson::match(const Interface& interface, std::string_view method,
                                const Segments& path) {
  for (const auto& route : interface.routes) {
    if (route.method != method || route.segments.size() != path.size()) continue;
    Match match;
    bool fits = true;
    for (std::size_t i = 0; i < path.size() && fits; ++i) {
      const auto& wanted = route.segments[i];
      if (wanted.starts_with('{')) {
        match.path[wanted.substr(1, wanted.size() - 2)] = path[i];
        fits = !path[i].empty();
      } else {
        fits = wanted == path[i];
      }
    }
    if (!fits) continue;
    match.route = &route;
    return match;
  }
  return {};
}

const RestJson::Interface* RestJson::owner(const Segments& path) const {
  if (path.empty()) return nullptr;
  if (path[0] == "_dynamill") return &control_;
  return path.size() > 1 && is_api_date(path[0]) ? &lambda_ : nullptr;
}

bool RestJson::owns(std::string_view path) const {
  return path.size() > 1 && owner(segments_of(path)) != nullptr;
}

engine::Caller RestJson::admit(Service service, const HttpRequest& request) const {
  if (!guard_.admits(request)) {
    throw engine::ApiError("AccessDeniedException",
                           "Requests from other origins and for other hosts are refused here", 403);
  }
  if (service == Service::control) return {};
  return credentials_of(request).caller;
}

const api::RestOperation& RestJson::operation_of(const Interface& interface, const Match& match,
                                                 const HttpRequest& request) {
  const bool is_lambda = interface.service == Service::lambda;
  if (match.route == nullptr) {
    throw engine::ApiError(
        "UnknownOperationException",
        "There is no operation " + std::string(request.method) + " " + std::string(request.path()),
        404);
  }
  if (match.route->operation == nullptr) {
    auto refusal = engine::not_supported(std::string(match.route->name));
    refusal.code = is_lambda ? "InvalidParameterValueException" : "NotImplemented";
    refusal.status = is_lambda ? 400 : 501;
    throw refusal;
  }
  return *match.route->operation;
}

api::RestCall RestJson::call_of(const HttpRequest& request, Match& match,
                                engine::Caller caller) const {
  api::RestCall call;
  call.method = request.method;
  call.path = std::move(match.path);
  call.query_list = query_pairs(request.query());
  call.query.insert(call.query_list.begin(), call.query_list.end());
  for (const auto& header : request.headers) {
    call.headers.emplace(in_lower_case(header.name), header.value);
  }
  call.body = request.body;
  call.caller = std::move(caller);
  const auto host = request.header("host");
  call.host = host.empty() ? guard_.own_host() : std::string(host);
  return call;
}

boost::asio::awaitable<void> RestJson::answer(const HttpRequest& request,
                                              HttpAnswer& answer) const {
  const Segments path = segments_of(request.path());
  const Interface& interface = *owner(path);
  answer.content_type = "application/json";
  auto* counts = interface.other;
  std::string_view name = request.path();
  try {
    auto caller = admit(interface.service, request);
    Match found = match(interface, request.method, path);
    const auto& operation = operation_of(interface, found, request);
    counts = found.route->counts;
    name = operation.name;
    auto call = call_of(request, found, std::move(caller));
    auto running = operation.run(services_, std::move(call));
    api::RestAnswer done = co_await std::move(running);
    answer.status = done.status;
    answer.body = std::move(done.body);
    answer.content_type = std::move(done.content_type);
    answer.headers = std::move(done.headers);
    if (answer.status == 204) answer.content_type.clear();
  } catch (...) {
    write_error(interface.service, failure_of(std::current_exception(), name), answer);
  }
  if (answer.header("x-amzn-requestid").empty()) answer.request_id = request_ids_.uuid();
  counts->count(answer.status);
}

void RestJson::write_error(Service service, const engine::ApiError& error, HttpAnswer& answer) {
  if (service == Service::lambda) {
    write_lambda_error(error, answer);
  } else {
    write_control_error(error, answer);
  }
}

}  // namespace server
