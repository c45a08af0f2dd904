// UpdateContributorInsights: on or off, for a table or one of its indexes.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/contributor_insights.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "UpdateContributorInsights");
constexpr std::string_view default_mode = "ACCESSED_AND_THROTTLED_KEYS";

}  // namespace

void update_contributor_insights(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const std::string_view name = required_member(call.body, "TableName");
  const std::string_view action = required_member(call.body, "ContributorInsightsAction");
  const auto mode = member_of(call.body, "ContributorInsightsMode");
  nlohmann::ordered_json answer;
  services.catalog.annotate(name, [&](const engine::Table& table) {
    const std::string index_name(insights_index_of(call.body, table));
    auto all = contributor_insights_of(services, table);
    auto& insights = all[index_name];
    insights.is_enabled = action == "ENABLE";
    if (mode) insights.mode = std::string_view(*mode);
    if (insights.mode.empty()) insights.mode = default_mode;
    insights.updated = services.clock.now();

    answer["TableName"] = table.name;
    if (!index_name.empty()) answer["IndexName"] = index_name;
    answer["ContributorInsightsStatus"] = insights.is_enabled ? "ENABLING" : "DISABLING";
    if (insights.is_enabled) answer["ContributorInsightsMode"] = insights.mode;
    return notes_of(all);
  });
  out += answer.dump();
}

}  // namespace api
