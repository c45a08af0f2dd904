#include "engine/queue/index.h"

#include <algorithm>
#include <cassert>

namespace engine {

QueueIndex::QueueIndex(bool is_fifo) {
  if (is_fifo) groups_.emplace();
}

void QueueIndex::add(std::uint64_t number, const Standing& standing, TimePoint now,
                     const std::string& group) {
  const bool is_new = standings_.emplace(number, standing).second;
  assert(is_new);
  by_sent_.emplace(standing.sent, number);
  if (groups_) groups_->add(number, group, MessageGroups::State::delayed);
  place(number, standing, now);
}

void QueueIndex::remove(std::uint64_t number) {
  const auto found = standings_.find(number);
  if (found == standings_.end()) return;
  take_out(number, found->second);
  by_sent_.erase({found->second.sent, number});
  standings_.erase(found);
  if (groups_) groups_->remove(number);
}

void QueueIndex::change(std::uint64_t number, const Standing& standing, TimePoint now) {
  const auto found = standings_.find(number);
  assert(found != standings_.end() && found->second.sent == standing.sent);
  take_out(number, found->second);
  found->second = standing;
  place(number, standing, now);
}

void QueueIndex::clear() { *this = QueueIndex(groups_.has_value()); }

std::optional<Standing> QueueIndex::find(std::uint64_t number) const {
  const auto found = standings_.find(number);
  if (found == standings_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::uint64_t> QueueIndex::visible(std::uint64_t from, std::uint64_t to,
                                               std::size_t limit, TimePoint now) {
  settle(now);
  if (groups_) return groups_->ready(to, limit);
  std::vector<std::uint64_t> numbers;
  for (auto at = visible_.lower_bound(from); at != visible_.end() && *at < to; ++at) {
    if (numbers.size() == limit) break;
    numbers.push_back(*at);
  }
  return numbers;
}

std::vector<std::uint64_t> QueueIndex::sent_until(TimePoint time, std::size_t limit) const {
  std::vector<std::uint64_t> numbers;
  for (const auto& [sent, number] : by_sent_) {
    if (sent > time || numbers.size() == limit) break;
    numbers.push_back(number);
  }
  return numbers;
}

std::optional<TimePoint> QueueIndex::next_visible(TimePoint now, std::size_t in_flight_max) {
  settle(now);
  if (in_flight_.size() >= in_flight_max) return in_flight_.begin()->first;
  if (groups_ ? groups_->has_ready() : !visible_.empty()) return now;
  std::optional<TimePoint> next;
  for (const auto* hidden : {&in_flight_, &delayed_}) {
    if (hidden->empty()) continue;
    const auto first = hidden->begin()->first;
    next = next ? std::min(*next, first) : first;
  }
  return next;
}

std::optional<TimePoint> QueueIndex::first_sent() const {
  if (by_sent_.empty()) return std::nullopt;
  return by_sent_.begin()->first;
}

std::size_t QueueIndex::visible_count(TimePoint now) {
  settle(now);
  return visible_.size();
}

std::size_t QueueIndex::in_flight_count(TimePoint now) {
  settle(now);
  return in_flight_.size();
}

std::size_t QueueIndex::delayed_count(TimePoint now) {
  settle(now);
  return delayed_.size();
}

void QueueIndex::place(std::uint64_t number, const Standing& standing, TimePoint now) {
  using State = MessageGroups::State;
  auto state = State::visible;
  if (standing.visible_at <= now) {
    visible_.insert(number);
  } else if (standing.receive_count == 0) {
    delayed_.emplace(standing.visible_at, number);
    state = State::delayed;
  } else {
    in_flight_.emplace(standing.visible_at, number);
    state = State::in_flight;
  }
  if (groups_) groups_->change(number, state);
}

void QueueIndex::take_out(std::uint64_t number, const Standing& standing) {
  visible_.erase(number);
  in_flight_.erase({standing.visible_at, number});
  delayed_.erase({standing.visible_at, number});
}

void QueueIndex::settle(TimePoint now) {
  for (auto* hidden : {&in_flight_, &delayed_}) {
    while (!hidden->empty() && hidden->begin()->first <= now) {
      const auto number = hidden->begin()->second;
      visible_.insert(number);
      if (groups_) groups_->change(number, MessageGroups::State::visible);
      hidden->erase(hidden->begin());
    }
  }
}

}  // namespace engine
