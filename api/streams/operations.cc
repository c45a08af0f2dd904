#include "api/streams/operations.h"

#include "api/operations.h"

namespace api {

std::span<const DynamoOperation> streams_operations() {
  static constexpr DynamoOperation operations[] = {
      {"DescribeStream", describe_stream},
      {"GetRecords", get_records},
      {"GetShardIterator", get_shard_iterator},
      {"ListStreams", list_streams},
  };
  return operations;
}

}  // namespace api
