#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <vector>

namespace storage {

/// Locks for keys: two holders of one key take turns. Keys share a fixed number of mutexes.
///
/// Safe to call from any thread. A thread that holds keys takes no more before it has let go.
class LockTable {
 public:
  /// Holds its keys until it is destroyed.
  class Held {
   public:
    Held() = default;
    Held(Held&& other) noexcept : mutexes_(std::move(other.mutexes_)) { other.mutexes_.clear(); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    Held& operator=(Held&&) = delete;
    ~Held();

   private:
    friend class LockTable;
    std::vector<std::mutex*> mutexes_;
  };

  std::unique_lock<std::mutex> hold(std::string_view key);
  /// All of them, in one order for everybody, so that no two holders wait for each other.
  Held hold_all(const std::vector<std::string_view>& keys);

 private:
  static constexpr std::size_t stripe_count = 1024;
  std::array<std::mutex, stripe_count> stripes_;
};

}  // namespace storage
