#pragma once

#include <boost/asio/io_context.hpp>

#include "mapping/shard/policy.h"

namespace engine {
class Clock;
class Documents;
class Queues;
class Random;
class StreamReader;
class Streams;
}  // namespace engine

namespace mapping {

class Arrivals;
class DestinationSink;
class Doorbell;
class Invoker;
class Timeline;

/// What mappings work with. `main` owns all of it and outlives them; tests give fakes.
struct Means {
  boost::asio::io_context& context;  ///< The mapping thread's.
  const engine::Clock& clock;
  engine::Random& random;
  engine::Documents& documents;
  const engine::Streams& streams;
  const engine::StreamReader& reader;
  Timeline& timeline;
  Doorbell& doorbell;
  engine::Queues& queues;
  Arrivals& arrivals;
  Invoker& invoker;
  DestinationSink& destinations;
  Backoff backoff = {};
};

}  // namespace mapping
