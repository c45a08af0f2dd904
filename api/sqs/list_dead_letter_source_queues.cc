// ListDeadLetterSourceQueues: the queues that give their messages up to this one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/paging.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json list_dead_letter_source_queues(Services& services, const QueueCall& call) {
  const auto name = services.queues.describe(queue_name(call.input)).name;
  const auto page = page_of(call.input);
  std::vector<engine::QueueDescription> sources;
  for (auto& queue : services.queues.list("", page.after)) {
    const auto& redrive = queue.settings.redrive;
    if (!redrive || engine::queue_name_of_arn(redrive->dead_letter_arn) != name) continue;
    sources.push_back(std::move(queue));
    if (sources.size() > page.size) break;
  }
  Json output = urls_of(sources, page, call.host, "queueUrls");
  if (!output.contains("queueUrls")) output["queueUrls"] = Json::array();
  return output;
}

}  // namespace api::sqs
