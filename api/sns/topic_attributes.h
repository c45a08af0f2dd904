#pragma once

#include <string>

#include "api/sns/input.h"

/// The attributes of a topic and of a subscription as names and texts.
namespace api::sns {

/// Changes `topic`. Errors: InvalidParameter, also for what this version does not honour.
void set_attribute(engine::TopicDescription& topic, const std::string& name,
                   const std::string& value);
Json attributes_of(const engine::TopicDescription& topic, std::size_t subscriptions);

/// What `value` of the attribute says of a subscription: whether delivery is raw. Errors: as above.
bool raw_delivery(const std::string& name, const std::string& value);

}  // namespace api::sns
