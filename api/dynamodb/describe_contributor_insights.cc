// DescribeContributorInsights: whether they are on, for a table or one of its indexes.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/contributor_insights.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeContributorInsights");

}  // namespace

void describe_contributor_insights(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto table = services.catalog.existing(required_member(call.body, "TableName"));
  const auto index_name = insights_index_of(call.body, *table);
  const auto all = contributor_insights_of(services, *table);
  const auto found = all.find(index_name);

  nlohmann::ordered_json answer = {{"TableName", table->name}};
  if (!index_name.empty()) answer["IndexName"] = index_name;
  const bool is_enabled = found != all.end() && found->second.is_enabled;
  if (is_enabled) answer["ContributorInsightsRuleList"] = nlohmann::ordered_json::array();
  answer["ContributorInsightsStatus"] = is_enabled ? "ENABLED" : "DISABLED";
  if (found != all.end()) {
    answer["LastUpdateDateTime"] = engine::epoch_milliseconds(found->second.updated) / 1000.0;
  }
  if (is_enabled) answer["ContributorInsightsMode"] = found->second.mode;
  out += answer.dump();
}

}  // namespace api
