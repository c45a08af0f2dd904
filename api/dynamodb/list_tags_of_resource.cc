// ListTagsOfResource: the tags of a table or a stream, ten a page, by their keys.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/page_token.h"
#include "api/dynamodb/tags.h"
#include "engine/limits.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ListTagsOfResource");

}  // namespace

void list_tags_of_resource(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto resource = tagged_resource_of(call.body);
  const auto after = after_token(call.body);
  const Tags tags = tags_of(resource, services, call, "ListTagsOfResource");

  nlohmann::ordered_json answer;
  auto& page = answer["Tags"] = nlohmann::ordered_json::array();
  std::string last;
  for (auto tag = after ? tags.upper_bound(*after) : tags.begin(); tag != tags.end(); ++tag) {
    if (page.size() == engine::limits::list_tags_max) {
      answer["NextToken"] = page_token(last);
      break;
    }
    page.push_back({{"Key", tag->first}, {"Value", tag->second}});
    last = tag->first;
  }
  out += answer.dump();
}

}  // namespace api
