#include "api/sqs/operations.h"

#include <array>

#include "api/operations.h"
#include "api/sqs/errors.h"

namespace api {

namespace {

using boost::asio::awaitable;
using sqs::Json;

template <Json (*run)(Services&, const QueueCall&)>
awaitable<Json> at_once(Services& services, QueueCall call) {
  co_return run(services, call);
}

// What AWS has and this version has not.
constexpr char add_permission[] = "AddPermission";
constexpr char cancel_message_move_task[] = "CancelMessageMoveTask";
constexpr char list_message_move_tasks[] = "ListMessageMoveTasks";
constexpr char remove_permission[] = "RemovePermission";
constexpr char start_message_move_task[] = "StartMessageMoveTask";

template <const char* name>
awaitable<Json> refused(Services&, QueueCall) {
  throw sqs::unsupported(name);
  co_return Json();
}

constexpr auto operations = std::to_array<QueueOperation>({
    {add_permission, refused<add_permission>},
    {cancel_message_move_task, refused<cancel_message_move_task>},
    {"ChangeMessageVisibility", at_once<sqs::change_message_visibility>},
    {"ChangeMessageVisibilityBatch", at_once<sqs::change_message_visibility_batch>},
    {"CreateQueue", at_once<sqs::create_queue>},
    {"DeleteMessage", at_once<sqs::delete_message>},
    {"DeleteMessageBatch", at_once<sqs::delete_message_batch>},
    {"DeleteQueue", at_once<sqs::delete_queue>},
    {"GetQueueAttributes", at_once<sqs::get_queue_attributes>},
    {"GetQueueUrl", at_once<sqs::get_queue_url>},
    {"ListDeadLetterSourceQueues", at_once<sqs::list_dead_letter_source_queues>},
    {list_message_move_tasks, refused<list_message_move_tasks>},
    {"ListQueueTags", at_once<sqs::list_queue_tags>},
    {"ListQueues", at_once<sqs::list_queues>},
    {"PurgeQueue", at_once<sqs::purge_queue>},
    {"ReceiveMessage", sqs::receive_message},
    {remove_permission, refused<remove_permission>},
    {"SendMessage", at_once<sqs::send_message>},
    {"SendMessageBatch", at_once<sqs::send_message_batch>},
    {"SetQueueAttributes", at_once<sqs::set_queue_attributes>},
    {start_message_move_task, refused<start_message_move_task>},
    {"TagQueue", at_once<sqs::tag_queue>},
    {"UntagQueue", at_once<sqs::untag_queue>},
});

}  // namespace

std::span<const QueueOperation> sqs_operations() { return operations; }

}  // namespace api
