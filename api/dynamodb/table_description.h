#pragma once

#include <nlohmann/json.hpp>

#include "api/services.h"
#include "engine/table/table.h"

namespace api {

/// `TableDescription` as the answers of CreateTable and UpdateTable have it (dynamodb.md 13.2).
nlohmann::ordered_json table_description(const engine::Table& table, engine::TimePoint now);
/// Puts how many items the table and its indexes have, and how large they are.
void put_sizes(const Services& services, const engine::Table& table,
               nlohmann::ordered_json& description);
/// The same as DescribeTable gives it: with sizes, and what can be served at once.
nlohmann::ordered_json full_table_description(const Services& services, const engine::Table& table);

}  // namespace api
