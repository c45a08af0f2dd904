#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/faults/plan.h"
#include "mapping/function/functions.h"

namespace engine {
class Documents;
class Random;
}  // namespace engine

namespace mapping {

/// What is to be done to one call. Delays may add up; of the other faults the plan that was made
/// first is the one.
struct Strike {
  std::string plans;  ///< Their ids, `1` or `1,4`.
  engine::Duration delay{0};
  std::optional<Fault> fault;  ///< But `delay`.
  std::string error_type;      ///< Of `fail`.
  std::string error_message;
};

/// The faults that are planned, and how often they have struck. They survive a restart.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Faults {
 public:
  Faults(engine::Documents& documents, const engine::Clock& clock, engine::Random& random);

  /// Adds a plan as a client posts it, and gives it as it is listed. Throws `ApiError`.
  nlohmann::json add(const nlohmann::json& request);
  /// By the order of their making, those that have ended too.
  std::vector<nlohmann::json> list() const;
  /// Nothing if there is none of that id.
  std::optional<nlohmann::json> find(std::string_view id) const;
  bool remove(std::string_view id);
  /// Gives the ids of those there were.
  std::vector<std::string> remove_all();

  /// Costs one relaxed load as long as no plan is for handlers; likewise the other.
  bool has_handler_plans() const { return handler_plans_.load(std::memory_order_relaxed) > 0; }
  bool has_operation_plans() const { return operation_plans_.load(std::memory_order_relaxed) > 0; }

  /// Nothing: let it pass.
  std::optional<Strike> strike(const InvocationRequest& request);
  /// `tables`: asked only if a plan is for certain tables.
  std::optional<Strike> strike(std::string_view operation,
                               const std::function<std::vector<std::string>()>& tables);

 private:
  using Plans = std::map<std::uint64_t, FaultPlan>;

  static std::optional<std::uint64_t> number_of(std::string_view id);
  /// With the mutex held.
  std::optional<Strike> strike_those(const std::function<bool(const FaultPlan&)>& is_for);
  void count_plans();
  void make_room(engine::TimePoint now);

  engine::Documents& documents_;
  const engine::Clock& clock_;
  engine::Random& random_;
  mutable std::mutex mutex_;
  Plans plans_;
  std::uint64_t last_number_ = 0;
  /// Those that have not ended.
  std::atomic<int> handler_plans_{0};
  std::atomic<int> operation_plans_{0};
};

}  // namespace mapping
