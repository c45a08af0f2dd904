#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/table/table.h"

/// Throughput that is no provisioned one: limits of on-demand tables, and what they can serve at
/// once (dynamodb.md 13.2 and 13.4).
namespace api {

/// `OnDemandThroughput` as it is to be, given what there is; nothing if it is left out. `whose` is
/// `table`, or `index I`.
std::optional<engine::OnDemandLimits> on_demand_limits_of(
    JsonView body, engine::BillingMode mode, const engine::OnDemandLimits& current,
    const std::string& whose = "table", std::string_view member = "OnDemandThroughput");
/// `WarmThroughput` as it is to be, given what there is; nothing if it is left out.
std::optional<engine::Throughput> warm_throughput_of(JsonView body,
                                                     const engine::Throughput& current,
                                                     const std::string& whose = "table");

/// A ValidationException: `whose` throughput, `the table` or `the index I`, is that already.
engine::ApiError unchanged_throughput(const std::string& whose, const engine::Throughput& current);

/// A ValidationException: the index of an on-demand table is given a provisioned throughput.
engine::ApiError no_throughput_on_demand(const std::string& index_name);

/// What a table or an index can serve at once: what was asked for, or what AWS gives by itself.
engine::Throughput warm_throughput(engine::BillingMode mode, const engine::Throughput& provisioned,
                                   const std::optional<engine::Throughput>& asked_for);

}  // namespace api
