#include "api/dynamodb/operations.h"

#include "api/operations.h"

namespace api {

std::span<const DynamoOperation> dynamodb_operations() {
  static constexpr DynamoOperation operations[] = {
      {"BatchExecuteStatement", batch_execute_statement},
      {"BatchGetItem", batch_get_item},
      {"BatchWriteItem", batch_write_item},
      {"CreateTable", create_table},
      {"DeleteItem", delete_item},
      {"DeleteTable", delete_table},
      {"DescribeTable", describe_table},
      {"DescribeTimeToLive", describe_time_to_live},
      {"ExecuteStatement", execute_statement},
      {"ExecuteTransaction", execute_transaction},
      {"GetItem", get_item},
      {"ListTables", list_tables},
      {"PutItem", put_item},
      {"Query", query},
      {"Scan", scan},
      {"TransactGetItems", transact_get_items},
      {"TransactWriteItems", transact_write_items},
      {"UpdateItem", update_item},
      {"UpdateTable", update_table},
      {"UpdateTimeToLive", update_time_to_live},
  };
  return operations;
}

}  // namespace api
