// ListContributorInsights: which tables and indexes ever had them, and whether they are on.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListContributorInsights.html

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/dynamodb/contributor_insights.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/page_token.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ListContributorInsights");
constexpr std::size_t page_size_max = 100;

std::vector<std::string> table_names(const Services& services, JsonView body) {
  if (const auto name = member_of(body, "TableName")) {
    return {services.catalog.existing(std::string_view(*name))->name};
  }
  return services.catalog.names("", -1);
}

/// In the order of tables, and of their indexes.
std::string place_of(const std::string& table_name, const std::string& index_name) {
  return table_name + '\0' + index_name;
}

}  // namespace

void list_contributor_insights(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto after = after_token(call.body);
  const auto size = member_of(call.body, "MaxResults");
  const std::size_t page_size = size ? static_cast<std::size_t>(integer_of(*size)) : page_size_max;

  nlohmann::ordered_json answer;
  auto& page = answer["ContributorInsightsSummaries"] = nlohmann::ordered_json::array();
  std::string last;
  for (const auto& name : table_names(services, call.body)) {
    const auto table = services.catalog.find(name);
    if (!table) continue;
    for (const auto& [index_name, insights] : contributor_insights_of(services, *table)) {
      const auto place = place_of(name, index_name);
      if (after && place <= *after) continue;
      if (page.size() == page_size) {
        answer["NextToken"] = page_token(last);
        out += answer.dump();
        return;
      }
      nlohmann::ordered_json summary = {{"TableName", name}};
      if (!index_name.empty()) summary["IndexName"] = index_name;
      summary["ContributorInsightsStatus"] = insights.is_enabled ? "ENABLED" : "DISABLED";
      if (insights.is_enabled) summary["ContributorInsightsMode"] = insights.mode;
      page.push_back(std::move(summary));
      last = place;
    }
  }
  out += answer.dump();
}

}  // namespace api
