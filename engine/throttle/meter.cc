#include "engine/throttle/meter.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/capacity.h"
#include "engine/limits.h"
#include "engine/value/json.h"

namespace engine {

namespace {

constexpr std::string_view provisioned_code = "ProvisionedThroughputExceededException";
constexpr std::string_view on_demand_code = "ThrottlingException";

/// Of a local index it is the table's throughput that is used.
bool has_throughput(const Index* index) { return index != nullptr && index->is_global; }

std::string_view message_of(bool is_index, bool is_on_demand) {
  if (is_on_demand) {
    return is_index ? "Throughput exceeds the maximum OnDemandThroughput configured on one or more "
                      "global secondary indexes of the table."
                    : "Throughput exceeds the maximum OnDemandThroughput configured on the table.";
  }
  return is_index ? "The level of configured provisioned throughput for one or more global "
                    "secondary indexes of the table was exceeded. Consider provisioning your "
                    "under-provisioned global secondary indexes with the UpdateTable API"
                  : "The level of configured provisioned throughput for the table was exceeded. "
                    "Consider increasing your provisioning level with the UpdateTable API.";
}

}  // namespace

bool is_throttling(const ApiError& error) {
  return error.code == provisioned_code || error.code == on_demand_code;
}

std::optional<ApiError> ThroughputMeter::refusal_of_write(const Table& table,
                                                          std::span<const IndexChange> changes) {
  if (!is_enforced_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const bool is_on_demand = table.billing_mode == BillingMode::pay_per_request;
  std::vector<Exhausted> exhausted;
  if (is_exhausted(table, nullptr, Use::write)) exhausted.push_back({nullptr, is_on_demand});
  for (const auto& change : changes) {
    const Index* const index = change.index.get();
    if (has_throughput(index) && is_exhausted(table, index, Use::write)) {
      exhausted.push_back({index, is_on_demand});
    }
  }
  if (exhausted.empty()) return std::nullopt;
  return refusal(table, exhausted, Use::write);
}

void ThroughputMeter::require(const Table& table, const Index* index, Use use) {
  if (!has_throughput(index)) index = nullptr;
  const std::lock_guard lock(mutex_);
  if (!is_exhausted(table, index, use)) return;
  const Exhausted one{index, table.billing_mode == BillingMode::pay_per_request};
  throw refusal(table, {&one, 1}, use);
}

void ThroughputMeter::take(const Table& table, const Capacity& capacity, Use use) {
  const std::lock_guard lock(mutex_);
  double of_table = capacity.table;
  for (const auto& [name, units] : capacity.local_indexes) of_table += units;
  take(table, nullptr, use, of_table);
  for (const auto& [name, units] : capacity.global_indexes) {
    if (const auto index = table.index(name)) take(table, index.get(), use, units);
  }
}

void ThroughputMeter::take_of_table(const Table& table, double read_units) {
  const std::lock_guard lock(mutex_);
  take(table, nullptr, Use::read, read_units);
}

void ThroughputMeter::take(const Table& table, const Index* index, Use use, double units) {
  if (units == 0) return;
  const auto rate = units_per_second(table, index, use);
  if (rate) bucket(table, index, use, *rate).left -= units;
}

bool ThroughputMeter::is_exhausted(const Table& table, const Index* index, Use use) {
  const auto rate = units_per_second(table, index, use);
  return rate && bucket(table, index, use, *rate).left <= 0;
}

std::optional<double> ThroughputMeter::units_per_second(const Table& table, const Index* index,
                                                        Use use) {
  if (table.billing_mode == BillingMode::provisioned) {
    const Throughput& throughput = index != nullptr ? index->throughput : table.throughput;
    const auto units = use == Use::read ? throughput.read_units : throughput.write_units;
    // None of its own: it has been on-demand until now.
    if (units == 0) return std::nullopt;
    return static_cast<double>(units);
  }
  const auto& limits = index != nullptr ? index->on_demand_limits : table.on_demand_limits;
  const auto& units = use == Use::read ? limits.read_units : limits.write_units;
  if (!units) return std::nullopt;
  return static_cast<double>(*units);
}

ThroughputMeter::Bucket& ThroughputMeter::bucket(const Table& table, const Index* index, Use use,
                                                 double units_per_second) {
  const double most = units_per_second * limits::throughput_burst_seconds;
  const TimePoint now = clock_.now();
  auto of_table = tables_.find(table.uuid);
  if (of_table == tables_.end()) {
    forget_deleted_tables();
    of_table = tables_.emplace(table.uuid, Buckets{table.life, {}}).first;
  }
  std::string name = use == Use::read ? "r" : "w";
  if (index != nullptr) name += std::to_string(index->id);
  const auto [found, is_new] = of_table->second.all.try_emplace(std::move(name));
  Bucket& bucket = found->second;
  if (is_new) {
    bucket = {most, now};
    return bucket;
  }
  // A clock that was set back gives nothing.
  const std::chrono::duration<double> passed = std::max(now - bucket.filled, Duration(0));
  bucket.left = std::min(most, bucket.left + passed.count() * units_per_second);
  bucket.filled = now;
  return bucket;
}

void ThroughputMeter::forget_deleted_tables() {
  std::erase_if(tables_, [](const auto& table) { return table.second.life.expired(); });
}

ApiError ThroughputMeter::refusal(const Table& table, std::span<const Exhausted> exhausted,
                                  Use use) {
  const Exhausted& first = exhausted.front();
  ApiError error(std::string(first.is_on_demand ? on_demand_code : provisioned_code),
                 std::string(message_of(first.index != nullptr, first.is_on_demand)));
  error.members = first.is_on_demand ? "\"throttlingReasons\":[" : "\"ThrottlingReasons\":[";
  for (const auto& one : exhausted) {
    if (error.members.back() != '[') error.members += ',';
    std::string reason = one.index != nullptr ? "Index" : "Table";
    reason += use == Use::read ? "Read" : "Write";
    reason += one.is_on_demand ? "MaxOnDemandThroughputExceeded" : "ProvisionedThroughputExceeded";
    error.members += "{\"reason\":";
    append_json_string(error.members, reason);
    error.members += ",\"resource\":";
    append_json_string(error.members,
                       one.index != nullptr ? table.arn + "/index/" + one.index->name : table.arn);
    error.members += '}';
  }
  error.members += ']';
  return error;
}

}  // namespace engine
