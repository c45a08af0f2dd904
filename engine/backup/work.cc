#include "engine/backup/work.h"

namespace engine {

namespace {

/// A request answers after so many parts; what is larger is done behind it.
constexpr int steps_at_the_beginning = 20;

}  // namespace

void WorkQueue::begin(std::unique_ptr<Work> work) {
  try {
    for (int step = 0; step < steps_at_the_beginning; ++step) {
      if (!work->step()) return;
    }
  } catch (...) {
    add(std::move(work));
    throw;
  }
  add(std::move(work));
}

void WorkQueue::add(std::unique_ptr<Work> work) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) due_ = clock_.now();
    queue_.push_back(std::move(work));
  }
  tell_sooner();
}

std::optional<TimePoint> WorkQueue::next_due() const {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  return due_;
}

void WorkQueue::perform(TimePoint now) {
  std::shared_ptr<Work> work;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return;
    work = queue_.front();
    due_ = now;
  }
  try {
    if (work->step()) return;
  } catch (...) {
    // What fails does not keep the others waiting.
    const std::lock_guard lock(mutex_);
    queue_.pop_front();
    queue_.push_back(std::move(work));
    throw;
  }
  const std::lock_guard lock(mutex_);
  queue_.pop_front();
}

}  // namespace engine
