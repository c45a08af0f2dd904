#pragma once

#include <string>
#include <string_view>

#include "engine/capacity.h"

namespace api {

/// `ReturnConsumedCapacity`
enum class ReturnCapacity { none, total, indexes };

ReturnCapacity return_capacity_of(std::string_view text);

/// `{"TableName":...,"CapacityUnits":1.0}`, and for `indexes` what of it the table and each index
/// took (dynamodb.md 9.2). `table_name` is as the request gave it: a name or an ARN.
void append_consumed_capacity(std::string& out, ReturnCapacity detail, std::string_view table_name,
                              const engine::Capacity& capacity);

}  // namespace api
