// UpdateTimeToLive: let the items of a table expire, or no longer.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html

#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/table/catalog.h"
#include "engine/write/expiry.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "UpdateTimeToLive");

struct Specification {
  std::string attribute_name;
  bool is_enabled = false;
};

Specification read(JsonView body) {
  const auto specification = required_member(body, "TimeToLiveSpecification");
  const std::string_view name = required_member(specification, "AttributeName");
  return {std::string(name), boolean_of(required_member(specification, "Enabled"))};
}

/// What only the table itself can tell (dynamodb.md 15).
void require_possible(const engine::Table& table, const Specification& wanted) {
  const auto& current = table.time_to_live;
  if (!current && wanted.is_enabled) return;
  if (!current) throw engine::validation_error("TimeToLive is already disabled");
  if (current->attribute_name != wanted.attribute_name) {
    throw engine::validation_error(
        "TimeToLive is active on a different AttributeName: current AttributeName is " +
        current->attribute_name);
  }
  if (wanted.is_enabled) throw engine::validation_error("TimeToLive is already enabled");
}

}  // namespace

void update_time_to_live(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto wanted = read(call.body);

  engine::TableChange change;
  change.disable_time_to_live = !wanted.is_enabled;
  if (wanted.is_enabled) change.enable_time_to_live = wanted.attribute_name;
  change.require = [&](const engine::Table& table) { require_possible(table, wanted); };
  const std::string_view name = required_member(call.body, "TableName");
  const auto table = services.catalog.update(name, change);
  if (wanted.is_enabled) services.expiry.begin(*table);

  nlohmann::ordered_json answer;
  answer["TimeToLiveSpecification"] = {{"Enabled", wanted.is_enabled},
                                       {"AttributeName", wanted.attribute_name}};
  out += answer.dump();
}

}  // namespace api
