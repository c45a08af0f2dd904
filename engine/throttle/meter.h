#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/api_error.h"
#include "engine/clock.h"
#include "engine/table/table.h"

namespace engine {

struct Capacity;

/// Throughput as something that can be used up: the provisioned throughput of tables and global
/// indexes, and what on-demand ones are limited to. What is not used is kept for 300 seconds.
///
/// Who wants to read or write asks whether there is anything left, and afterwards says how much it
/// took, which may be more than there was.
///
/// If it is not enforced, all of it does nothing. Safe to call from any thread.
class ThroughputMeter {
 public:
  explicit ThroughputMeter(const Clock& clock, bool is_enforced = false)
      : clock_(clock), is_enforced_(is_enforced) {}

  bool is_enforced() const { return is_enforced_; }

  /// Throws ProvisionedThroughputExceededException, or ThrottlingException for what is on-demand,
  /// if nothing is left for reading the table, or its index if that is a global one.
  void require_read(const Table& table, const Index* index = nullptr) {
    if (is_enforced_) require(table, index, Use::read);
  }
  void take_read(const Table& table, const Capacity& capacity) {
    if (is_enforced_) take(table, capacity, Use::read);
  }
  /// The same of the table alone.
  void take_read(const Table& table, double units) {
    if (is_enforced_) take_of_table(table, units);
  }
  /// The same for writing the table.
  void require_write(const Table& table) {
    if (is_enforced_) require(table, nullptr, Use::write);
  }
  /// What it would throw for writing the table and those of these indexes that are global.
  std::optional<ApiError> refusal_of_write(const Table& table,
                                           std::span<const IndexChange> changes);
  void take_write(const Table& table, const Capacity& capacity) {
    if (is_enforced_) take(table, capacity, Use::write);
  }

 private:
  enum class Use : std::uint8_t { read, write };

  /// What is left, of what flows in at a rate.
  struct Bucket {
    double left = 0;
    TimePoint filled;
  };

  /// Those of one table, as long as that is there.
  struct Buckets {
    std::weak_ptr<TableLife> life;
    std::map<std::string, Bucket, std::less<>> all;
  };

  /// What has nothing left.
  struct Exhausted {
    const Index* index = nullptr;  ///< Null: the table.
    bool is_on_demand = false;
  };

  static std::optional<double> units_per_second(const Table& table, const Index* index, Use use);
  static ApiError refusal(const Table& table, std::span<const Exhausted> exhausted, Use use);
  void require(const Table& table, const Index* index, Use use);
  void take(const Table& table, const Capacity& capacity, Use use);
  void take_of_table(const Table& table, double read_units);
  // `mutex_` is held.
  bool is_exhausted(const Table& table, const Index* index, Use use);
  void take(const Table& table, const Index* index, Use use, double units);
  Bucket& bucket(const Table& table, const Index* index, Use use, double units_per_second);
  void forget_deleted_tables();

  const Clock& clock_;
  const bool is_enforced_;
  std::mutex mutex_;
  std::map<std::string, Buckets, std::less<>> tables_;  ///< By `TableId`. Guarded by `mutex_`.
};

/// Whether an error is one that the meter throws.
bool is_throttling(const ApiError& error);

}  // namespace engine
