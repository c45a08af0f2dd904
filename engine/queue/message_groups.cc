#include "engine/queue/message_groups.h"

#include <cassert>

namespace engine {

void MessageGroups::add(std::uint64_t number, const std::string& group, State state) {
  auto& named = *groups_.try_emplace(group).first;
  group_of_.emplace(number, &named);
  named.second.messages.emplace(number, state);
  if (state == State::in_flight) named.second.in_flight += 1;
  place(named.second);
}

void MessageGroups::change(std::uint64_t number, State state) {
  auto& group = group_of_.at(number)->second;
  auto& kept = group.messages.at(number);
  if (kept == State::in_flight) group.in_flight -= 1;
  if (state == State::in_flight) group.in_flight += 1;
  kept = state;
  place(group);
}

void MessageGroups::remove(std::uint64_t number) {
  const auto found = group_of_.find(number);
  assert(found != group_of_.end());
  auto& [name, group] = *found->second;
  group_of_.erase(found);
  if (group.messages.at(number) == State::in_flight) group.in_flight -= 1;
  group.messages.erase(number);
  place(group);
  if (group.messages.empty()) groups_.erase(groups_.find(name));
}

const std::string& MessageGroups::group_of(std::uint64_t number) const {
  return group_of_.at(number)->first;
}

std::vector<std::uint64_t> MessageGroups::ready(std::uint64_t end, std::size_t limit) const {
  std::vector<std::uint64_t> numbers;
  for (const auto& [first, group] : ready_) {
    for (const auto& [number, state] : group->messages) {
      if (number >= end || state != State::visible) break;
      if (numbers.size() == limit) return numbers;
      numbers.push_back(number);
    }
    if (first >= end) break;
  }
  return numbers;
}

void MessageGroups::place(Group& group) {
  std::optional<std::uint64_t> ready_by;
  if (group.in_flight == 0 && !group.messages.empty()) {
    const auto& [first, state] = *group.messages.begin();
    if (state == State::visible) ready_by = first;
  }
  if (ready_by == group.ready_by) return;
  if (group.ready_by) ready_.erase(*group.ready_by);
  if (ready_by) ready_.emplace(*ready_by, &group);
  group.ready_by = ready_by;
}

}  // namespace engine
