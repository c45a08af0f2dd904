// TagResource, UntagResource and ListTagsForResource, of topics.
// https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html
// https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html
// https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html

#include "api/sns/errors.h"
#include "api/sns/operations.h"
#include "engine/limits.h"
#include "engine/topic/topics.h"

namespace api::sns {

namespace {

std::string tagged_topic(const Services& services, const Json& input) {
  auto name = topic_name(input, "ResourceArn");
  if (!services.topics.find(name)) {
    throw engine::ApiError("ResourceNotFound", "Resource does not exist", 404);
  }
  return name;
}

}  // namespace

Json tag_resource(Services& services, const QueueCall& call) {
  const auto added = tags(call.input);
  services.topics.update(tagged_topic(services, call.input), [&](auto& topic) {
    for (const auto& [key, value] : added) topic.tags[key] = value;
    if (topic.tags.size() > engine::limits::topic_tags_max) {
      throw engine::ApiError("TagLimitExceeded",
                             "Could not complete request: tag quota of per resource exceeded");
    }
  });
  return Json::object();
}

Json untag_resource(Services& services, const QueueCall& call) {
  const auto keys = texts(call.input, "TagKeys");
  services.topics.update(tagged_topic(services, call.input), [&](auto& topic) {
    for (const auto& key : keys) topic.tags.erase(key);
  });
  return Json::object();
}

Json list_tags_for_resource(Services& services, const QueueCall& call) {
  const auto topic = services.topics.describe(tagged_topic(services, call.input));
  Json list = Json::array();
  for (const auto& [key, value] : topic.tags) list.push_back({{"Key", key}, {"Value", value}});
  return {{"Tags", list}};
}

}  // namespace api::sns
