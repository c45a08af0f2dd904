#pragma once

#include <string>

#include "api/operation.h"

/// The DynamoDB Streams operations, a file each.
namespace api {

void describe_stream(Services& services, const Call& call, std::string& out);
void get_records(Services& services, const Call& call, std::string& out);
void get_shard_iterator(Services& services, const Call& call, std::string& out);
void list_streams(Services& services, const Call& call, std::string& out);

}  // namespace api
