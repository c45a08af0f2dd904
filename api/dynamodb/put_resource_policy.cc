// PutResourcePolicy: gives a table or a stream a policy, in the place of the one it has.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/resource_policy.h"
#include "api/member.h"
#include "engine/random.h"
#include "engine/table/catalog.h"
#include "engine/table/table_notes.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "PutResourcePolicy");

}  // namespace

void put_resource_policy(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto resource = resource_of(required_member(call.body, "ResourceArn"));
  ResourcePolicy policy;
  policy.text = std::string_view(required_member(call.body, "Policy"));
  require_policy(policy.text);

  const auto named = table_of(resource, services, call, "PutResourcePolicy");
  services.catalog.annotate(named->name, [&](const engine::Table& table) {
    const auto current = policy_of(resource, services, table);
    require_expected_revision(call.body, current);
    // The same once more is the same revision.
    const bool is_same = current && current->text == policy.text;
    policy.revision = is_same ? current->revision : services.random.uuid();
    return engine::TableNotes::Changes{{policy_note_of(resource), encode(policy)}};
  });
  out += nlohmann::ordered_json{{"RevisionId", policy.revision}}.dump();
}

}  // namespace api
