// UpdateTable: turn the stream on or off, change billing, protection or class.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/table_description.h"
#include "api/dynamodb/table_members.h"
#include "api/dynamodb/vector_members.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/clock.h"
#include "engine/table/catalog.h"
#include "engine/write/backfill.h"

namespace api {

namespace {

using engine::BillingMode;
using engine::invalid_parameter_values;
using engine::validation_error;

const Input& input = input_of("dynamodb", "UpdateTable");

/// Changes to indexes are refused; an empty list of them is none at all.
void refuse_index_updates(JsonView body) {
  const auto updates = member_of(body, "GlobalSecondaryIndexUpdates");
  if (!updates || simdjson::dom::array(*updates).size() == 0) return;
  for (const JsonView update : simdjson::dom::array(*updates)) {
    const bool is_new_or_gone = member_of(update, "Create") || member_of(update, "Delete");
    if (is_new_or_gone && member_of(body, "StreamSpecification")) {
      throw invalid_parameter_values(
          "You cannot create or delete index while changing stream status");
    }
  }
  throw engine::not_supported("GlobalSecondaryIndexUpdates");
}

engine::TableChange read(JsonView body) {
  engine::TableChange change;
  change.billing_mode = billing_mode_of(body);
  change.throughput = throughput_of(body);
  change.table_class = table_class_of(body);
  if (const auto protection = member_of(body, "DeletionProtectionEnabled")) {
    change.deletion_protection = boolean_of(*protection);
  }
  if (const auto wish = stream_wish_of(body)) {
    if (wish->is_enabled && !wish->view_type) {
      throw invalid_parameter_values("If stream is being enabled then UpdateViewType is required");
    }
    if (!wish->is_enabled && wish->view_type) {
      throw invalid_parameter_values(
          "If stream is being disabled, then UpdateViewType must not be specified");
    }
    change.enable_stream = wish->view_type;
    change.disable_stream = !wish->is_enabled;
  }
  return change;
}

bool changes_stream(const engine::TableChange& change) {
  return change.enable_stream || change.disable_stream;
}

/// One concern per request (dynamodb.md 13.4).
void require_one_concern(const engine::TableChange& change) {
  const int concerns = (change.billing_mode || change.throughput ? 1 : 0) +
                       (changes_stream(change) ? 1 : 0) +
                       (change.create_vector_index || !change.delete_vector_index.empty() ? 1 : 0) +
                       (change.table_class ? 1 : 0) + (change.deletion_protection ? 1 : 0);
  if (concerns == 0) {
    throw validation_error(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
        "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, "
        "OnDemandThroughput, WarmThroughput or TableClass is required");
  }
  if (concerns > 1 && change.table_class) {
    throw validation_error("TableClass must be the only operation in the request");
  }
  if (concerns > 1 && change.deletion_protection) {
    throw validation_error("DeletionProtection must be the only operation in the request");
  }
  if (changes_stream(change) &&
      (change.throughput || change.billing_mode == BillingMode::provisioned)) {
    throw invalid_parameter_values("You cannot modify stream status while updating table IOPS");
  }
}

/// Their throughput would have to be in the request, in GlobalSecondaryIndexUpdates.
void require_no_global_index(const engine::Table& table) {
  std::string names;
  for (const auto& index : table.indexes) {
    if (!index->is_global) continue;
    if (!names.empty()) names += ',';
    names += index->name;
  }
  if (names.empty()) return;
  throw invalid_parameter_values("ProvisionedThroughput must be specified for index: " + names);
}

void require_billing(const engine::Table& table, const engine::TableChange& change) {
  const auto mode = change.billing_mode.value_or(table.billing_mode);
  if (mode == BillingMode::pay_per_request) {
    if (!change.throughput) return;
    throw invalid_parameter_values(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  const bool was_on_demand = table.billing_mode == BillingMode::pay_per_request;
  if (was_on_demand && !change.throughput) {
    throw invalid_parameter_values(
        "ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  if (was_on_demand) return require_no_global_index(table);
  if (!change.throughput) return;
  const auto& current = table.throughput;
  const auto& wanted = *change.throughput;
  if (current.read_units != wanted.read_units || current.write_units != wanted.write_units) return;
  const auto text = [](const std::string& kind, long long units) {
    return "Current " + kind + " provisioned for the table: " + std::to_string(units) +
           ". Requested " + kind + ": " + std::to_string(units) + ". ";
  };
  throw validation_error(
      "The provisioned throughput for the table will not change. The requested value equals the "
      "current value. " +
      text("ReadCapacityUnits", current.read_units) +
      text("WriteCapacityUnits", current.write_units) +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
      "limits.");
}

/// What only the table itself can tell (streams.md 3.1).
void require_possible(const engine::Table& table, const engine::TableChange& change) {
  if (change.enable_stream && table.stream) {
    throw validation_error("Table already has an enabled stream: TableName: " + table.name);
  }
  if (change.disable_stream && !table.stream) {
    throw validation_error("Table has no stream to disable: TableName: " + table.name);
  }
  require_billing(table, change);
  require_vector_change(table, change);
}

}  // namespace

void update_table(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  refuse_index_updates(call.body);
  refuse(call.body, {"SSESpecification", "ReplicaUpdates", "MultiRegionConsistency",
                     "GlobalTableWitnessUpdates", "GlobalTableSettingsReplicationMode",
                     "OnDemandThroughput", "WarmThroughput"});
  const std::string_view name = required_member(call.body, "TableName");
  auto change = read(call.body);
  read_vector_updates(call.body, *services.catalog.existing(name), change);
  require_one_concern(change);

  // The answer still shows the throughput as it was.
  engine::Table before;
  change.require = [&](const engine::Table& table) {
    require_possible(table, change);
    before = table;
  };
  const auto table = services.catalog.update(name, change);
  if (change.create_vector_index) services.backfill.begin(*table);

  const auto now = services.clock.now();
  nlohmann::ordered_json answer;
  auto& description = answer["TableDescription"];
  description = table_description(*table, change.deletion_protection ? "ACTIVE" : "UPDATING", now);
  description["ProvisionedThroughput"] =
      table_description(before, "UPDATING", now)["ProvisionedThroughput"];
  out += answer.dump();
}

}  // namespace api
