#pragma once

#include <cstddef>

/// The published numbers: what it limits, the unit, the bound.
namespace engine::limits {

// Amazon DynamoDB Developer Guide, "Service, account, and table quotas".
inline constexpr std::size_t item_bytes_max = 409'600;
inline constexpr std::size_t partition_key_bytes_max = 2048;
inline constexpr std::size_t sort_key_bytes_max = 1024;
inline constexpr std::size_t attribute_name_bytes_max = 65'535;
inline constexpr std::size_t key_attribute_name_bytes_max = 255;
inline constexpr int nesting_levels_max = 32;
inline constexpr int number_digits_max = 38;
inline constexpr std::size_t expression_bytes_max = 4096;
inline constexpr int expression_operators_max = 300;
inline constexpr int path_levels_max = 32;
inline constexpr std::size_t batch_write_items_max = 25;
inline constexpr std::size_t list_tables_max = 100;

// DynamoDB Streams API Reference, GetRecords.
inline constexpr std::size_t get_records_max = 1000;
inline constexpr std::size_t get_records_bytes_max = 1024 * 1024;
inline constexpr std::size_t describe_stream_shards_max = 100;
inline constexpr std::size_t list_streams_max = 100;
inline constexpr int shard_iterator_minutes = 15;
inline constexpr int stream_retention_hours = 24;

// AWS Lambda Developer Guide, "Lambda quotas".
inline constexpr std::size_t invoke_payload_bytes_max = 6'291'456;
inline constexpr std::size_t invoke_response_bytes_max = 6'291'556;

}  // namespace engine::limits
