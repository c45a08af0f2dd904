#include "storage/lock_table.h"

#include <algorithm>
#include <functional>

namespace storage {

LockTable::Held::~Held() {
  for (auto* mutex : mutexes_) mutex->unlock();
}

std::unique_lock<std::mutex> LockTable::hold(std::string_view key) {
  return std::unique_lock(stripes_[std::hash<std::string_view>()(key) % stripe_count]);
}

LockTable::Held LockTable::hold_all(const std::vector<std::string_view>& keys) {
  Held held;
  for (const auto key : keys) {
    held.mutexes_.push_back(&stripes_[std::hash<std::string_view>()(key) % stripe_count]);
  }
  std::sort(held.mutexes_.begin(), held.mutexes_.end());
  held.mutexes_.erase(std::unique(held.mutexes_.begin(), held.mutexes_.end()), held.mutexes_.end());
  for (auto* mutex : held.mutexes_) mutex->lock();
  return held;
}

}  // namespace storage
