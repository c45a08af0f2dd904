#pragma once

#include <string>

#include "api/operation.h"

/// The DynamoDB operations, a file each.
namespace api {

void batch_execute_statement(Services& services, const Call& call, std::string& out);
void batch_get_item(Services& services, const Call& call, std::string& out);
void batch_write_item(Services& services, const Call& call, std::string& out);
void create_backup(Services& services, const Call& call, std::string& out);
void create_global_table(Services& services, const Call& call, std::string& out);
void create_table(Services& services, const Call& call, std::string& out);
void delete_backup(Services& services, const Call& call, std::string& out);
void delete_item(Services& services, const Call& call, std::string& out);
void delete_resource_policy(Services& services, const Call& call, std::string& out);
void delete_table(Services& services, const Call& call, std::string& out);
void describe_backup(Services& services, const Call& call, std::string& out);
void describe_continuous_backups(Services& services, const Call& call, std::string& out);
void describe_contributor_insights(Services& services, const Call& call, std::string& out);
void describe_endpoints(Services& services, const Call& call, std::string& out);
void describe_export(Services& services, const Call& call, std::string& out);
void describe_global_table(Services& services, const Call& call, std::string& out);
void describe_global_table_settings(Services& services, const Call& call, std::string& out);
void describe_import(Services& services, const Call& call, std::string& out);
void describe_kinesis_streaming_destination(Services& services, const Call& call, std::string& out);
void describe_limits(Services& services, const Call& call, std::string& out);
void describe_table(Services& services, const Call& call, std::string& out);
void describe_table_replica_auto_scaling(Services& services, const Call& call, std::string& out);
void describe_time_to_live(Services& services, const Call& call, std::string& out);
void disable_kinesis_streaming_destination(Services& services, const Call& call, std::string& out);
void enable_kinesis_streaming_destination(Services& services, const Call& call, std::string& out);
void execute_statement(Services& services, const Call& call, std::string& out);
void execute_transaction(Services& services, const Call& call, std::string& out);
void export_table_to_point_in_time(Services& services, const Call& call, std::string& out);
void get_item(Services& services, const Call& call, std::string& out);
void get_resource_policy(Services& services, const Call& call, std::string& out);
void import_table(Services& services, const Call& call, std::string& out);
void list_backups(Services& services, const Call& call, std::string& out);
void list_contributor_insights(Services& services, const Call& call, std::string& out);
void list_exports(Services& services, const Call& call, std::string& out);
void list_global_tables(Services& services, const Call& call, std::string& out);
void list_imports(Services& services, const Call& call, std::string& out);
void list_tables(Services& services, const Call& call, std::string& out);
void list_tags_of_resource(Services& services, const Call& call, std::string& out);
void put_item(Services& services, const Call& call, std::string& out);
void put_resource_policy(Services& services, const Call& call, std::string& out);
void query(Services& services, const Call& call, std::string& out);
void restore_table_from_backup(Services& services, const Call& call, std::string& out);
void restore_table_to_point_in_time(Services& services, const Call& call, std::string& out);
void scan(Services& services, const Call& call, std::string& out);
void search_vectors(Services& services, const Call& call, std::string& out);
void tag_resource(Services& services, const Call& call, std::string& out);
void transact_get_items(Services& services, const Call& call, std::string& out);
void transact_write_items(Services& services, const Call& call, std::string& out);
void untag_resource(Services& services, const Call& call, std::string& out);
void update_continuous_backups(Services& services, const Call& call, std::string& out);
void update_contributor_insights(Services& services, const Call& call, std::string& out);
void update_global_table(Services& services, const Call& call, std::string& out);
void update_global_table_settings(Services& services, const Call& call, std::string& out);
void update_item(Services& services, const Call& call, std::string& out);
void update_kinesis_streaming_destination(Services& services, const Call& call, std::string& out);
void update_table(Services& services, const Call& call, std::string& out);
void update_table_replica_auto_scaling(Services& services, const Call& call, std::string& out);
void update_time_to_live(Services& services, const Call& call, std::string& out);

}  // namespace api
