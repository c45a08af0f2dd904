#pragma once

#include <string>
#include <string_view>

#include "http.h"

namespace bench {

/// A request of the DynamoDB protocol; of the Streams protocol for `streams`.
std::string dynamodb(int port, std::string_view operation, std::string_view body);
std::string streams(int port, std::string_view operation, std::string_view body);

/// The string that a member has, in JSON without escapes.
std::string member(std::string_view json, const std::string& name);

/// Gives the ARN of the table's stream, if it is to have one.
std::string create_table(Connection& connection, const std::string& name, bool has_stream);

/// Twelve attributes, some 650 bytes.
std::string item_text(long key, long value);
std::string put_body(const std::string& table, long key, long value);

}  // namespace bench
