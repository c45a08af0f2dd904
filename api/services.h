#pragma once

#include <string>

namespace engine {
class Backfill;
class Backups;
class Buckets;
class Catalog;
class Clock;
class Documents;
class Expiry;
class Queues;
class Random;
class Reader;
class StreamReader;
class Streams;
class ThroughputMeter;
class Topics;
class Transactions;
class Transfers;
class Writer;
}  // namespace engine

namespace mapping {
class Arrivals;
class Faults;
class Functions;
class Invoker;
class Journey;
class Registry;
class Timeline;
}  // namespace mapping

namespace api {

/// What operations work with. `main` owns all of it and outlives every request.
struct Services {
  engine::Clock& clock;
  engine::Random& random;
  engine::Documents& documents;
  engine::Catalog& catalog;
  engine::Streams& streams;
  engine::Reader& reader;
  engine::Writer& writer;
  engine::Transactions& transactions;
  engine::Expiry& expiry;
  engine::Backfill& backfill;
  engine::Backups& backups;
  engine::Transfers& transfers;
  engine::ThroughputMeter& meter;
  engine::StreamReader& stream_reader;
  engine::Queues& queues;
  engine::Topics& topics;
  engine::Buckets& buckets;
  mapping::Timeline& timeline;
  mapping::Journey& journey;
  mapping::Arrivals& arrivals;
  mapping::Functions& functions;
  mapping::Invoker& invoker;  ///< Invokes functions, and does what faults are planned.
  mapping::Faults& faults;
  mapping::Registry& registry;
};

}  // namespace api
