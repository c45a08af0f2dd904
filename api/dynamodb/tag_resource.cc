// TagResource: adds tags, or gives them other values.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/table_members.h"
#include "api/dynamodb/tags.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/limits.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "TagResource");

}  // namespace

void tag_resource(Services& services, const Call& call, std::string&) {
  input.check(call.body);
  const auto resource = tagged_resource_of(call.body);
  if (simdjson::dom::array(required_member(call.body, "Tags")).size() == 0) {
    throw engine::validation_error("Atleast one Tag needs to be provided as Input.");
  }
  const auto added = tags_of(call.body);
  change_tags(resource, services, call, "TagResource", [&](Tags& tags) {
    for (const auto& [key, value] : added) tags[key] = value;
    require_tag_count(tags.size());
  });
}

}  // namespace api
