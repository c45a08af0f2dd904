#pragma once

#include <nlohmann/json.hpp>

#include "api/services.h"
#include "engine/table/table.h"

namespace api {

/// `TableDescription` as the answers of CreateTable and UpdateTable have it (dynamodb.md 13.2).
nlohmann::ordered_json table_description(const engine::Table& table, std::string_view status,
                                         engine::TimePoint now);
/// The same as DescribeTable gives it, of an active table and with its size.
nlohmann::ordered_json full_table_description(const Services& services, const engine::Table& table);

}  // namespace api
