#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/shape.h"
#include "engine/capacity.h"

namespace api {

/// `ReturnConsumedCapacity`
enum class ReturnCapacity { none, total, indexes };

ReturnCapacity return_capacity_of(std::string_view text);
/// Of a request that may leave it out.
ReturnCapacity return_capacity_in(JsonView body);

/// Whether the units are also told as what they were used for. Only transactions do.
enum class UnitKind { plain, read, written };

/// `{"TableName":...,"CapacityUnits":1.0}`, and for `indexes` what of it the table and each index
/// took (dynamodb.md 9.2). `table_name` is as the request gave it: a name or an ARN.
void append_consumed_capacity(std::string& out, ReturnCapacity detail, std::string_view table_name,
                              const engine::Capacity& capacity, UnitKind kind = UnitKind::plain);

/// By table name, as the request gave it.
using Capacities = std::map<std::string_view, engine::Capacity>;

/// `"ConsumedCapacity":[{...},{...}]`, table by table.
void append_consumed_capacities(std::string& out, ReturnCapacity detail,
                                const Capacities& capacities, UnitKind kind = UnitKind::plain);

}  // namespace api
