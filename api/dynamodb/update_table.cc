// UpdateTable: turn the stream on or off, change billing, throughput, indexes, protection or class.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html

#include <algorithm>

#include "api/dynamodb/encryption_members.h"
#include "api/dynamodb/index_updates.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/replica_updates.h"
#include "api/dynamodb/table_description.h"
#include "api/dynamodb/table_members.h"
#include "api/dynamodb/throughput_members.h"
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

/// AWS: two updates of the class in 30 days, two of the protection not within 15 seconds.
constexpr engine::Duration class_change_period = std::chrono::days(30);
constexpr engine::Duration protection_pause = std::chrono::seconds(15);

struct Request {
  JsonView body;
  IndexUpdates index_updates;
  std::optional<JsonView> replica_updates;
  std::optional<EncryptionWish> encryption;

  bool has(std::string_view name) const { return member_of(body, name).has_value(); }
  bool has_vector_updates() const {
    const auto updates = member_of(body, "VectorIndexUpdates");
    return updates && simdjson::dom::array(*updates).size() > 0;
  }
  bool changes_units() const {
    return has("BillingMode") || has("ProvisionedThroughput") || index_updates.changes_throughput();
  }
};

/// One concern per request (dynamodb.md 13.4).
void require_one_concern(const Request& request) {
  const bool has_stream = request.has("StreamSpecification");
  const bool has_index = request.index_updates.creates_or_deletes() || request.has_vector_updates();
  int concerns = (request.changes_units() ? 1 : 0) + (has_stream ? 1 : 0) + (has_index ? 1 : 0);
  const auto alone = {std::pair("SSESpecification", "Server-Side Encryption"),
                      std::pair("TableClass", "TableClass"),
                      std::pair("DeletionProtectionEnabled", "DeletionProtection"),
                      std::pair("ReplicaUpdates", "Replica modification"),
                      std::pair("WarmThroughput", "WarmThroughput")};
  for (const auto& [member, what] : alone) concerns += request.has(member) ? 1 : 0;
  const bool has_limits = request.has("OnDemandThroughput");
  if (concerns == 0 && !has_limits) {
    throw validation_error(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
        "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, "
        "OnDemandThroughput, WarmThroughput or TableClass is required");
  }
  for (const auto& [member, what] : alone) {
    if (request.has(member) && (concerns > 1 || has_limits)) {
      throw validation_error(std::string(what) + " must be the only operation in the request");
    }
  }
  const bool has_only_mode = concerns == 0 || (concerns == 1 && request.has("BillingMode") &&
                                               request.index_updates.empty());
  if (has_limits && !has_only_mode) {
    throw validation_error(
        "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
  }
  if (has_stream && has_index) {
    throw invalid_parameter_values(
        "You cannot create or delete index while changing stream status");
  }
  if (has_index && (request.has("BillingMode") || request.has("ProvisionedThroughput"))) {
    throw validation_error("You cannot create or delete index while updating table IOPS");
  }
}

void read_stream(const Request& request, engine::TableChange& change) {
  const auto wish = stream_wish_of(request.body);
  if (!wish) return;
  if (wish->is_enabled && !wish->view_type) {
    throw invalid_parameter_values("If stream is being enabled then UpdateViewType is required");
  }
  if (!wish->is_enabled && wish->view_type) {
    throw invalid_parameter_values(
        "If stream is being disabled, then UpdateViewType must not be specified");
  }
  if (change.throughput || request.index_updates.changes_throughput() ||
      change.billing_mode == BillingMode::provisioned) {
    throw invalid_parameter_values("You cannot modify stream status while updating table IOPS");
  }
  change.enable_stream = wish->view_type;
  change.disable_stream = !wish->is_enabled;
}

engine::TableChange read(const Request& request) {
  engine::TableChange change;
  change.billing_mode = billing_mode_of(request.body);
  change.throughput = throughput_of(request.body);
  change.table_class = table_class_of(request.body);
  if (const auto protection = member_of(request.body, "DeletionProtectionEnabled")) {
    change.deletion_protection = boolean_of(*protection);
  }
  request.index_updates.note(change);
  if (request.encryption) {
    change.enable_encryption = request.encryption->encryption;
    change.disable_encryption = !request.encryption->encryption;
  }
  if (request.replica_updates) change.replicas.emplace();
  read_stream(request, change);
  return change;
}

void require_stream(const engine::Table& table, const engine::TableChange& change) {
  if (change.enable_stream && table.stream) {
    throw validation_error("Table already has an enabled stream: TableName: " + table.name);
  }
  if (change.disable_stream && !table.stream) {
    throw validation_error("Table has no stream to disable: TableName: " + table.name);
  }
  if (change.disable_stream && !table.replicas.empty()) {
    throw invalid_parameter_values("Disabling Stream is not allowed for a Global Table replica.");
  }
}

/// Of a table that becomes provisioned.
void require_index_throughput(const engine::Table& table, const engine::TableChange& change) {
  std::string names;
  for (const auto& index : table.indexes) {
    const auto is_given = [&](const engine::IndexSettings& settings) {
      return settings.name == index->name && settings.throughput;
    };
    if (!index->is_global || std::ranges::any_of(change.indexes, is_given)) continue;
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
  if (was_on_demand) return require_index_throughput(table, change);
  // Together with that of an index it may stay as it is.
  if (!change.throughput || *change.throughput != table.throughput) return;
  if (change.indexes.empty()) throw unchanged_throughput("the table", table.throughput);
}

void require_class(const engine::Table& table, const engine::TableChange& change,
                   engine::TimePoint now) {
  if (!change.table_class || !engine::takes_time(table, change)) return;
  const auto is_recent = [&](engine::TimePoint time) { return now - time < class_change_period; };
  if (std::ranges::count_if(table.class_changes, is_recent) <
      engine::limits::table_class_changes_max) {
    return;
  }
  throw engine::ApiError("LimitExceededException",
                         "Updates to TableClass are limited to 2 times in 30 day(s).");
}

void require_protection(const engine::Table& table, const engine::TableChange& change,
                        engine::TimePoint now) {
  if (!change.deletion_protection || *change.deletion_protection == table.deletion_protection) {
    return;
  }
  if (!table.protection_changed || now - *table.protection_changed >= protection_pause) return;
  throw engine::ApiError("ThrottlingException",
                         "Deletion protection has been modified too recently; try again later");
}

void require_encryption(const engine::Table& table, const engine::TableChange& change) {
  if (change.disable_encryption && !table.encryption) {
    throw invalid_parameter_values("Server-Side Encryption is already disabled");
  }
  if (change.enable_encryption && change.enable_encryption == table.encryption) {
    throw invalid_parameter_values("Table is already encrypted by given KMSMasterKey");
  }
}

void fill_in_throughput(const Request& request, const engine::Table& table,
                        engine::TableChange& change) {
  const auto mode = change.billing_mode.value_or(table.billing_mode);
  change.on_demand_limits = on_demand_limits_of(request.body, mode, table.on_demand_limits);
  const auto warm = warm_throughput(mode, table.throughput, table.warm_throughput);
  change.warm_throughput = warm_throughput_of(request.body, warm);
}

/// What only the table itself can tell (streams.md 3.1).
void fill_in(const Request& request, const engine::Table& table, engine::TimePoint now,
             engine::TableChange& change) {
  require_stream(table, change);
  request.index_updates.fill_in(table, change);
  require_billing(table, change);
  require_vector_change(table, change);
  fill_in_throughput(request, table, change);
  require_class(table, change, now);
  require_protection(table, change, now);
  require_encryption(table, change);
  if (!request.replica_updates) return;
  change.replicas = replicas_after(*request.replica_updates, table);
  // Replicas are told of changes by a stream: the first brings it along.
  if (!table.stream && !change.replicas->empty()) {
    change.enable_stream = engine::ViewType::new_and_old_images;
  }
}

}  // namespace

void update_table(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  // Strong consistency between regions has other regions to be consistent with; there are none.
  refuse(call.body, {"MultiRegionConsistency", "GlobalTableWitnessUpdates",
                     "GlobalTableSettingsReplicationMode"});
  const std::string_view name = required_member(call.body, "TableName");
  const Request request{.body = call.body,
                        .index_updates = IndexUpdates(call.body),
                        .replica_updates = member_of(call.body, "ReplicaUpdates"),
                        .encryption = encryption_wish_of(call.body, call.caller)};
  require_one_concern(request);
  auto change = read(request);
  read_vector_updates(call.body, *services.catalog.existing(name), change);
  const auto now = services.clock.now();
  change.require = [&](const engine::Table& table) { fill_in(request, table, now, change); };
  const auto table = services.catalog.update(name, change);
  nlohmann::ordered_json answer;
  answer["TableDescription"] = table_description(*table, now);
  put_sizes(services, *table, answer["TableDescription"]);
  if (change.create_index || change.create_vector_index) services.backfill.begin(*table);
  out += answer.dump();
}

}  // namespace api
