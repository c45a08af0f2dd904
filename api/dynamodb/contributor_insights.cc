#include "api/dynamodb/contributor_insights.h"

#include <nlohmann/json.hpp>

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/table/table_notes.h"

namespace api {

namespace {

using nlohmann::json;

constexpr std::string_view note_name = "contributor-insights";

}  // namespace

AllContributorInsights contributor_insights_of(const Services& services,
                                               const engine::Table& table) {
  AllContributorInsights insights;
  const auto note = engine::TableNotes(services.documents).get(table, note_name);
  if (!note) return insights;
  const auto kept = json::parse(*note);
  for (const auto& [index_name, in] : kept.items()) {
    if (!index_name.empty() && !table.index(index_name)) continue;
    insights[index_name] = {in.at("isEnabled"), in.at("mode"),
                            engine::from_epoch_milliseconds(in.at("updated"))};
  }
  return insights;
}

engine::TableNotes::Changes notes_of(const AllContributorInsights& insights) {
  auto note = json::object();
  for (const auto& [index_name, of_index] : insights) {
    note[index_name] = {{"isEnabled", of_index.is_enabled},
                        {"mode", of_index.mode},
                        {"updated", engine::epoch_milliseconds(of_index.updated)}};
  }
  return {{std::string(note_name), note.dump()}};
}

std::string_view insights_index_of(JsonView body, const engine::Table& table) {
  const auto given = member_of(body, "IndexName");
  if (!given) return {};
  const std::string_view name = *given;
  if (!table.index(name)) {
    throw engine::resource_not_found(": Index " + std::string(name) + " for table " + table.name);
  }
  return name;
}

}  // namespace api
