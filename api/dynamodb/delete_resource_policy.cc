// DeleteResourcePolicy: takes the policy of a table or a stream away; without one that is fine.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/resource_policy.h"
#include "api/member.h"
#include "engine/table/catalog.h"
#include "engine/table/table_notes.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DeleteResourcePolicy");

}  // namespace

void delete_resource_policy(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto resource = resource_of(required_member(call.body, "ResourceArn"));
  const auto named = table_of(resource, services, call, "DeleteResourcePolicy");
  auto answer = nlohmann::ordered_json::object();
  services.catalog.annotate(named->name, [&](const engine::Table& table) {
    const auto current = policy_of(resource, services, table);
    require_expected_revision(call.body, current);
    if (!current) return engine::TableNotes::Changes();
    answer["RevisionId"] = current->revision;
    return engine::TableNotes::Changes{{policy_note_of(resource), std::nullopt}};
  });
  out += answer.dump();
}

}  // namespace api
