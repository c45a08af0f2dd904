#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/clock.h"

namespace engine {

/// The message that a deduplication id stands for.
struct FirstSent {
  std::string message_id;
  std::uint64_t number = 0;  ///< Of the message in its queue.
  TimePoint sent{};
  bool operator==(const FirstSent&) const = default;
};

/// What a FIFO queue was sent in the last five minutes: who sends it again gets the answer of the
/// first time, also when the message is gone by then.
///
/// Not safe to call from several threads.
class Deduplication {
 public:
  void add(const std::string& key, FirstSent first);
  /// Nothing after the five minutes.
  std::optional<FirstSent> find(const std::string& key, TimePoint now) const;
  /// The keys whose five minutes are over, the oldest first, at most `limit`.
  std::vector<std::string> ended(TimePoint now, std::size_t limit) const;
  void remove(const std::string& key);

 private:
  std::unordered_map<std::string, FirstSent> by_key_;
  std::set<std::pair<TimePoint, std::string>> by_time_;
};

}  // namespace engine
