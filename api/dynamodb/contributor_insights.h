#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/operation.h"
#include "engine/clock.h"
#include "engine/table/table_notes.h"

/// Contributor insights (dynamodb.md 17.5): whether they are on is kept and shown. Here are no
/// insights, so there are no rules.
namespace api {

struct ContributorInsights {
  bool is_enabled = false;
  std::string mode;
  engine::TimePoint updated;
};

/// Of a table under the empty name, of its indexes under theirs: those that were ever enabled and
/// are still there.
using AllContributorInsights = std::map<std::string, ContributorInsights, std::less<>>;

AllContributorInsights contributor_insights_of(const Services& services,
                                               const engine::Table& table);
engine::TableNotes::Changes notes_of(const AllContributorInsights& insights);

/// `IndexName` of the request, or nothing. Throws ResourceNotFoundException if the table has no
/// such index.
std::string_view insights_index_of(JsonView body, const engine::Table& table);

}  // namespace api
