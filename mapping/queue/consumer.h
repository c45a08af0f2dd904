#pragma once

#include <functional>
#include <memory>
#include <string>

#include "mapping/consumer.h"
#include "mapping/queue/driver.h"

namespace mapping {

/// How a mapping of a queue stands that is not at work.
void report_written_queue(const Means& means, MappingReport& report);

/// A mapping at work on its queue.
///
/// Lives on the mapping thread. May throw `storage::StorageError`.
class QueueConsumer final : public Consumer, public std::enable_shared_from_this<QueueConsumer> {
 public:
  QueueConsumer(const Means& means, Recorder& recorder, Signal& settled,
                std::shared_ptr<const Mapping> mapping, const std::string& queue_name);

  void start() override;
  void stop(std::function<void()> on_stopped) override;
  bool is_in_flight() const override { return driver_->is_in_flight(); }
  void set_mapping(std::shared_ptr<const Mapping> mapping) override;
  void report(MappingReport& report) const override;

 private:
  const Means& means_;
  Signal& settled_;
  const std::shared_ptr<queue::Driver> driver_;
  bool is_running_ = false;
  std::function<void()> on_stopped_;
};

}  // namespace mapping
