#pragma once

#include <string>
#include <vector>

#include "engine/stream/stream.h"
#include "mapping/report.h"

namespace mapping {

/// What a mapping still has to do on a shard, or with a queue, and why it has not done it.
struct Pending {
  std::string mapping_uuid;
  std::string function_arn;
  std::string shard_id;
  engine::SequenceNumber checkpoint = 0;
  engine::SequenceNumber newest = 0;
  std::string why;
  std::string queue_arn = {};  ///< Instead of a shard.
};

/// Why a shard has records that are not dealt with, in words.
std::string why_not_settled(const ShardReport& shard);

/// The shards of `mapping` with records that are not dealt with, or its queue with messages.
std::vector<Pending> pending_of(const MappingReport& mapping);

}  // namespace mapping
