#include "fake_operations.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <stdexcept>
#include <tuple>

#include "engine/api_error.h"
#include "engine/value/json.h"
#include "storage/error.h"

namespace server {

namespace asio = boost::asio;

namespace {

void echo(api::Services&, const api::Call& call, std::string& out) {
  std::string_view text;
  if (call.body["Text"].get(text) != simdjson::SUCCESS) text = "";
  out += "{\"Length\":" + std::to_string(text.size()) + ",\"Region\":\"" + call.caller.region +
         "\",\"Account\":\"" + call.caller.account + "\"}";
}

void fill(api::Services&, const api::Call& call, std::string& out) {
  constexpr std::string_view frame = R"({"Fill":""})";
  const auto size = static_cast<std::size_t>(call.body["Bytes"].get_int64().value());
  out.append(frame.substr(0, 9)).append(size - frame.size(), 'x').append(frame.substr(9));
}

void refuse(api::Services&, const api::Call&, std::string& out) {
  out += "{\"Half\":";
  engine::ApiError error("ConditionalCheckFailedException", "The conditional request failed");
  error.members = R"("Item":{"pk":{"S":"a"}})";
  throw error;
}

void break_store(api::Services&, const api::Call&, std::string&) {
  throw storage::StorageError("No space left on device");
}

void break_down(api::Services&, const api::Call&, std::string&) {
  throw std::out_of_range("a bug");
}

asio::awaitable<nlohmann::json> echo_queue(api::Services&, api::QueueCall call) {
  nlohmann::json output = std::move(call.input);
  output["Host"] = call.host;
  co_return output;
}

asio::awaitable<nlohmann::json> refuse_queue(api::Services&, api::QueueCall) {
  throw engine::ApiError("QueueDoesNotExist", "The specified queue does not exist.");
  co_return nlohmann::json();
}

asio::awaitable<api::RestAnswer> echo_rest(api::Services&, api::RestCall call) {
  nlohmann::json body = {{"Method", call.method},
                         {"Path", call.path},
                         {"Query", call.query},
                         {"Body", call.body},
                         {"Host", call.host},
                         {"Region", call.caller.region},
                         {"Header", call.headers["x-some-header"]}};
  api::RestAnswer answer;
  answer.status = 202;
  answer.body = body.dump();
  answer.headers.emplace_back("X-Some-Answer", "yes");
  co_return answer;
}

asio::awaitable<api::RestAnswer> refuse_rest(api::Services&, api::RestCall call) {
  engine::ApiError error(call.path["Code"], "No.", 418);
  if (error.code == "TooManyRequestsException") error.members = R"("Reason":"Busy")";
  throw error;
  co_return api::RestAnswer();
}

/// Where `wait` waits: its thread, and what lets it go.
std::promise<std::pair<asio::any_io_executor, asio::steady_timer*>>& waiting() {
  static std::promise<std::pair<asio::any_io_executor, asio::steady_timer*>> promise;
  return promise;
}

asio::awaitable<api::RestAnswer> wait_rest(api::Services&, api::RestCall) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, std::chrono::hours(1));
  waiting().set_value({executor, &timer});
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  api::RestAnswer answer;
  answer.body = "\"waited\"";
  co_return answer;
}

Config in_memory() {
  Config config;
  config.store.in_memory = true;
  return config;
}

}  // namespace

WaitingRequest::WaitingRequest() {
  std::tie(executor_, timer_) = waiting().get_future().get();
  waiting() = {};
}

void WaitingRequest::release() {
  asio::post(executor_, [timer = timer_] { timer->cancel(); });
}

Operations fake_operations() {
  static const api::DynamoOperation dynamodb[] = {{"Echo", echo},
                                                  {"Fill", fill},
                                                  {"Refuse", refuse},
                                                  {"BreakStore", break_store},
                                                  {"BreakDown", break_down}};
  static const api::DynamoOperation streams[] = {{"EchoStream", echo}};
  static const api::QueueOperation sqs[] = {{"EchoQueue", echo_queue},
                                            {"RefuseQueue", refuse_queue}};
  static const api::RestOperation lambda[] = {
      {"EchoRest", "POST", "/2015-03-31/echo/{Name}", echo_rest},
      {"RefuseRest", "POST", "/2015-03-31/refuse/{Code}", refuse_rest},
      {"Wait", "POST", "/2015-03-31/wait", wait_rest}};
  static const api::RestOperation control[] = {{"echo", "POST", "/_dynamill/echo", echo_rest}};
  return {.dynamodb = dynamodb,
          .streams = streams,
          .sqs = sqs,
          .sns = {},
          .s3 = {},
          .lambda = lambda,
          .control = control};
}

FakeServer::FakeServer(TimeLimits limits, int threads, const Operations& operations)
    : listener_("127.0.0.1", 0),
      application_(in_memory(), listener_.port()),
      router_(application_.services(), operations, OriginGuard("127.0.0.1", listener_.port())) {
  listener_.start(router_, application_.services().clock, threads, limits);
}

FakeServer::~FakeServer() {
  listener_.finish();
  listener_.join();
}

}  // namespace server
