#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "mapping/failure_report.h"

namespace engine {
class Queues;
}

namespace mapping {

/// Where accounts of failures go.
class DestinationSink {
 public:
  virtual ~DestinationSink() = default;
  /// Nothing when it was delivered; otherwise why not. Never throws.
  virtual boost::asio::awaitable<std::optional<std::string>> send(FailureReport report) = 0;
};

/// The queues of this program.
class Destinations final : public DestinationSink {
 public:
  explicit Destinations(engine::Queues& queues) : queues_(queues) {}
  boost::asio::awaitable<std::optional<std::string>> send(FailureReport report) override;

 private:
  engine::Queues& queues_;
};

}  // namespace mapping
