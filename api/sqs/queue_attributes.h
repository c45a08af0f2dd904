#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/sqs/input.h"
#include "engine/queue/queues.h"

/// The attributes of a queue as names and texts.
namespace api::sqs {

/// Changes `settings` as the request's `Attributes` say. Errors: InvalidAttributeName,
/// InvalidAttributeValue, InvalidParameterValueException; UnsupportedOperation for what this
/// version does not honour.
void apply_attributes(const Json& attributes, const engine::Queues& queues,
                      engine::QueueSettings& settings);

/// The name of one of `attributes` with which `settings` would be other than they are; empty if
/// there is none.
std::string different_attribute(const Json& attributes, const engine::Queues& queues,
                                const engine::QueueSettings& settings);

/// The attributes of these names that the queue has; `All`: all of them. Errors:
/// InvalidAttributeName.
Json attributes_of(const engine::QueueDescription& queue, const engine::QueueCounts& counts,
                   const std::vector<std::string>& names);

}  // namespace api::sqs
