#pragma once

#include <string>

#include "api/sqs/input.h"
#include "engine/arn.h"
#include "engine/queue/queues.h"

/// What SendMessage and SendMessageBatch share.
namespace api::sqs {

/// The message of a request, or of an entry of a batch. Errors: MissingRequiredParameterException,
/// InvalidParameterValueException, InvalidMessageContents, UnsupportedOperation.
engine::NewMessage new_message(const Json& entry, const engine::QueueDescription& queue,
                               const engine::Caller& caller);
/// What counts against the limits of messages and batches.
std::size_t bytes_of(const engine::NewMessage& message);
/// Its id and checksums, and its sequence number.
Json sent_json(const engine::NewMessage& message, const engine::SentMessage& sent);

}  // namespace api::sqs
