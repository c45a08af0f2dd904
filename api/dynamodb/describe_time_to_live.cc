// DescribeTimeToLive: whether items of a table expire, and by which attribute.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html

#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeTimeToLive");

std::string_view status_of(const std::optional<engine::TimeToLive>& time_to_live) {
  if (!time_to_live) return "DISABLED";
  return time_to_live->is_filling ? "ENABLING" : "ENABLED";
}

}  // namespace

void describe_time_to_live(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto table = services.catalog.existing(required_member(call.body, "TableName"));
  if (table->status == engine::TableStatus::creating) {
    throw engine::validation_error(
        "Cannot describe time to live while table is in CREATING state: Current table state is "
        "CREATING");
  }
  nlohmann::ordered_json answer;
  auto& description = answer["TimeToLiveDescription"];
  description["TimeToLiveStatus"] = status_of(table->time_to_live);
  if (table->time_to_live) description["AttributeName"] = table->time_to_live->attribute_name;
  out += answer.dump();
}

}  // namespace api
