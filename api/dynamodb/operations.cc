#include "api/dynamodb/operations.h"

#include "api/operations.h"

namespace api {

std::span<const DynamoOperation> dynamodb_operations() {
  static constexpr DynamoOperation operations[] = {
      {"BatchExecuteStatement", batch_execute_statement},
      {"BatchGetItem", batch_get_item},
      {"BatchWriteItem", batch_write_item},
      {"CreateGlobalTable", create_global_table},
      {"CreateTable", create_table},
      {"DeleteItem", delete_item},
      {"DeleteResourcePolicy", delete_resource_policy},
      {"DeleteTable", delete_table},
      {"DescribeContributorInsights", describe_contributor_insights},
      {"DescribeEndpoints", describe_endpoints},
      {"DescribeGlobalTable", describe_global_table},
      {"DescribeGlobalTableSettings", describe_global_table_settings},
      {"DescribeKinesisStreamingDestination", describe_kinesis_streaming_destination},
      {"DescribeLimits", describe_limits},
      {"DescribeTable", describe_table},
      {"DescribeTableReplicaAutoScaling", describe_table_replica_auto_scaling},
      {"DescribeTimeToLive", describe_time_to_live},
      {"DisableKinesisStreamingDestination", disable_kinesis_streaming_destination},
      {"EnableKinesisStreamingDestination", enable_kinesis_streaming_destination},
      {"ExecuteStatement", execute_statement},
      {"ExecuteTransaction", execute_transaction},
      {"GetItem", get_item},
      {"GetResourcePolicy", get_resource_policy},
      {"ListContributorInsights", list_contributor_insights},
      {"ListGlobalTables", list_global_tables},
      {"ListTables", list_tables},
      {"ListTagsOfResource", list_tags_of_resource},
      {"PutItem", put_item},
      {"PutResourcePolicy", put_resource_policy},
      {"Query", query},
      {"Scan", scan},
      {"SearchVectors", search_vectors},
      {"TagResource", tag_resource},
      {"TransactGetItems", transact_get_items},
      {"TransactWriteItems", transact_write_items},
      {"UntagResource", untag_resource},
      {"UpdateContributorInsights", update_contributor_insights},
      {"UpdateGlobalTable", update_global_table},
      {"UpdateGlobalTableSettings", update_global_table_settings},
      {"UpdateItem", update_item},
      {"UpdateKinesisStreamingDestination", update_kinesis_streaming_destination},
      {"UpdateTable", update_table},
      {"UpdateTableReplicaAutoScaling", update_table_replica_auto_scaling},
      {"UpdateTimeToLive", update_time_to_live},
  };
  return operations;
}

}  // namespace api
