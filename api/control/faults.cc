// POST /_dynamill/faults: plans a fault, of handlers or of DynamoDB's operations:
//   {"fault": "timeout", "handler": {"function": "worker", "attempts": [1]}, "times": 3}
//   {"fault": "throttle", "dynamodb": {"operations": ["PutItem"], "tables": ["Orders"]},
//    "probability": 0.2, "seed": 7, "until": "2030-01-01T00:00:00Z"}
// GET /_dynamill/faults, GET /_dynamill/faults/{id}: the plans, and how often they have struck.
// DELETE /_dynamill/faults, DELETE /_dynamill/faults/{id} or ?id=: removes all, or one.

#include "mapping/faults/faults.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "api/control/body.h"
#include "api/control/operations.h"
#include "api/operations.h"
#include "engine/api_error.h"

namespace api::control {

namespace {

using nlohmann::json;

RestAnswer answer_of(const json& body, int status = 200) {
  RestAnswer answer;
  answer.status = status;
  answer.body = body.dump();
  return answer;
}

bool is_operation(const std::string& name) {
  for (const auto operations : {dynamodb_operations(), streams_operations()}) {
    const bool has_it = std::any_of(operations.begin(), operations.end(),
                                    [&](const auto& operation) { return operation.name == name; });
    if (has_it) return true;
  }
  return false;
}

/// What table they are about does not stand in a member of the request.
bool names_no_table(const std::string& operation) {
  static const std::set<std::string> those = {
      "BatchExecuteStatement", "DescribeEndpoints", "DescribeLimits", "ExecuteStatement",
      "ExecuteTransaction",    "GetRecords",        "ListTables"};
  return those.contains(operation);
}

/// What a plan does not know of: the operations there are.
void check_operations(const json& request) {
  static const json::json_pointer operations("/dynamodb/operations");
  static const json::json_pointer tables("/dynamodb/tables");
  if (!request.contains(operations) || !request.at(operations).is_array()) return;
  for (const auto& member : request.at(operations)) {
    if (!member.is_string()) return;
    const auto name = member.get<std::string>();
    if (!is_operation(name)) {
      throw engine::validation_error("dynamodb.operations: there is no operation " + name);
    }
    if (request.contains(tables) && names_no_table(name)) {
      throw engine::validation_error("dynamodb.tables does not go with " + name +
                                     ", which names no table in a member of its own");
    }
  }
}

/// As the path or the query names it; empty: all.
std::string id_of(const RestCall& call) {
  if (const auto found = call.path.find("id"); found != call.path.end()) return found->second;
  const auto found = call.query.find("id");
  return found == call.query.end() ? "" : found->second;
}

engine::ApiError no_such_plan(const std::string& id) {
  return {"ResourceNotFoundException", "there is no fault plan " + id, 404};
}

}  // namespace

boost::asio::awaitable<RestAnswer> plan_fault(Services& services, RestCall call) {
  const auto request = object_of(call.body);
  check_operations(request);
  co_return answer_of(services.faults.add(request), 201);
}

boost::asio::awaitable<RestAnswer> faults(Services& services, RestCall call) {
  if (const auto id = id_of(call); !id.empty()) {
    const auto plan = services.faults.find(id);
    if (!plan) throw no_such_plan(id);
    co_return answer_of(*plan);
  }
  co_return answer_of({{"faults", services.faults.list()}});
}

boost::asio::awaitable<RestAnswer> remove_faults(Services& services, RestCall call) {
  std::vector<std::string> removed;
  if (call.query.contains("id") || call.path.contains("id")) {
    removed.push_back(id_of(call));
    if (!services.faults.remove(removed.front())) throw no_such_plan(removed.front());
  } else {
    removed = services.faults.remove_all();
  }
  co_return answer_of({{"removed", removed}});
}

}  // namespace api::control
