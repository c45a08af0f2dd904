#include "mapping/function/environment.h"

#include <signal.h>
#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/limits.h"
#include "engine/value/json.h"

namespace mapping {

using namespace std::chrono_literals;

namespace {

/// What a process gets to end by itself when it is asked to.
constexpr auto end_grace = 500ms;
/// What a process that has answered gets to ask for more, before its next job goes elsewhere. It
/// mostly asks within a millisecond, and a new process takes longer than this to start.
constexpr auto promise_max = 50ms;

const std::string status_ok = R"({"status":"OK"})";

/// 2.503 for 2502.6 us and two digits.
std::string milliseconds_text(std::chrono::steady_clock::duration time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f",
                std::chrono::duration<double, std::milli>(time).count());
  return text.data();
}

/// The most memory the process ever had, in MB; 0 if it is gone.
int memory_megabytes_max(int process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    if (word != "VmHWM:") continue;
    int kilobytes = 0;
    status >> kilobytes;
    return (kilobytes + 1023) / 1024;
  }
  return 0;
}

std::string text_member(const nlohmann::json& document, const char* name) {
  if (!document.is_object()) return "";
  const auto member = document.find(name);
  return member != document.end() && member->is_string() ? member->get<std::string>() : "";
}

}  // namespace

Environment::Environment(boost::asio::io_context& context, Owner& owner, Blueprint blueprint)
    : context_(context),
      owner_(owner),
      blueprint_(std::move(blueprint)),
      timer_(context),
      promise_(context) {}

Environment::~Environment() = default;

void Environment::start(Job job) {
  job_ = std::move(job);
  launch();
  if (phase_ == Phase::starting) {
    at(launched_ + blueprint_.init_max, timer_, &Environment::on_init_time_out);
  }
}

void Environment::launch() {
  api_ = {};
  launched_ = Clock::now();
  handed_over_ = launched_;
  std::string why = blueprint_.cannot_start;
  try {
    server_ = std::make_unique<RuntimeServer>(
        context_, [this](RuntimeCall call, const std::shared_ptr<RuntimeConnection>& connection) {
          on_call(std::move(call), connection);
        });
    if (why.empty()) {
      Command command = blueprint_.command;
      command.variables.push_back("AWS_LAMBDA_RUNTIME_API=" + server_->address());
      process_ =
          std::make_unique<Process>(context_, command, [this](ProcessExit how) { on_exit(how); });
      output_ =
          std::make_unique<Output>(context_, process_->take_output(), blueprint_.function->name);
      return;
    }
  } catch (const std::exception& error) {
    why = error.what();
  }
  fail_by_service("Runtime.InvalidEntrypoint", why);
  become_gone();
}

void Environment::give(Job job) {
  assert((phase_ == Phase::idle || phase_ == Phase::finishing) && !job_);
  job_ = std::move(job);
  if (phase_ == Phase::idle) return hand_over();
  at(Clock::now() + promise_max, promise_, &Environment::return_job);
}

void Environment::return_job() {
  if (phase_ == Phase::running || !job_) return;
  has_broken_promise_ = true;
  boost::asio::post(context_, [self = shared_from_this(), job = std::move(*job_)]() mutable {
    self->owner_.on_returned(std::move(job));
  });
  job_.reset();
}

void Environment::end() {
  if (phase_ == Phase::ending || phase_ == Phase::gone) return;
  assert(phase_ != Phase::running);
  return_job();
  phase_ = Phase::ending;
  process_->signal(SIGTERM);
  at(Clock::now() + end_grace, timer_, &Environment::kill);
}

void Environment::kill() {
  if (phase_ == Phase::gone) return;
  if (job_ && phase_ == Phase::running) fail_by_service("Runtime.ExitError", "Runtime was stopped");
  return_job();
  phase_ = Phase::ending;
  timer_.cancel();
  if (process_) process_->signal(SIGKILL);
}

void Environment::on_call(RuntimeCall call, const std::shared_ptr<RuntimeConnection>& connection) {
  using Kind = RuntimeCall::Kind;
  switch (call.kind) {
    case Kind::next:
      return on_next(connection);
    case Kind::response:
    case Kind::error:
      return on_answer(std::move(call), connection);
    case Kind::init_error:
      return on_init_error(std::move(call), connection);
    case Kind::ping:
      return connection->answer(200, "pong");
    case Kind::unknown:
      break;
  }
  connection->answer(404, runtime_refusal(404, "NotFound", "404 page not found").body);
}

void Environment::on_next(const std::shared_ptr<RuntimeConnection>& connection) {
  if (auto refusal = api_.on_next()) return connection->answer(refusal->status, refusal->body);
  waiting_ = connection;
  switch (phase_) {
    case Phase::starting:
      init_duration_ = Clock::now() - launched_;
      return hand_over();
    case Phase::finishing:
      timer_.cancel();
      promise_.cancel();
      has_broken_promise_ = false;
      if (job_) return hand_over();
      phase_ = Phase::idle;
      idle_since_ = Clock::now();
      return owner_.on_idle(shared_from_this());
    case Phase::running:
      return send_job();
    case Phase::idle:
    case Phase::ending:
    case Phase::gone:
      return;  // It waits.
  }
}

void Environment::hand_over() {
  phase_ = Phase::running;
  handed_over_ = Clock::now();
  if (!deadline_) {
    deadline_ = handed_over_ + std::chrono::seconds(blueprint_.function->timeout_seconds);
  }
  at(*deadline_, timer_, &Environment::on_time_out);
  output_->begin(job_->request.request_id);
  if (job_->request.mishap == Mishap::crash) return process_->signal(SIGKILL);
  if (job_->request.mishap == Mishap::time_out) return on_time_out();
  send_job();
}

void Environment::send_job() {
  // Else it asks again: a process may close its connection while it waits.
  if (!job_ || !waiting_ || !waiting_->is_open()) return;
  if (job_->request.mishap != Mishap::none) return;
  // What a process asked for before it died may be read after: on_exit() is on its way.
  if (process_->has_ended()) return;
  const auto& request = job_->request;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now());
  // A process lives in the machine's time.
  const auto due_ms = engine::epoch_milliseconds(engine::WallClock().now() + left);

  std::string fields;
  fields.reserve(512);
  const auto add = [&fields](std::string_view name, std::string_view value) {
    fields += name;
    fields += ": ";
    fields += value;
    fields += "\r\n";
  };
  add("Lambda-Runtime-Aws-Request-Id", request.request_id);
  add("Lambda-Runtime-Deadline-Ms", std::to_string(due_ms));
  add("Lambda-Runtime-Invoked-Function-Arn", request.arn);
  add("Lambda-Runtime-Trace-Id", request.trace_id);
  if (!request.client_context.empty()) {
    add("Lambda-Runtime-Client-Context", request.client_context);
  }
  if (api_.state() == RuntimeApi::State::ready) api_.on_handed_over(request.request_id);
  std::exchange(waiting_, nullptr)->answer_next(std::move(fields), request.payload);
}

void Environment::on_answer(RuntimeCall call,
                            const std::shared_ptr<RuntimeConnection>& connection) {
  const auto refuse = [&](const RuntimeRefusal& refusal) {
    connection->answer(refusal.status, refusal.body);
  };
  if (call.is_truncated) return refuse(truncated_request());
  if (!call.response_mode.empty() && call.response_mode != "streaming") {
    return refuse(invalid_response_mode());
  }
  const bool is_response = call.kind == RuntimeCall::Kind::response;
  const auto refusal =
      is_response ? api_.on_response(call.request_id) : api_.on_error(call.request_id);
  if (refusal) return refuse(*refusal);
  output_->drain();  // Printed before it answered: part of this invocation.
  if (phase_ != Phase::running || !job_) return;  // Too late; it is being killed.

  phase_ = Phase::finishing;
  if (call.is_too_large) {
    refuse(response_too_large());
    return fail(error_document("Function.ResponseSizeTooLarge",
                               "Response payload size exceeded maximum allowed payload size (" +
                                   std::to_string(engine::limits::invoke_response_bytes_max) +
                                   " bytes)."));
  }
  connection->answer(202, status_ok);
  if (!is_response) return fail(std::move(call.body));
  if (!call.error_type.empty()) {  // A streamed response that broke off.
    auto document = engine::decode_base64(call.error_body).value_or("");
    if (document.empty()) document = error_document(error_type_from_header(call.error_type), "");
    return fail(std::move(document));
  }
  Invocation invocation;
  invocation.payload = std::move(call.body);
  finish(std::move(invocation));
}

void Environment::on_init_error(RuntimeCall call,
                                const std::shared_ptr<RuntimeConnection>& connection) {
  if (const auto refusal = api_.on_init_error()) {
    return connection->answer(refusal->status, refusal->body);
  }
  output_->drain();
  connection->answer(202, status_ok);
  if (phase_ != Phase::starting) return;
  phase_ = Phase::ending;
  at(Clock::now() + end_grace, timer_, &Environment::kill);
  fail(std::move(call.body));
}

void Environment::on_time_out() {
  if (phase_ == Phase::idle || phase_ == Phase::ending || phase_ == Phase::gone) return;
  output_->drain();
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "Task timed out after %d.00 seconds",
                blueprint_.function->timeout_seconds);
  if (phase_ == Phase::finishing) {
    spdlog::info("{}: its process does not ask for more work; it is ended",
                 blueprint_.function->name);
  } else {
    fail_by_service("Sandbox.Timedout", text.data());
  }
  kill();
}

void Environment::on_init_time_out() {
  if (phase_ != Phase::starting) return;
  spdlog::warn("{}: its process was not ready after {} s and is started once more",
               blueprint_.function->name,
               std::chrono::duration<double>(blueprint_.init_max).count());
  process_.reset();
  server_.reset();
  launch();
  if (phase_ != Phase::starting) return;
  // Now it is on the invocation's own time.
  deadline_ = launched_ + std::chrono::seconds(blueprint_.function->timeout_seconds);
  at(*deadline_, timer_, &Environment::on_time_out);
}

void Environment::on_exit(ProcessExit how) {
  output_->drain();
  const bool never_saw_its_job = phase_ == Phase::running && has_worked_ && job_ &&
                                 job_->request.mishap == Mishap::none &&
                                 api_.state() == RuntimeApi::State::ready;
  if (never_saw_its_job) {
    spdlog::info("{}: its process has ended before it took its next job: {}",
                 blueprint_.function->name, how.text());
  } else if (phase_ == Phase::starting || phase_ == Phase::running) {
    fail_by_service("Runtime.ExitError", how.text());
  } else if (phase_ != Phase::ending) {
    spdlog::info("{}: its process has ended: {}", blueprint_.function->name, how.text());
  }
  become_gone();
}

void Environment::become_gone() {
  phase_ = Phase::ending;
  return_job();
  phase_ = Phase::gone;
  timer_.cancel();
  promise_.cancel();
  boost::asio::post(context_, [self = shared_from_this()] { self->owner_.on_gone(self); });
}

void Environment::fail_by_service(std::string_view type, const std::string& message) {
  if (!job_) return;
  fail(error_document(type, "RequestId: " + job_->request.request_id + " Error: " + message));
}

void Environment::fail(std::string document) {
  Invocation invocation;
  invocation.result = Invocation::Result::failed;
  const auto json = nlohmann::json::parse(document, nullptr, false);
  invocation.error_type = text_member(json, "errorType");
  invocation.error_message = text_member(json, "errorMessage");
  invocation.payload = std::move(document);
  finish(std::move(invocation));
}

void Environment::finish(Invocation invocation) {
  if (!job_) return;
  const auto took = Clock::now() - handed_over_;
  invocation.request_id = job_->request.request_id;
  invocation.duration = std::chrono::ceil<engine::Duration>(took);
  if (job_->request.wants_log_tail) invocation.log_tail = log_tail(invocation);
  if (invocation.result == Invocation::Result::failed) {
    spdlog::info("{} {}: failed: {}: {}", blueprint_.function->name, invocation.request_id,
                 invocation.error_type,
                 invocation.error_message.substr(0, invocation.error_message.find('\n')));
  }
  init_duration_.reset();
  deadline_.reset();
  has_worked_ = true;
  boost::asio::post(context_,
                    [done = std::move(job_->done), invocation = std::move(invocation)]() mutable {
                      done(std::move(invocation));
                    });
  job_.reset();
}

std::string Environment::log_tail(const Invocation& invocation) const {
  const auto took = Clock::now() - handed_over_;
  const auto& id = invocation.request_id;
  std::string output = output_ ? output_->tail() : "";
  if (!output.empty() && output.back() != '\n') output += '\n';
  std::string tail = "START RequestId: " + id + " Version: $LATEST\n" + output;
  if (invocation.error_type.starts_with("Sandbox.") ||
      invocation.error_type == "Runtime.ExitError") {
    tail += invocation.error_message + '\n';
  }
  tail += "END RequestId: " + id + "\nREPORT RequestId: " + id;
  tail += "\tDuration: " + milliseconds_text(took) + " ms";
  tail += "\tBilled Duration: " + std::to_string(invocation.duration.count()) + " ms";
  tail += "\tMemory Size: " + std::to_string(blueprint_.function->memory_megabytes) + " MB";
  tail += "\tMax Memory Used: " + std::to_string(memory_megabytes_max(process_id())) + " MB\t";
  if (init_duration_) tail += "Init Duration: " + milliseconds_text(*init_duration_) + " ms\t";
  tail += '\n';
  std::string last;
  append_to_tail(last, tail);
  return last;
}

void Environment::at(Clock::time_point due, boost::asio::steady_timer& timer,
                     void (Environment::*then)()) {
  timer.expires_at(due);
  timer.async_wait([weak = weak_from_this(), &timer, then](boost::system::error_code error) {
    const auto self = weak.lock();
    // A handler that was on its way already cannot be cancelled; it sees that it is too early.
    if (error || !self || Clock::now() < timer.expiry()) return;
    (self.get()->*then)();
  });
}

}  // namespace mapping
