#pragma once

#include "api/services.h"

namespace api {

/// What of the services a test has; the others are not there and must not be asked.
struct Present {
  engine::Clock& clock;
  engine::Random& random;
  engine::Documents& documents;
  mapping::Timeline& timeline;
  engine::Queues* queues = nullptr;
  mapping::Journey* journey = nullptr;
  mapping::Arrivals* arrivals = nullptr;
  engine::Topics* topics = nullptr;
  engine::Buckets* buckets = nullptr;

  Services services() {
    return {.clock = clock,
            .random = random,
            .documents = documents,
            .catalog = or_absent<engine::Catalog>(),
            .streams = or_absent<engine::Streams>(),
            .reader = or_absent<engine::Reader>(),
            .writer = or_absent<engine::Writer>(),
            .transactions = or_absent<engine::Transactions>(),
            .expiry = or_absent<engine::Expiry>(),
            .backfill = or_absent<engine::Backfill>(),
            .backups = or_absent<engine::Backups>(),
            .transfers = or_absent<engine::Transfers>(),
            .meter = or_absent<engine::ThroughputMeter>(),
            .stream_reader = or_absent<engine::StreamReader>(),
            .queues = or_absent(queues),
            .topics = or_absent(topics),
            .buckets = or_absent(buckets),
            .timeline = timeline,
            .journey = or_absent(journey),
            .arrivals = or_absent(arrivals),
            .functions = or_absent<mapping::Functions>(),
            .invoker = or_absent<mapping::Invoker>(),
            .faults = or_absent<mapping::Faults>(),
            .registry = or_absent<mapping::Registry>()};
  }

  template <typename T>
  static T& or_absent(T* there = nullptr) {
    alignas(64) static char absent[64] = {};
    return there != nullptr ? *there : reinterpret_cast<T&>(absent);
  }
};

}  // namespace api
