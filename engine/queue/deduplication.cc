#include "engine/queue/deduplication.h"

#include "engine/limits.h"

namespace engine {

namespace {

bool is_over(TimePoint sent, TimePoint now) {
  return now >= sent + std::chrono::minutes(limits::deduplication_minutes);
}

}  // namespace

void Deduplication::add(const std::string& key, FirstSent first) {
  remove(key);
  by_time_.emplace(first.sent, key);
  by_key_.emplace(key, std::move(first));
}

std::optional<FirstSent> Deduplication::find(const std::string& key, TimePoint now) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || is_over(found->second.sent, now)) return std::nullopt;
  return found->second;
}

std::vector<std::string> Deduplication::ended(TimePoint now, std::size_t limit) const {
  std::vector<std::string> keys;
  for (const auto& [sent, key] : by_time_) {
    if (keys.size() == limit || !is_over(sent, now)) break;
    keys.push_back(key);
  }
  return keys;
}

void Deduplication::remove(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  by_time_.erase({found->second.sent, key});
  by_key_.erase(found);
}

}  // namespace engine
