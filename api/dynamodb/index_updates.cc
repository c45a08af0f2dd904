#include "api/dynamodb/index_updates.h"

#include <algorithm>

#include "api/dynamodb/index_members.h"
#include "api/dynamodb/table_members.h"
#include "api/dynamodb/throughput_members.h"
#include "api/dynamodb/vector_members.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/limits.h"

namespace api {

namespace {

using engine::invalid_parameter_values;
using engine::validation_error;

engine::ApiError limit_exceeded(const std::string& why) {
  return {"LimitExceededException", "Subscriber limit exceeded: " + why};
}

std::string name_in(JsonView action) {
  return std::string(std::string_view(required_member(action, "IndexName")));
}

/// The only member of an update that is there.
std::pair<std::string_view, JsonView> action_of(JsonView update) {
  std::optional<std::pair<std::string_view, JsonView>> found;
  for (const auto* const kind : {"Update", "Create", "Delete"}) {
    const auto action = member_of(update, kind);
    if (!action) continue;
    if (found) {
      throw invalid_parameter_values(
          "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete may be specified");
    }
    found.emplace(kind, *action);
  }
  if (found) return *found;
  throw invalid_parameter_values(
      "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
      "GlobalSecondaryIndexUpdate.Delete must not be null");
}

bool has(const std::vector<engine::KeyAttribute>& attributes, std::string_view name) {
  return std::ranges::any_of(attributes,
                             [&](const auto& attribute) { return attribute.name == name; });
}

/// Of the table, or of the first index, that has the attribute for a key.
std::string schema_with(const engine::Table& table, std::string_view name) {
  std::vector<engine::KeyAttribute> sort;
  if (table.key.sort) sort.push_back(*table.key.sort);
  if (table.is_key_attribute(name)) return schema_text({table.key.partition}, sort);
  for (const auto& index : table.indexes) {
    if (has(index->partition, name) || has(index->sort, name)) {
      return schema_text(index->partition, index->sort);
    }
  }
  for (const auto& index : table.vector_indexes) {
    if (has(index->hash, name) || has(index->inline_filters, name)) {
      return schema_text(index->hash, index->inline_filters, "INLINE_FILTER");
    }
  }
  return schema_text({}, {});
}

/// A new index cannot have an attribute for a key that is defined as another type already.
void require_same_types(const engine::Table& table, const engine::Index& index,
                        const std::vector<engine::KeyAttribute>& given) {
  auto wanted = index;
  bool differs = false;
  std::string_view clash;
  for (auto* attributes : {&wanted.partition, &wanted.sort}) {
    for (auto& attribute : *attributes) {
      for (const auto& definition : given) {
        if (definition.name != attribute.name || definition.type == attribute.type) continue;
        attribute.type = definition.type;
        if (!differs) clash = definition.name;
        differs = true;
      }
    }
  }
  if (!differs) return;
  throw redefined(table, clash, schema_text(wanted.partition, wanted.sort));
}

const engine::Index& existing_global_index(const engine::Table& table, const std::string& name,
                                           const std::string& what_for) {
  const auto index = table.index(name);
  if (!index) {
    throw engine::resource_not_found(": Index " + name + " for table " + table.name);
  }
  if (!index->is_global) {
    throw validation_error("Cannot " + what_for +
                           " an index that is not a GlobalSecondaryIndex: " + name);
  }
  return *index;
}

void require_other_throughput(const engine::Index& index, const engine::Throughput& wanted) {
  if (index.throughput != wanted) return;
  throw unchanged_throughput("the index " + index.name, wanted);
}

}  // namespace

std::string schema_text(const std::vector<engine::KeyAttribute>& partition,
                        const std::vector<engine::KeyAttribute>& others, const char* role) {
  std::string text;
  const auto add = [&](const std::vector<engine::KeyAttribute>& attributes, const char* kind) {
    for (const auto& attribute : attributes) {
      if (!text.empty()) text += ", ";
      text += "SchemaElement: key{" + attribute.name + ":" +
              std::string(engine::type_name(attribute.type)) + ":" + kind + "}";
    }
  };
  add(partition, "HASH");
  add(others, role);
  return "Schema:[" + text + "]";
}

engine::ApiError redefined(const engine::Table& table, std::string_view attribute,
                           const std::string& new_schema) {
  return invalid_parameter_values(
      "Attributes cannot be redefined. Please check that your attribute has the same type as "
      "previously defined. Existing schema: " +
      schema_with(table, attribute) + " New schema: " + new_schema);
}

IndexUpdates::IndexUpdates(JsonView body) : body_(body) {
  const auto updates = member_of(body, "GlobalSecondaryIndexUpdates");
  if (!updates) return;
  std::set<std::string> names;
  int creations_and_deletions = 0;
  for (const JsonView update : simdjson::dom::array(*updates)) {
    const auto [kind, action] = action_of(update);
    const auto name = name_in(action);
    if (!names.insert(name).second) {
      throw invalid_parameter_values(
          "Only one global secondary index update per index is allowed simultaneously. Index: " +
          name);
    }
    if (kind == "Update") {
      settings_.push_back(action);
      continue;
    }
    ++creations_and_deletions;
    if (kind == "Create") create_ = action;
    if (kind == "Delete") delete_ = name;
  }
  if (creations_and_deletions > 1) {
    throw limit_exceeded("Only 1 online index can be created or deleted simultaneously per table");
  }
  if (create_ && !member_of(body, "AttributeDefinitions")) {
    throw validation_error("AttributeDefinitions is not specified for index: " + name_in(*create_));
  }
}

void IndexUpdates::note(engine::TableChange& change) const {
  change.delete_index = delete_;
  if (create_) change.create_index.emplace().name = name_in(*create_);
  for (const auto update : settings_) change.indexes.push_back({.name = name_in(update)});
}

void IndexUpdates::fill_in(const engine::Table& table, engine::TableChange& change) const {
  if (create_) fill_in_creation(table, change);
  if (!delete_.empty()) existing_global_index(table, delete_, "delete");
  const auto mode = change.billing_mode.value_or(table.billing_mode);
  for (std::size_t at = 0; at < settings_.size(); ++at) {
    change.indexes[at] = settings_of(settings_[at], table, mode);
  }
}

void IndexUpdates::fill_in_creation(const engine::Table& table, engine::TableChange& change) const {
  const auto name = name_in(*create_);
  if (table.index(name) || table.vector_index(name)) {
    throw validation_error("Attempting to create an index which already exists");
  }
  const auto global_count = static_cast<std::size_t>(
      std::ranges::count_if(table.indexes, [](const auto& index) { return index->is_global; }));
  if (global_count >= engine::limits::global_indexes_max) {
    throw limit_exceeded("Number of global secondary indexes exceeds per-table limit of 20");
  }
  const auto given = attribute_definitions_of(body_);
  engine::TableSpec spec;
  spec.key = table.key;
  spec.billing_mode = change.billing_mode.value_or(table.billing_mode);
  spec.attribute_definitions = table.attribute_definitions;
  for (const auto& definition : given) {
    if (!has(spec.attribute_definitions, definition.name)) {
      spec.attribute_definitions.push_back(definition);
    }
  }
  change.create_index = index_of(*create_, true, spec);
  require_same_types(table, *change.create_index, given);
  require_no_vectors(table, change.create_index->partition);
  require_no_vectors(table, change.create_index->sort);
  std::size_t projected = change.create_index->non_key_attributes.size();
  for (const auto& index : table.indexes) projected += index->non_key_attributes.size();
  require_projected_count(projected);
  change.attribute_definitions = given;
}

engine::IndexSettings IndexUpdates::settings_of(JsonView update, const engine::Table& table,
                                                engine::BillingMode mode) const {
  const auto name = name_in(update);
  const auto& index = existing_global_index(table, name, "update");
  engine::IndexSettings settings{.name = name};
  settings.throughput = throughput_of(update, " for index " + name);
  const std::string whose = "index " + name;
  settings.on_demand_limits = on_demand_limits_of(update, mode, index.on_demand_limits, whose);
  const auto throughput = settings.throughput.value_or(index.throughput);
  const auto warm = warm_throughput(mode, throughput, index.warm_throughput);
  settings.warm_throughput = warm_throughput_of(update, warm, whose);
  if (!settings.throughput && !settings.on_demand_limits && !settings.warm_throughput) {
    throw invalid_parameter_values("ProvisionedThroughput is not specified for index: " + name);
  }
  if (!settings.throughput) return settings;
  if (mode == engine::BillingMode::pay_per_request) {
    throw no_throughput_on_demand(name);
  }
  require_other_throughput(index, *settings.throughput);
  return settings;
}

}  // namespace api
