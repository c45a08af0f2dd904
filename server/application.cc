#include "server/application.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>
#include <vector>

#include "engine/backup/backups.h"
#include "engine/backup/transfers.h"
#include "engine/bucket/buckets.h"
#include "engine/chore.h"
#include "engine/clock.h"
#include "engine/documents.h"
#include "engine/hash.h"
#include "engine/movable_clock.h"
#include "engine/queue/queues.h"
#include "engine/random.h"
#include "engine/read/reader.h"
#include "engine/stream/aging.h"
#include "engine/stream/reader.h"
#include "engine/stream/streams.h"
#include "engine/table/catalog.h"
#include "engine/throttle/meter.h"
#include "engine/time_text.h"
#include "engine/topic/topics.h"
#include "engine/write/backfill.h"
#include "engine/write/expiry.h"
#include "engine/write/transaction.h"
#include "engine/write/writer.h"
#include "mapping/destination.h"
#include "mapping/doorbell.h"
#include "mapping/faults/faults.h"
#include "mapping/faults/invoker.h"
#include "mapping/function/functions.h"
#include "mapping/invoker.h"
#include "mapping/journey.h"
#include "mapping/queue/arrivals.h"
#include "mapping/registry.h"
#include "mapping/timeline.h"
#include "mapping/upkeep.h"
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

/// How often this store was opened with a seed, this time included: what was drawn in an earlier
/// life is not drawn again.
std::uint64_t count_life(engine::Documents& documents) {
  const auto before = documents.get("seed", "lives");
  const auto life = (before ? std::stoull(*before) : 0) + 1;
  documents.put("seed", "lives", std::to_string(life));
  return life;
}

/// Each part draws from a source of its own, so that what clients do at the same time does not
/// change what mappings draw.
std::uint64_t random_of(const Config& config, std::uint64_t life, std::uint64_t part) {
  if (!config.seed) return engine::Random().next();
  return engine::mix(engine::mix(*config.seed + life) + part);
}

}  // namespace

/// In the order in which they stand on each other.
struct Application::Parts {
  Parts(const Config& config, std::uint16_t port)
      : store(config.store),
        documents(store),
        clock(documents),
        life(config.seed ? count_life(documents) : 0),
        stored_random(random_of(config, life, 1)),
        mapping_random(random_of(config, life, 2)),
        streams(store, clock, stored_random, config.shards_per_stream),
        aging(store, streams),
        catalog(store, streams, clock, stored_random, config.settle_time),
        reader(store),
        writer(store, streams, clock),
        meter(clock, config.enforces_throughput),
        transactions(store, writer, clock),
        expiry(store, catalog, writer),
        backfill(store, catalog, writer),
        stream_reader(store, clock),
        queues(store, clock, stored_random),
        topics(documents, queues, clock, stored_random),
        buckets(store, clock, stored_random),
        timeline(context, clock),
        journey(context, clock, timeline),
        arrivals(timeline),
        functions(context, documents, clock, random, {.folder = code_folder(config)}),
        registry({.context = context,
                  .clock = clock,
                  .random = mapping_random,
                  .documents = documents,
                  .streams = streams,
                  .reader = stream_reader,
                  .timeline = timeline,
                  .doorbell = doorbell,
                  .queues = queues,
                  .arrivals = arrivals,
                  .invoker = invoker,
                  .destinations = destinations,
                  .backoff = config.backoff}),
        upkeep(context, clock, timeline, chores()),
        router(services, all_operations(), OriginGuard(config.host, port)) {
    tell_of_the_clock();
    if (meter.is_enforced()) writer.set_meter(meter);
    queues.set_listener(&arrivals);
    streams.set_listener(&doorbell);
    functions.set_timeline(timeline);
    functions.set_front(invoker);
    functions.set_endpoint_url(own_url(config.host, port));
    registry.start();
    upkeep.start();
    thread = std::thread([this] { context.run(); });
  }

  engine::Random random;  ///< Of what belongs to one request.
  storage::Store store;
  engine::Documents documents;
  engine::MovableClock clock;
  const std::uint64_t life;
  engine::Random stored_random;
  engine::Random mapping_random;
  engine::Streams streams;
  engine::Aging aging;
  engine::Catalog catalog;
  engine::Reader reader;
  engine::Writer writer;
  engine::ThroughputMeter meter;
  engine::Transactions transactions;
  engine::Expiry expiry;
  engine::Backfill backfill;
  engine::StreamReader stream_reader;
  engine::Queues queues;
  engine::Topics topics;
  engine::Buckets buckets;
  engine::WorkQueue work_queue{clock};
  engine::RecoveryTrim recovery_trim{store, catalog, clock};
  engine::Backups backups{
      {store, catalog, streams, writer, work_queue, recovery_trim, clock, stored_random}};
  engine::Transfers transfers{{store, catalog, buckets, writer, work_queue, clock, stored_random}};

  /// Of the mapping thread.
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  mapping::Timeline timeline;
  mapping::Journey journey;
  mapping::Arrivals arrivals;
  mapping::Functions functions;
  mapping::FunctionInvoker function_invoker{functions};
  mapping::Faults faults{documents, clock, mapping_random};
  mapping::FaultyInvoker invoker{function_invoker, faults, timeline, clock, mapping_random};
  mapping::Destinations destinations{queues, topics, buckets, mapping_random};
  mapping::Doorbell doorbell;
  mapping::Registry registry;
  mapping::Upkeep upkeep;

  api::Services services{.clock = clock,
                         .random = random,
                         .documents = documents,
                         .catalog = catalog,
                         .streams = streams,
                         .reader = reader,
                         .writer = writer,
                         .transactions = transactions,
                         .expiry = expiry,
                         .backfill = backfill,
                         .backups = backups,
                         .transfers = transfers,
                         .meter = meter,
                         .stream_reader = stream_reader,
                         .queues = queues,
                         .topics = topics,
                         .buckets = buckets,
                         .timeline = timeline,
                         .journey = journey,
                         .arrivals = arrivals,
                         .functions = functions,
                         .invoker = invoker,
                         .faults = faults,
                         .registry = registry};
  Router router;
  std::thread thread;  ///< The mapping thread.

  void tell_of_the_clock() const {
    const auto reading = clock.read();
    if (!reading.is_frozen && reading.offset == engine::Duration(0)) return;
    spdlog::warn("the clock is not the machine's: it {} at {}Z, as it was moved earlier",
                 reading.is_frozen ? "is frozen" : "runs", engine::iso_milliseconds(reading.now));
  }

  /// What falls due by itself.
  std::vector<engine::Chore*> chores() {
    return {&catalog, &aging, &expiry, &backfill, &work_queue, &recovery_trim};
  }

  /// Runs it on the mapping thread until it is done.
  void wait_for(asio::awaitable<void> work_to_do) {
    asio::co_spawn(context, std::move(work_to_do), asio::use_future).get();
  }
};

Application::Application(const Config& config, std::uint16_t port)
    : parts_(std::make_unique<Parts>(config, port)) {}

Application::~Application() {
  wind_down();
  stop();
}

const Router& Application::router() const { return parts_->router; }
api::Services& Application::services() { return parts_->services; }

void Application::wind_down() {
  if (!parts_->thread.joinable()) return;
  parts_->arrivals.stop();
  parts_->invoker.stop();
  parts_->wait_for(parts_->journey.stop());
  parts_->wait_for(parts_->upkeep.stop());
  parts_->wait_for(parts_->registry.stop());
}

void Application::stop() {
  if (!parts_->thread.joinable()) return;
  parts_->wait_for(parts_->functions.stop());
  parts_->work.reset();
  parts_->context.stop();
  parts_->thread.join();
}

}  // namespace server
