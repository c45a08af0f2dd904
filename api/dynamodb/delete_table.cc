// DeleteTable: the table and its items; its stream stays readable for a day.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/table_description.h"
#include "api/member.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/read/reader.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DeleteTable");

void require_unprotected(const engine::Table& table) {
  if (!table.deletion_protection) return;
  throw engine::validation_error(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
      "protection first.");
}

/// Only some of the members that a table is otherwise described with (dynamodb.md 13.3).
nlohmann::ordered_json description_of(const engine::Table& table, engine::TimePoint now) {
  nlohmann::ordered_json whole = table_description(table, now);
  nlohmann::ordered_json description;
  for (const auto* const name :
       {"TableName", "TableStatus", "ProvisionedThroughput", "TableSizeBytes", "ItemCount",
        "TableArn", "TableId", "BillingModeSummary", "DeletionProtectionEnabled"}) {
    if (whole.contains(name)) description[name] = whole[name];
  }
  return description;
}

}  // namespace

void delete_table(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const std::string_view name = required_member(call.body, "TableName");
  long long items = 0;
  long long bytes = 0;
  const auto table = services.catalog.remove(name, [&](const engine::Table& before) {
    require_unprotected(before);
    const auto& size = services.reader.size_of(before);
    items = size.items;
    bytes = size.bytes;
  });
  nlohmann::ordered_json answer;
  auto& description = answer["TableDescription"];
  description = description_of(*table, services.clock.now());
  description["ItemCount"] = items;
  description["TableSizeBytes"] = bytes;
  out += answer.dump();
}

}  // namespace api
