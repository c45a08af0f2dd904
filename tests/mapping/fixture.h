#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/documents.h"
#include "engine/queue/queues.h"
#include "mapping/destination.h"
#include "mapping/doorbell.h"
#include "mapping/invoker.h"
#include "mapping/queue/arrivals.h"
#include "mapping/registry.h"
#include "mapping/timeline.h"
#include "tests/engine/fixture.h"

namespace mapping {

/// A function that answers as the test says, and keeps what it was called with.
struct FakeFunction final : Invoker {
  explicit FakeFunction(Timeline& timeline) : released(timeline) {}

  struct Call {
    std::string arn;
    std::string event;
    std::vector<std::string> keys;  ///< `pk` of every record, or the body of every message.
  };
  using Answer = std::function<Invocation(const Call& call)>;

  static Invocation accept(const Call&) { return {}; }
  static Invocation refuse(const Call&) {
    Invocation invocation;
    invocation.result = Invocation::Result::failed;
    invocation.error_type = "Error";
    invocation.error_message = "refused";
    return invocation;
  }
  static Invocation throttle(const Call&) {
    Invocation invocation;
    invocation.result = Invocation::Result::throttled;
    invocation.error_message = "Rate Exceeded.";
    return invocation;
  }
  /// Refuses every batch with this key.
  static Answer poisoned_by(std::string key) {
    return [key](const Call& call) {
      const bool has_it = std::count(call.keys.begin(), call.keys.end(), key) > 0;
      return has_it ? refuse(call) : accept(call);
    };
  }

  boost::asio::awaitable<std::optional<std::string>> resolve(std::string name,
                                                             engine::Caller) override {
    if (name == "missing") co_return std::nullopt;
    co_return "arn:aws:lambda:us-east-1:000000000000:function:" + name;
  }

  boost::asio::awaitable<Invocation> invoke(InvocationRequest request) override {
    Call call{request.arn, *request.payload, {}};
    const auto event = nlohmann::json::parse(*request.payload);
    for (const auto& record : event.at("Records")) {
      call.keys.push_back(record.contains("body")
                              ? record.at("body")
                              : record.at("dynamodb").at("Keys").at("pk").at("S"));
    }
    calls.push_back(call);
    ++in_flight;
    while (is_held(call)) co_await released.wait();
    --in_flight;
    auto invocation = answer(call);
    invocation.request_id = "request-" + std::to_string(++requests);
    co_return invocation;
  }

  boost::asio::awaitable<std::optional<engine::Duration>> timeout(std::string) override {
    co_return time_limit;
  }

  std::vector<std::vector<std::string>> batches() const {
    std::vector<std::vector<std::string>> keys;
    for (const auto& call : calls) keys.push_back(call.keys);
    return keys;
  }

  Answer answer = accept;
  std::optional<engine::Duration> time_limit = std::chrono::seconds(3);
  /// Calls that do not come back until it says so and `released` is rung.
  std::function<bool(const Call& call)> is_held = [](const Call&) { return false; };
  Signal released;
  std::vector<Call> calls;
  int in_flight = 0;
  int requests = 0;
};

struct FakeDestination final : DestinationSink {
  boost::asio::awaitable<std::optional<std::string>> send(FailureReport report) override {
    if (problem) co_return problem;
    sent.push_back(std::move(report));
    co_return std::nullopt;
  }

  std::optional<std::string> problem;
  std::vector<FailureReport> sent;
};

/// A mapping thread without a thread, on an engine of its own.
struct World {
  explicit World(const storage::StoreOptions& store = {.in_memory = true}, int shards = 1)
      : engine(store, shards) {
    engine.streams.set_listener(&doorbell);
    queues.set_listener(&arrivals);
    means.backoff.base = engine::Duration(0);
    open();
  }
  ~World() {
    function.is_held = [](const auto&) { return false; };
    function.released.ring();
    if (registry) close();
  }

  /// Starts a registry, as the program does.
  void open() {
    registry = std::make_unique<Registry>(means);
    registry->start();
    settle();
  }
  /// Stops it in order.
  void close() {
    run(registry->stop());
    registry.reset();
  }

  void settle() {
    context.restart();
    context.poll();
  }
  void advance(engine::Duration by) {
    engine.clock.time += by;
    timeline.on_clock_moved();
    settle();
  }

  /// Carries `work` out to its end and gives what came of it.
  template <typename T>
  T run(boost::asio::awaitable<T> work) {
    std::optional<T> result;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr error, T value) {
      failure = error;
      if (!error) result.emplace(std::move(value));
    });
    settle();
    if (failure) std::rethrow_exception(failure);
    return std::move(result).value();
  }
  void run(boost::asio::awaitable<void> work) {
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr error) {
      failure = error;
      is_done = true;
    });
    settle();
    if (failure) std::rethrow_exception(failure);
    if (!is_done) throw std::runtime_error("it waits for something that does not come");
  }

  std::string make_stream(const std::string& table,
                          engine::ViewType view = engine::ViewType::new_and_old_images) {
    return engine.make_table(table, view)->stream->arn;
  }
  void put(const std::string& table, const std::string& key, int value = 0) {
    engine.put(engine.catalog.table(table),
               engine::Item::of({{"pk", engine::Value::string(key)},
                                 {"n", engine::Value::number(std::to_string(value))}}));
    settle();
  }
  MappingView create(MappingSpec spec) {
    if (!spec.function_name) spec.function_name = "f";
    if (!spec.starting_position) spec.starting_position = "TRIM_HORIZON";
    return run(registry->create(std::move(spec), {}));
  }
  std::vector<nlohmann::json> deliveries(const std::string& uuid) {
    std::vector<nlohmann::json> list;
    for (const auto& text : registry->recorder().deliveries(uuid, 0, 100'000)) {
      list.push_back(nlohmann::json::parse(text));
    }
    return list;
  }

  engine::Engine engine;
  engine::Documents documents{engine.store};
  boost::asio::io_context context;
  Timeline timeline{context, engine.clock};
  Doorbell doorbell;
  engine::Queues queues{engine.store, engine.clock, engine.random};
  Arrivals arrivals{timeline};
  FakeFunction function{timeline};
  FakeDestination destination;
  Means means{
      context,  engine.clock, engine.random, documents, engine.streams, engine.stream_reader,
      timeline, doorbell,     queues,        arrivals,  function,       destination};
  std::unique_ptr<Registry> registry;
};

}  // namespace mapping
