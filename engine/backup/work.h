#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "engine/chore.h"

namespace engine {

/// Something that takes long, done in parts: a table is copied, exported, imported.
///
/// One thread at a time.
class Work {
 public:
  virtual ~Work() = default;
  /// Does the next part, some milliseconds of it. Returns whether there is more. If it throws, it
  /// may be called again.
  virtual bool step() = 0;
};

/// Has work done: a little of it at once, by whoever asked for it, and the rest as a chore, the
/// oldest work first.
///
/// Safe to call from any thread.
class WorkQueue final : public Chore {
 public:
  explicit WorkQueue(const Clock& clock) : clock_(clock) {}

  /// Does some parts of it, and keeps it if there is more. Throws what a part throws, and then all
  /// that is left of it is a chore.
  void begin(std::unique_ptr<Work> work);
  /// All of it is a chore.
  void add(std::unique_ptr<Work> work);

  std::optional<TimePoint> next_due() const override;
  void perform(TimePoint now) override;

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  TimePoint
      due_;  ///< Guarded by `mutex_`, like what follows. Moves on, so that other chores do too.
  std::deque<std::shared_ptr<Work>> queue_;
};

}  // namespace engine
