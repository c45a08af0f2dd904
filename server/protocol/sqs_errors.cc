#include "server/protocol/sqs_errors.h"

#include <utility>

namespace server {

std::string_view sqs_query_code(std::string_view code) {
  // The trait `awsQueryError` of the errors in SQS' service model.
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
      {"BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"},
      {"EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"},
      {"InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"},
      {"KmsAccessDenied", "KMS.AccessDeniedException"},
      {"KmsDisabled", "KMS.DisabledException"},
      {"KmsInvalidKeyUsage", "KMS.InvalidKeyUsageException"},
      {"KmsInvalidState", "KMS.InvalidStateException"},
      {"KmsNotFound", "KMS.NotFoundException"},
      {"KmsOptInRequired", "KMS.OptInRequired"},
      {"KmsThrottled", "KMS.ThrottlingException"},
      {"MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"},
      {"PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress"},
      {"QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"},
      {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"},
      {"QueueNameExists", "QueueAlreadyExists"},
      {"TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
      {"UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"},
  };
  for (const auto& [json, query] : names) {
    if (json == code) return query;
  }
  return code;
}

}  // namespace server
