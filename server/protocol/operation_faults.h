#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/operation.h"

namespace server {

struct HttpAnswer;

/// Runs an operation of DynamoDB or its streams, unless a fault is planned for it; then does what
/// the plan says, and names it in the answer. Throws as the operation does.
void run_or_strike(const api::DynamoOperation& operation, api::Services& services,
                   const api::Call& call, HttpAnswer& answer);

/// The tables that a request names outside of statements and shard iterators.
std::vector<std::string> tables_of(api::JsonView body);

}  // namespace server
