// UntagResource: takes tags away; one that is not there is fine.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/tags.h"
#include "api/member.h"
#include "engine/api_error.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "UntagResource");

}  // namespace

void untag_resource(Services& services, const Call& call, std::string&) {
  input.check(call.body);
  const auto resource = tagged_resource_of(call.body);
  const simdjson::dom::array keys = required_member(call.body, "TagKeys");
  if (keys.size() == 0) {
    throw engine::validation_error("Atleast one Tag Key needs to be provided as Input.");
  }
  change_tags(resource, services, call, "UntagResource", [&](Tags& tags) {
    for (const JsonView key : keys) tags.erase(std::string(std::string_view(key)));
  });
}

}  // namespace api
