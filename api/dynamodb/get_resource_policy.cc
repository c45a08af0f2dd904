// GetResourcePolicy: the policy of a table or a stream.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/resource_policy.h"
#include "api/member.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "GetResourcePolicy");

}  // namespace

void get_resource_policy(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto resource = resource_of(required_member(call.body, "ResourceArn"));
  const auto table = table_of(resource, services, call, "GetResourcePolicy");
  const auto policy = policy_of(resource, services, *table);
  if (!policy) throw policy_not_found();
  const nlohmann::ordered_json answer = {{"Policy", policy->text},
                                         {"RevisionId", policy->revision}};
  out += answer.dump();
}

}  // namespace api
