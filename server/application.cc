#include "server/application.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>

#include "engine/clock.h"
#include "engine/documents.h"
#include "engine/queue/queues.h"
#include "engine/random.h"
#include "engine/read/reader.h"
#include "engine/stream/reader.h"
#include "engine/stream/streams.h"
#include "engine/table/catalog.h"
#include "engine/write/writer.h"
#include "mapping/function/functions.h"
#include "mapping/queue/arrivals.h"
#include "mapping/timeline.h"
#include "server/origin.h"
#include "server/router.h"
#include "storage/store.h"

namespace server {

namespace asio = boost::asio;

namespace {

/// Code lies beside what it is described in; with a store in memory it goes with the program.
std::string code_folder(const Config& config) {
  return config.store.in_memory ? "" : config.store.folder;
}

}  // namespace

/// In the order in which they stand on each other.
struct Application::Parts {
  Parts(const Config& config, std::uint16_t port)
      : store(config.store),
        streams(store, clock, random, config.shards_per_stream),
        catalog(store, streams, clock, random),
        reader(store),
        writer(store, streams, clock),
        stream_reader(store),
        documents(store),
        queues(store, clock, random),
        timeline(context, clock),
        arrivals(timeline),
        functions(context, documents, clock, random, {.folder = code_folder(config)}),
        router(services, all_operations(), OriginGuard(config.host, port)),
        thread([this] { context.run(); }) {
    queues.set_listener(&arrivals);
    const auto host = is_all_addresses(config.host) ? "127.0.0.1" : url_host(config.host);
    functions.set_endpoint_url("http://" + host + ":" + std::to_string(port));
  }

  engine::WallClock clock;
  engine::Random random;
  storage::Store store;
  engine::Streams streams;
  engine::Catalog catalog;
  engine::Reader reader;
  engine::Writer writer;
  engine::StreamReader stream_reader;
  engine::Documents documents;
  engine::Queues queues;

  /// Of the mapping thread.
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  mapping::Timeline timeline;
  mapping::Arrivals arrivals;
  mapping::Functions functions;
  alignas(64) char absent[64];

  api::Services services{.clock = clock,
                         .random = random,
                         .documents = documents,
                         .catalog = catalog,
                         .streams = streams,
                         .reader = reader,
                         .writer = writer,
                         .stream_reader = stream_reader,
                         .queues = queues,
                         .timeline = timeline,
                         .arrivals = arrivals,
                         .functions = functions,
                         .registry = reinterpret_cast<mapping::Registry&>(absent)};
  Router router;
  std::thread thread;
};

Application::Application(const Config& config, std::uint16_t port)
    : parts_(std::make_unique<Parts>(config, port)) {}

Application::~Application() { stop(); }

const Router& Application::router() const { return parts_->router; }
api::Services& Application::services() { return parts_->services; }

void Application::stop() {
  if (!parts_->thread.joinable()) return;
  asio::co_spawn(parts_->context, parts_->functions.stop(), asio::use_future).get();
  parts_->work.reset();
  parts_->context.stop();
  parts_->thread.join();
}

}  // namespace server
