#include "api/sqs/tags.h"

#include "api/sqs/errors.h"
#include "engine/limits.h"

namespace api::sqs {

std::map<std::string, std::string> tags(const Json& input, const char* name) {
  std::map<std::string, std::string> found;
  const auto* given = object(input, name);
  if (!given) return found;
  for (const auto& [key, value] : given->items()) {
    if (key.empty() || key.size() > engine::limits::tag_key_length_max) {
      throw invalid_parameter("Tag keys must be between 1 and 128 characters in length.");
    }
    if (!value.is_string()) throw engine::serialization_error("A tag's value is not a string");
    found[key] = value.get<std::string>();
    if (found[key].size() > engine::limits::tag_value_length_max) {
      throw invalid_parameter("Tag values must be between 0 and 256 characters in length.");
    }
  }
  if (found.size() > engine::limits::queue_tags_max) {
    throw invalid_parameter("A queue has at most 50 tags.");
  }
  return found;
}

}  // namespace api::sqs
