#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

#include "engine/chore.h"
#include "mapping/timeline.h"

namespace mapping {

/// Has the engine's chores done when they fall due: one at a time, the earliest due first.
///
/// A chore that fails is logged once and tried again every second of the clock; the others go on.
/// Lives on the mapping thread.
class Upkeep final : public engine::ChoreListener {
 public:
  /// The chores outlive this; nobody else listens to them.
  Upkeep(boost::asio::io_context& context, const engine::Clock& clock, Timeline& timeline,
         const std::vector<engine::Chore*>& chores);
  ~Upkeep() override;
  Upkeep(const Upkeep&) = delete;
  Upkeep& operator=(const Upkeep&) = delete;

  /// Before the mapping thread runs, or on it. Once.
  void start();
  /// Begins no further chore, and returns when none is under way. Only on the mapping thread.
  boost::asio::awaitable<void> stop();

  /// Safe to call from any thread.
  void on_sooner() override;

 private:
  struct Entry {
    engine::Chore* chore;
    /// Of a chore that failed: not before then.
    std::optional<engine::TimePoint> try_again = std::nullopt;
  };
  struct Next {
    Entry* entry;
    engine::TimePoint due;
  };

  boost::asio::awaitable<void> run();
  std::optional<Next> next();
  void perform(Entry& entry);
  void on_failure(Entry& entry, const std::exception& error);

  boost::asio::io_context& context_;
  const engine::Clock& clock_;
  std::vector<Entry> entries_;
  Bell bell_;
  Signal ended_;
  bool is_running_ = false;
  bool is_stopping_ = false;
};

}  // namespace mapping
