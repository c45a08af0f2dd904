#pragma once

#include <cstddef>

/// The published numbers: what it limits, the unit, the bound.
namespace engine::limits {

// Amazon DynamoDB Developer Guide, "Service, account, and table quotas".
inline constexpr std::size_t item_bytes_max = 409'600;
inline constexpr std::size_t item_collection_bytes_max = 10ull << 30;
inline constexpr std::size_t partition_key_bytes_max = 2048;
inline constexpr std::size_t sort_key_bytes_max = 1024;
inline constexpr std::size_t attribute_name_bytes_max = 65'535;
inline constexpr std::size_t key_attribute_name_bytes_max = 255;
inline constexpr int nesting_levels_max = 32;
inline constexpr int number_digits_max = 38;
inline constexpr std::size_t expression_bytes_max = 4096;
inline constexpr int expression_operators_max = 300;
inline constexpr std::size_t placeholder_bytes_max = 255;
inline constexpr std::size_t placeholder_map_bytes_max = 2 * 1024 * 1024;
inline constexpr int path_levels_max = 32;
inline constexpr std::size_t batch_write_items_max = 25;
inline constexpr std::size_t batch_get_items_max = 100;
inline constexpr std::size_t batch_get_bytes_max = 16 * 1024 * 1024;
inline constexpr std::size_t page_bytes_max = 1024 * 1024;  // Of a Query or a Scan.
inline constexpr std::size_t read_block_bytes = 4096;       // "Read and write operations".
inline constexpr std::size_t batch_statements_max = 25;
inline constexpr std::size_t transaction_bytes_max = 4 * 1024 * 1024;
inline constexpr int request_token_minutes = 10;
inline constexpr std::size_t local_indexes_max = 5;
inline constexpr std::size_t global_indexes_max = 20;
inline constexpr std::size_t index_key_attributes_max = 4;    // Of each kind, in a global index.
inline constexpr std::size_t projected_attributes_max = 100;  // Over all indexes of a table.
inline constexpr std::size_t list_tables_max = 100;
inline constexpr std::size_t tags_max = 50;
inline constexpr std::size_t list_tags_max = 10;
inline constexpr int table_class_changes_max = 2;  // In 30 days.
inline constexpr std::size_t vector_indexes_max = 5;
inline constexpr std::size_t vector_dimensions_max = 4096;
inline constexpr int search_results_max = 100;
inline constexpr std::size_t search_bytes_max = 16 * 1024 * 1024;  // Of an answer.
inline constexpr std::size_t resource_policy_bytes_max = 20'480;
inline constexpr std::size_t list_backups_max = 100;
inline constexpr int recovery_days_max = 35;
inline constexpr int throughput_burst_seconds = 300;
inline constexpr int time_to_live_age_years_max = 5;  // "Using time to live (TTL)".
inline constexpr long long throughput_units_max = 1'000'000'000'000;

// DynamoDB Streams API Reference, GetRecords.
inline constexpr std::size_t get_records_max = 1000;
inline constexpr std::size_t get_records_bytes_max = 1024 * 1024;
inline constexpr std::size_t describe_stream_shards_max = 100;
inline constexpr std::size_t list_streams_max = 100;
inline constexpr int shard_iterator_minutes = 15;
inline constexpr int stream_retention_hours = 24;
inline constexpr int shard_rollover_hours = 4;     // Developer Guide: "about four hours".
inline constexpr int shards_per_stream_max = 256;  // Ours.

// Amazon SQS Developer Guide, "Amazon SQS message quotas"; API Reference, SetQueueAttributes.
inline constexpr std::size_t message_bytes_min = 1024;
inline constexpr std::size_t message_bytes_max = 1'048'576;
inline constexpr std::size_t message_batch_max = 10;
inline constexpr std::size_t message_attributes_max = 10;
inline constexpr std::size_t receive_messages_max = 10;
inline constexpr std::size_t messages_in_flight_max = 120'000;
inline constexpr int receive_wait_seconds_max = 20;
inline constexpr int deduplication_minutes = 5;
inline constexpr std::size_t message_group_id_length_max = 128;  // Also of a deduplication id.
inline constexpr int message_delay_seconds_max = 900;
inline constexpr int visibility_seconds_max = 43'200;
inline constexpr int message_retention_seconds_min = 60;
inline constexpr int message_retention_seconds_max = 1'209'600;
inline constexpr int redrive_receives_max = 1000;
inline constexpr std::size_t list_queues_max = 1000;
inline constexpr std::size_t queue_name_length_max = 80;
inline constexpr std::size_t queue_tags_max = 50;
inline constexpr std::size_t tag_key_length_max = 128;
inline constexpr std::size_t tag_value_length_max = 256;

// Amazon SNS API Reference, CreateTopic and Publish; "Amazon SNS endpoints and quotas".
inline constexpr std::size_t topic_name_length_max = 256;
inline constexpr std::size_t notification_bytes_max = 262'144;
inline constexpr std::size_t notification_subject_length_max = 100;
inline constexpr std::size_t publish_batch_max = 10;
inline constexpr std::size_t display_name_length_max = 100;
inline constexpr std::size_t list_topics_max = 100;
inline constexpr std::size_t topic_tags_max = 50;

// Amazon S3 User Guide, "Bucket naming rules", "Naming Amazon S3 objects"; API Reference.
inline constexpr std::size_t bucket_name_length_min = 3;
inline constexpr std::size_t bucket_name_length_max = 63;
inline constexpr std::size_t object_key_bytes_max = 1024;
inline constexpr std::size_t object_metadata_bytes_max = 2048;
inline constexpr std::size_t list_objects_max = 1000;
inline constexpr std::size_t delete_objects_max = 1000;
inline constexpr std::size_t list_buckets_max = 10'000;

// AWS Lambda Developer Guide, "Lambda quotas".
inline constexpr std::size_t invoke_payload_bytes_max = 6'291'456;
inline constexpr std::size_t window_state_bytes_max = 1'048'576;
inline constexpr std::size_t invoke_response_bytes_max = 6'291'556;
inline constexpr std::size_t invoke_event_payload_bytes_max = 1'048'576;
inline constexpr std::size_t code_zip_bytes_max = 52'428'800;
inline constexpr std::size_t code_bytes_max = 262'144'000;
inline constexpr std::size_t function_variables_bytes_max = 4096;
inline constexpr std::size_t function_name_characters_max = 64;
inline constexpr std::size_t list_functions_max = 50;
inline constexpr std::size_t mapping_filters_max = 5;

}  // namespace engine::limits
