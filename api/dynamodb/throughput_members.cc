#include "api/dynamodb/throughput_members.h"

#include <algorithm>

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/limits.h"

namespace api {

namespace {

using engine::validation_error;

/// What a new on-demand table can serve at once, in units per second.
constexpr engine::Throughput on_demand_warm = {12000, 4000};
constexpr long long no_limit = -1;

/// The service's own failure, as recorded.
engine::ApiError internal_failure() { return {"InternalFailure", "", 500}; }

std::optional<long long> number_in(JsonView object, std::string_view name) {
  const auto given = member_of(object, name);
  if (!given) return std::nullopt;
  return integer_of(*given);
}

void read_limit(JsonView limits, const std::string& name, const std::string& whose,
                std::optional<long long>& limit) {
  const auto given = number_in(limits, name);
  if (!given) return;
  if (*given == no_limit) return limit.reset();
  if (*given < 1 || *given > engine::limits::throughput_units_max) {
    throw validation_error("Requested " + name + " for OnDemandThroughput for " + whose +
                           " is outside of valid range");
  }
  limit = given;
}

void read_warm(JsonView warm, const std::string& name, const std::string& whose, long long& units) {
  const auto given = number_in(warm, name);
  if (!given) return;
  if (*given < 1 || *given > engine::limits::throughput_units_max) {
    throw engine::invalid_parameter_values("Requested " + name + " for WarmThroughput for " +
                                           whose + " is outside of valid range");
  }
  if (*given < units) {
    throw engine::invalid_parameter_values(
        "Requested " + name + " for WarmThroughput for " + whose +
        " is lower than current WarmThroughput, decreasing WarmThroughput is not supported");
  }
  units = *given;
}

}  // namespace

std::optional<engine::OnDemandLimits> on_demand_limits_of(JsonView body, engine::BillingMode mode,
                                                          const engine::OnDemandLimits& current,
                                                          const std::string& whose,
                                                          std::string_view member) {
  const auto given = member_of(body, member);
  if (!given) return std::nullopt;
  const std::string read = "MaxReadRequestUnits";
  const std::string write = "MaxWriteRequestUnits";
  const bool has_read = member_of(*given, read).has_value();
  if (!has_read && !member_of(*given, write)) throw internal_failure();
  if (mode == engine::BillingMode::provisioned) {
    throw validation_error((has_read ? read : write) +
                           " for OnDemandThroughput cannot be specified when table BillingMode is "
                           "PROVISIONED.");
  }
  auto limits = current;
  read_limit(*given, read, whose, limits.read_units);
  read_limit(*given, write, whose, limits.write_units);
  return limits;
}

std::optional<engine::Throughput> warm_throughput_of(JsonView body,
                                                     const engine::Throughput& current,
                                                     const std::string& whose) {
  const auto given = member_of(body, "WarmThroughput");
  if (!given) return std::nullopt;
  const std::string read = "ReadUnitsPerSecond";
  const std::string write = "WriteUnitsPerSecond";
  if (!member_of(*given, read) && !member_of(*given, write)) throw internal_failure();
  auto warm = current;
  read_warm(*given, read, whose, warm.read_units);
  read_warm(*given, write, whose, warm.write_units);
  return warm;
}

engine::ApiError unchanged_throughput(const std::string& whose, const engine::Throughput& current) {
  const auto text = [&](const std::string& kind, long long units) {
    return "Current " + kind + " provisioned for " + whose + ": " + std::to_string(units) +
           ". Requested " + kind + ": " + std::to_string(units) + ". ";
  };
  return validation_error("The provisioned throughput for " + whose +
                          " will not change. The requested value equals the current value. " +
                          text("ReadCapacityUnits", current.read_units) +
                          text("WriteCapacityUnits", current.write_units) +
                          "Refer to the Amazon DynamoDB Developer Guide for current limits and how "
                          "to request higher limits.");
}

engine::ApiError no_throughput_on_demand(const std::string& index_name) {
  return engine::invalid_parameter_values(
      "ProvisionedThroughput should not be specified for index: " + index_name +
      " when BillingMode is PAY_PER_REQUEST");
}

engine::Throughput warm_throughput(engine::BillingMode mode, const engine::Throughput& provisioned,
                                   const std::optional<engine::Throughput>& asked_for) {
  const bool is_on_demand = mode == engine::BillingMode::pay_per_request;
  auto warm = is_on_demand ? on_demand_warm : provisioned;
  if (!asked_for) return warm;
  warm.read_units = std::max(warm.read_units, asked_for->read_units);
  warm.write_units = std::max(warm.write_units, asked_for->write_units);
  return warm;
}

}  // namespace api
