#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "engine/clock.h"
#include "engine/stream/stream.h"
#include "mapping/shard/machine.h"

namespace engine {
class Queues;
}

namespace mapping {

/// The account of records that were given up.
struct FailureReport {
  std::string function_arn;
  std::string stream_arn;
  std::string shard_id;
  Condition condition = Condition::retry_attempts_exhausted;
  int attempts = 0;
  FailedAttempt failed;
  Arrival first;
  Arrival last;
  std::size_t batch_size = 0;
  engine::TimePoint time{};

  /// The body of the SQS message, as event-source-mapping.md 5.7 draws it.
  std::string json() const;
};

/// Where accounts of failures go.
class DestinationSink {
 public:
  virtual ~DestinationSink() = default;
  /// Nothing when it was delivered; otherwise why not.
  virtual boost::asio::awaitable<std::optional<std::string>> send(std::string arn,
                                                                  std::string body) = 0;
};

/// The queues of this program.
class Destinations final : public DestinationSink {
 public:
  explicit Destinations(engine::Queues& queues) : queues_(queues) {}
  boost::asio::awaitable<std::optional<std::string>> send(std::string arn,
                                                          std::string body) override;

 private:
  engine::Queues& queues_;
};

}  // namespace mapping
