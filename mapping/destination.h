#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "mapping/failure_report.h"

namespace engine {
class Buckets;
class Queues;
class Random;
class Topics;
}  // namespace engine

namespace mapping {

/// Where accounts of failures go.
class DestinationSink {
 public:
  virtual ~DestinationSink() = default;
  /// Nothing when it was delivered; otherwise why not. Never throws.
  virtual boost::asio::awaitable<std::optional<std::string>> send(FailureReport report) = 0;
};

/// The queues, topics and buckets of this program.
class Destinations final : public DestinationSink {
 public:
  Destinations(engine::Queues& queues, engine::Topics& topics, engine::Buckets& buckets,
               engine::Random& random)
      : queues_(queues), topics_(topics), buckets_(buckets), random_(random) {}
  boost::asio::awaitable<std::optional<std::string>> send(FailureReport report) override;

 private:
  std::optional<std::string> why_not(const std::string& arn) const;
  std::optional<std::string> deliver(const FailureReport& report);

  engine::Queues& queues_;
  engine::Topics& topics_;
  engine::Buckets& buckets_;
  engine::Random& random_;
};

}  // namespace mapping
