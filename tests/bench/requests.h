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

/// Also `n` is a key there, of a global index that holds all attributes.
void create_indexed_table(Connection& connection, const std::string& name);
/// With a sort key.
void create_sorted_table(Connection& connection, const std::string& name);
inline constexpr long partition_items = 20;  ///< Items with one partition key there.

/// Twelve attributes, some 650 bytes.
std::string item_text(long key, long value);
std::string put_body(const std::string& table, long key, long value);
std::string put_sorted_body(const std::string& table, long partition, long sort);
/// Some 60 bytes.
std::string put_small_body(const std::string& table, long key);
/// Puts of `count` items that have keys one after the other; which, depends on `number`.
std::string batch_write_body(const std::string& table, long number, long count, long keys);
std::string transact_write_body(const std::string& table, long number, long count, long keys);

}  // namespace bench
