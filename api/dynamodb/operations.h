#pragma once

#include <string>

#include "api/operation.h"

/// The DynamoDB operations, a file each.
namespace api {

void batch_execute_statement(Services& services, const Call& call, std::string& out);
void batch_write_item(Services& services, const Call& call, std::string& out);
void create_table(Services& services, const Call& call, std::string& out);
void delete_item(Services& services, const Call& call, std::string& out);
void delete_table(Services& services, const Call& call, std::string& out);
void describe_table(Services& services, const Call& call, std::string& out);
void describe_time_to_live(Services& services, const Call& call, std::string& out);
void execute_statement(Services& services, const Call& call, std::string& out);
void execute_transaction(Services& services, const Call& call, std::string& out);
void get_item(Services& services, const Call& call, std::string& out);
void list_tables(Services& services, const Call& call, std::string& out);
void put_item(Services& services, const Call& call, std::string& out);
void transact_get_items(Services& services, const Call& call, std::string& out);
void transact_write_items(Services& services, const Call& call, std::string& out);
void update_item(Services& services, const Call& call, std::string& out);
void update_table(Services& services, const Call& call, std::string& out);
void update_time_to_live(Services& services, const Call& call, std::string& out);

}  // namespace api
