#include "mapping/queue/consumer.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "mapping/report.h"

namespace mapping {

void report_written_queue(const Means& means, MappingReport& report) {
  report.queue = queue::written_status(means, report.view.mapping);
}

QueueConsumer::QueueConsumer(const Means& means, Recorder& recorder, Signal& settled,
                             std::shared_ptr<const Mapping> mapping, const std::string& queue_name)
    : means_(means),
      settled_(settled),
      driver_(std::make_shared<queue::Driver>(means, recorder, settled, std::move(mapping),
                                              queue_name)) {}

void QueueConsumer::start() {
  is_running_ = true;
  boost::asio::co_spawn(means_.context, driver_->run(),
                        [self = shared_from_this()](const std::exception_ptr& error) {
                          if (error) std::rethrow_exception(error);
                          self->is_running_ = false;
                          self->driver_->rest();
                          self->settled_.ring();
                          if (self->on_stopped_) self->on_stopped_();
                        });
}

void QueueConsumer::stop(std::function<void()> on_stopped) {
  if (!is_running_) return on_stopped();
  on_stopped_ = std::move(on_stopped);
  driver_->stop();
}

void QueueConsumer::set_mapping(std::shared_ptr<const Mapping> mapping) {
  driver_->set_mapping(std::move(mapping));
}

void QueueConsumer::report(MappingReport& report) const { report.queue = driver_->status(); }

}  // namespace mapping
