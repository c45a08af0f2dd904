#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/clock.h"
#include "engine/queue/message_groups.h"

namespace engine {

/// How far one message has come in its queue.
struct Standing {
  TimePoint sent{};        ///< To the first queue, if it was moved.
  TimePoint visible_at{};  ///< Hidden until then.
  TimePoint first_received{};
  TimePoint last_received{};
  std::uint32_t receive_count = 0;  ///< In every queue it was in.
  bool operator==(const Standing&) const = default;
};

/// Where the messages of one queue stand, by their numbers, which grow as they arrive.
///
/// Not safe to call from several threads.
class QueueIndex {
 public:
  explicit QueueIndex(bool is_fifo = false);

  /// `group`: of a message in a FIFO queue.
  void add(std::uint64_t number, const Standing& standing, TimePoint now,
           const std::string& group = {});
  void remove(std::uint64_t number);
  /// What a receive or a change of visibility made of it.
  void change(std::uint64_t number, const Standing& standing, TimePoint now);
  void clear();

  /// Nothing if it is gone.
  std::optional<Standing> find(std::uint64_t number) const;
  /// Of a FIFO queue.
  const std::string& group_of(std::uint64_t number) const { return groups_->group_of(number); }
  /// The earliest messages in [from, to) that are visible, at most `limit`. Of a FIFO queue those
  /// before `to` that may be received, group by group.
  std::vector<std::uint64_t> visible(std::uint64_t from, std::uint64_t to, std::size_t limit,
                                     TimePoint now);
  /// Those sent at `time` or before, at most `limit`.
  std::vector<std::uint64_t> sent_until(TimePoint time, std::size_t limit) const;
  /// When something may be received or becomes visible; `now` if something may. With
  /// `in_flight_max` in flight nothing else counts until one of those comes back.
  std::optional<TimePoint> next_visible(TimePoint now, std::size_t in_flight_max);

  /// Nothing if it is empty.
  std::optional<TimePoint> first_sent() const;

  std::size_t visible_count(TimePoint now);
  std::size_t in_flight_count(TimePoint now);
  std::size_t delayed_count(TimePoint now);

 private:
  using ByTime = std::set<std::pair<TimePoint, std::uint64_t>>;

  void place(std::uint64_t number, const Standing& standing, TimePoint now);
  void take_out(std::uint64_t number, const Standing& standing);
  /// Messages whose time has come are visible.
  void settle(TimePoint now);

  std::unordered_map<std::uint64_t, Standing> standings_;
  std::set<std::uint64_t> visible_;
  ByTime in_flight_;  ///< Received, by `visible_at`.
  ByTime delayed_;    ///< Never received, by `visible_at`.
  ByTime by_sent_;
  std::optional<MessageGroups> groups_;  ///< Of a FIFO queue.
};

}  // namespace engine
