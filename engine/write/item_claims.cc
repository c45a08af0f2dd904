#include "engine/write/item_claims.h"

namespace engine {

ItemClaims::Held::Held(ItemClaims& claims, std::span<const std::string> keys)
    : claims_(claims), keys_(keys) {
  const std::lock_guard lock(claims_.mutex_);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (claims_.keys_.contains(keys[i])) conflicts_.push_back(i);
  }
  if (!conflicts_.empty()) return;
  claims_.keys_.insert(keys.begin(), keys.end());
  claims_.count_ = claims_.keys_.size();
}

ItemClaims::Held::~Held() {
  if (!conflicts_.empty()) return;
  const std::lock_guard lock(claims_.mutex_);
  for (const auto& key : keys_) claims_.keys_.erase(key);
  claims_.count_ = claims_.keys_.size();
}

std::vector<std::size_t> ItemClaims::among(std::span<const std::string> keys) const {
  std::vector<std::size_t> claimed;
  if (count_ == 0) return claimed;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys_.contains(keys[i])) claimed.push_back(i);
  }
  return claimed;
}

bool ItemClaims::find(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  return keys_.contains(key);
}

}  // namespace engine
