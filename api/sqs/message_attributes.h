#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/sqs/input.h"
#include "engine/queue/message.h"

/// What a sender says beside the body, on its way in and out.
namespace api::sqs {

/// Errors: InvalidMessageContents for characters XML has not.
void check_characters(std::string_view text);

/// `MessageAttributes` of a request. Errors: InvalidParameterValueException; UnsupportedOperation
/// for lists.
engine::MessageAttributes message_attributes(const Json& input);
/// `MessageSystemAttributes` of a request: at most the trace header.
engine::MessageAttributes message_system_attributes(const Json& input);

/// Names and types count to the size of a message, like the values.
std::size_t bytes_of(const engine::MessageAttributes& attributes);

/// Those whose name is asked for: `All`, `.*`, a name, or a beginning as in `bar.*`.
engine::MessageAttributes selected(const engine::MessageAttributes& attributes,
                                   const std::vector<std::string>& names);
Json attributes_json(const engine::MessageAttributes& attributes);

}  // namespace api::sqs
