// ListQueues: the queues whose names begin with a prefix, page by page.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/paging.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json list_queues(Services& services, const QueueCall& call) {
  const auto page = page_of(call.input);
  const auto found = services.queues.list(text(call.input, "QueueNamePrefix").value_or(""),
                                          page.after, page.size + 1);
  return urls_of(found, page, call.host, "QueueUrls");
}

}  // namespace api::sqs
