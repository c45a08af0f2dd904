#include "server/protocol/operation_faults.h"

#include <algorithm>
#include <array>

#include "engine/api_error.h"
#include "engine/arn.h"
#include "mapping/faults/faults.h"
#include "server/http.h"

namespace server {

namespace {

/// Their throughput is a table's.
constexpr std::array<std::string_view, 13> item_operations = {"BatchExecuteStatement",
                                                              "BatchGetItem",
                                                              "BatchWriteItem",
                                                              "DeleteItem",
                                                              "ExecuteStatement",
                                                              "ExecuteTransaction",
                                                              "GetItem",
                                                              "PutItem",
                                                              "Query",
                                                              "Scan",
                                                              "TransactGetItems",
                                                              "TransactWriteItems",
                                                              "UpdateItem"};

engine::ApiError throttled(std::string_view operation) {
  if (std::find(item_operations.begin(), item_operations.end(), operation) ==
      item_operations.end()) {
    return {"ThrottlingException", "Rate of requests exceeds the allowed throughput."};
  }
  return {"ProvisionedThroughputExceededException",
          "The level of configured provisioned throughput for the table was exceeded. Consider "
          "increasing your provisioning level with the UpdateTable API."};
}

/// `T` of `T`, `arn:...:table/T` and `arn:...:table/T/stream/...`.
std::string table_named(std::string_view name_or_arn) {
  constexpr std::string_view prefix = "table/";
  const auto arn = engine::Arn::parse(name_or_arn);
  if (!arn || !arn->resource.starts_with(prefix)) return std::string(name_or_arn);
  const auto resource = std::string_view(arn->resource).substr(prefix.size());
  return std::string(resource.substr(0, resource.find('/')));
}

void add_named(std::vector<std::string>& tables, api::JsonView object) {
  for (const auto* member : {"TableName", "StreamArn", "ResourceArn", "TableArn"}) {
    std::string_view name;
    if (object[member].get(name) == simdjson::SUCCESS) tables.push_back(table_named(name));
  }
}

}  // namespace

std::vector<std::string> tables_of(api::JsonView body) {
  std::vector<std::string> tables;
  add_named(tables, body);
  simdjson::dom::object items;
  if (body["RequestItems"].get(items) == simdjson::SUCCESS) {
    for (const auto [name, requests] : items) tables.push_back(table_named(name));
  }
  simdjson::dom::array actions;
  if (body["TransactItems"].get(actions) == simdjson::SUCCESS) {
    for (const auto action : actions) {
      simdjson::dom::object kinds;
      if (action.get(kinds) != simdjson::SUCCESS) continue;
      for (const auto [kind, item] : kinds) add_named(tables, item);
    }
  }
  return tables;
}

void run_or_strike(const api::DynamoOperation& operation, api::Services& services,
                   const api::Call& call, HttpAnswer& answer) {
  auto& faults = services.faults;
  if (!faults.has_operation_plans()) return operation.run(services, call, answer.body);
  const auto strike = faults.strike(operation.name, [&] { return tables_of(call.body); });
  if (strike) {
    answer.headers.emplace_back("x-dynamill-fault", strike->plans);
    if (strike->fault == mapping::Fault::throttle) throw throttled(operation.name);
    if (strike->fault == mapping::Fault::fail) {
      throw engine::ApiError("InternalServerError", "Internal server error", 500);
    }
    answer.is_lost = true;
  }
  operation.run(services, call, answer.body);
}

}  // namespace server
