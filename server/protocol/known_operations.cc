#include "server/protocol/known_operations.h"

namespace server {

std::span<const std::string_view> known_dynamodb_operations() {
  static constexpr std::string_view names[] = {
      "BatchExecuteStatement",
      "BatchGetItem",
      "BatchWriteItem",
      "CreateBackup",
      "CreateGlobalTable",
      "CreateTable",
      "DeleteBackup",
      "DeleteItem",
      "DeleteResourcePolicy",
      "DeleteTable",
      "DescribeBackup",
      "DescribeContinuousBackups",
      "DescribeContributorInsights",
      "DescribeEndpoints",
      "DescribeExport",
      "DescribeGlobalTable",
      "DescribeGlobalTableSettings",
      "DescribeImport",
      "DescribeKinesisStreamingDestination",
      "DescribeLimits",
      "DescribeTable",
      "DescribeTableReplicaAutoScaling",
      "DescribeTimeToLive",
      "DisableKinesisStreamingDestination",
      "EnableKinesisStreamingDestination",
      "ExecuteStatement",
      "ExecuteTransaction",
      "ExportTableToPointInTime",
      "GetItem",
      "GetResourcePolicy",
      "ImportTable",
      "ListBackups",
      "ListContributorInsights",
      "ListExports",
      "ListGlobalTables",
      "ListImports",
      "ListTables",
      "ListTagsOfResource",
      "PutItem",
      "PutResourcePolicy",
      "Query",
      "RestoreTableFromBackup",
      "RestoreTableToPointInTime",
      "Scan",
      "SearchVectors",
      "TagResource",
      "TransactGetItems",
      "TransactWriteItems",
      "UntagResource",
      "UpdateContinuousBackups",
      "UpdateContributorInsights",
      "UpdateGlobalTable",
      "UpdateGlobalTableSettings",
      "UpdateItem",
      "UpdateKinesisStreamingDestination",
      "UpdateTable",
      "UpdateTableReplicaAutoScaling",
      "UpdateTimeToLive",
  };
  return names;
}

std::span<const std::string_view> known_streams_operations() {
  static constexpr std::string_view names[] = {
      "DescribeStream",
      "GetRecords",
      "GetShardIterator",
      "ListStreams",
  };
  return names;
}

std::span<const KnownRoute> known_lambda_routes() {
  static constexpr KnownRoute routes[] = {
      {"CreateAlias", "POST", "/2015-03-31/functions/{FunctionName}/aliases"},
      {"CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings"},
      {"CreateFunction", "POST", "/2015-03-31/functions"},
      {"DeleteAlias", "DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
      {"DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/{UUID}"},
      {"DeleteFunction", "DELETE", "/2015-03-31/functions/{FunctionName}"},
      {"DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{FunctionName}/concurrency"},
      {"DeleteFunctionEventInvokeConfig", "DELETE",
       "/2019-09-25/functions/{FunctionName}/event-invoke-config"},
      {"GetAccountSettings", "GET", "/2016-08-19/account-settings"},
      {"GetAlias", "GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
      {"GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/{UUID}"},
      {"GetFunction", "GET", "/2015-03-31/functions/{FunctionName}"},
      {"GetFunctionConcurrency", "GET", "/2019-09-30/functions/{FunctionName}/concurrency"},
      {"GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration"},
      {"GetFunctionEventInvokeConfig", "GET",
       "/2019-09-25/functions/{FunctionName}/event-invoke-config"},
      {"Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations"},
      {"InvokeAsync", "POST", "/2014-11-13/functions/{FunctionName}/invoke-async"},
      {"InvokeWithResponseStream", "POST",
       "/2021-11-15/functions/{FunctionName}/response-streaming-invocations"},
      {"ListAliases", "GET", "/2015-03-31/functions/{FunctionName}/aliases"},
      {"ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings"},
      {"ListFunctionEventInvokeConfigs", "GET",
       "/2019-09-25/functions/{FunctionName}/event-invoke-config/list"},
      {"ListFunctions", "GET", "/2015-03-31/functions"},
      {"ListTags", "GET", "/2017-03-31/tags/{Resource}"},
      {"ListVersionsByFunction", "GET", "/2015-03-31/functions/{FunctionName}/versions"},
      {"PublishVersion", "POST", "/2015-03-31/functions/{FunctionName}/versions"},
      {"PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{FunctionName}/concurrency"},
      {"PutFunctionEventInvokeConfig", "PUT",
       "/2019-09-25/functions/{FunctionName}/event-invoke-config"},
      {"TagResource", "POST", "/2017-03-31/tags/{Resource}"},
      {"UntagResource", "DELETE", "/2017-03-31/tags/{Resource}"},
      {"UpdateAlias", "PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}"},
      {"UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}"},
      {"UpdateFunctionCode", "PUT", "/2015-03-31/functions/{FunctionName}/code"},
      {"UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/{FunctionName}/configuration"},
      {"UpdateFunctionEventInvokeConfig", "POST",
       "/2019-09-25/functions/{FunctionName}/event-invoke-config"},
  };
  return routes;
}

std::span<const KnownRoute> known_control_routes() {
  static constexpr KnownRoute routes[] = {
      {"clock", "GET", "/_dynamill/clock"},
      {"clock", "POST", "/_dynamill/clock"},
      {"drain", "POST", "/_dynamill/drain"},
      {"deliveries", "GET", "/_dynamill/mappings/{UUID}/deliveries"},
      {"mapping", "GET", "/_dynamill/mappings/{UUID}"},
      {"replay", "POST", "/_dynamill/mappings/{UUID}/replay"},
      {"split", "POST", "/_dynamill/streams/split"},
      {"rollover", "POST", "/_dynamill/streams/rollover"},
      {"reset", "POST", "/_dynamill/reset"},
  };
  return routes;
}

}  // namespace server
