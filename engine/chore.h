#pragma once

#include <optional>

#include "engine/clock.h"

namespace engine {

/// Hears that a chore may be due sooner than it said.
class ChoreListener {
 public:
  virtual ~ChoreListener() = default;
  virtual void on_sooner() = 0;
};

/// What falls due by itself: shards roll over, old records are trimmed, items expire. The engine
/// never sleeps, so somebody above looks at the clock and has it done.
///
/// Safe to call from any thread. May throw `storage::StorageError`; then it is still due.
class Chore {
 public:
  virtual ~Chore() = default;
  /// When there is something to do next; possibly in the past. Nothing: not before something
  /// changes.
  virtual std::optional<TimePoint> next_due() const = 0;
  /// Does what is due by `now`, or a bounded part of it: the rest is still due afterwards.
  virtual void perform(TimePoint now) = 0;

  /// Before anything else is called.
  void set_chore_listener(ChoreListener* listener) { listener_ = listener; }

 protected:
  /// Call it, with no lock held that `next_due` takes, when `next_due` has come nearer.
  void tell_sooner() const {
    if (listener_ != nullptr) listener_->on_sooner();
  }

 private:
  ChoreListener* listener_ = nullptr;
};

}  // namespace engine
