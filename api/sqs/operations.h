#pragma once

#include "api/operation.h"
#include "api/sqs/input.h"

/// The operations of SQS, a line each: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/
namespace api::sqs {

Json change_message_visibility(Services& services, const QueueCall& call);
Json change_message_visibility_batch(Services& services, const QueueCall& call);
Json create_queue(Services& services, const QueueCall& call);
Json delete_message(Services& services, const QueueCall& call);
Json delete_message_batch(Services& services, const QueueCall& call);
Json delete_queue(Services& services, const QueueCall& call);
Json get_queue_attributes(Services& services, const QueueCall& call);
Json get_queue_url(Services& services, const QueueCall& call);
Json list_dead_letter_source_queues(Services& services, const QueueCall& call);
Json list_queue_tags(Services& services, const QueueCall& call);
Json list_queues(Services& services, const QueueCall& call);
Json purge_queue(Services& services, const QueueCall& call);
boost::asio::awaitable<Json> receive_message(Services& services, QueueCall call);
Json send_message(Services& services, const QueueCall& call);
Json send_message_batch(Services& services, const QueueCall& call);
Json set_queue_attributes(Services& services, const QueueCall& call);
Json tag_queue(Services& services, const QueueCall& call);
Json untag_queue(Services& services, const QueueCall& call);

}  // namespace api::sqs
