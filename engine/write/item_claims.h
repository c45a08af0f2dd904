#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace engine {

/// Which items transactions under way are about. Who claims an item that is claimed already does
/// not wait for it: that is a conflict (dynamodb.md 11.2; Amazon DynamoDB Developer Guide,
/// "Transaction conflict handling").
///
/// Safe to call from any thread.
class ItemClaims {
 public:
  /// As long as it lives, its items are claimed.
  class Held {
   public:
    /// `keys` outlive it.
    Held(ItemClaims& claims, std::span<const std::string> keys);
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held();

    /// Which of them somebody else had, by their place: then none is claimed. Mostly empty.
    const std::vector<std::size_t>& conflicts() const { return conflicts_; }

   private:
    ItemClaims& claims_;
    std::span<const std::string> keys_;
    std::vector<std::size_t> conflicts_;
  };

  /// Costs next to nothing while there is no transaction.
  bool has(std::string_view key) const {
    return count_.load(std::memory_order_relaxed) > 0 && find(key);
  }
  /// The places of those that are claimed.
  std::vector<std::size_t> among(std::span<const std::string> keys) const;

 private:
  bool find(std::string_view key) const;

  mutable std::mutex mutex_;
  std::unordered_set<std::string_view> keys_;  ///< Guarded by `mutex_`.
  std::atomic<std::size_t> count_{0};          ///< Of `keys_`.
};

}  // namespace engine
