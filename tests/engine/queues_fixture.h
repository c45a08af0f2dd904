#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/queue/queues.h"
#include "tests/folder.h"

namespace engine {

/// Time in the test's hands.
struct HandClock final : Clock {
  TimePoint time = from_epoch_milliseconds(1'700'000'000'000);
  TimePoint now() const override { return time; }
};

struct HeardQueues final : QueueListener {
  std::mutex mutex;
  std::vector<std::string> arns;
  void on_messages(std::string_view queue_arn) override {
    const std::lock_guard lock(mutex);
    arns.emplace_back(queue_arn);
  }
};

/// Queues over a folder that outlives them, so that they can be opened again.
class QueuesOverFolder : public ::testing::Test {
 protected:
  QueuesOverFolder() { open(); }

  void open() {
    queues_.reset();
    store_.reset();
    store_ = std::make_unique<storage::Store>(storage::StoreOptions{.folder = folder_.path()});
    queues_ = std::make_unique<Queues>(*store_, clock_, random_);
    queues_->set_listener(&heard_);
  }

  Folder folder_;
  HandClock clock_;
  Random random_{7};
  HeardQueues heard_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Queues> queues_;
};

}  // namespace engine
