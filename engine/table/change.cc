#include "engine/table/change.h"

#include <algorithm>

#include "engine/limits.h"

namespace engine {

namespace {

bool changes_throughput(const Table& table, const TableChange& change) {
  const auto differs = [&](const IndexSettings& settings) {
    return settings.throughput || settings.on_demand_limits || settings.warm_throughput;
  };
  return (change.throughput && *change.throughput != table.throughput) ||
         (change.billing_mode && *change.billing_mode != table.billing_mode) ||
         (change.on_demand_limits && *change.on_demand_limits != table.on_demand_limits) ||
         (change.warm_throughput && change.warm_throughput != table.warm_throughput) ||
         std::ranges::any_of(change.indexes, differs);
}

bool changes_class(const Table& table, const TableChange& change) {
  if (!change.table_class) return false;
  const auto class_of = [](const std::string& name) { return name.empty() ? "STANDARD" : name; };
  return class_of(*change.table_class) != class_of(table.table_class);
}

bool changes_encryption(const Table& table, const TableChange& change) {
  return (change.enable_encryption && change.enable_encryption != table.encryption) ||
         (change.disable_encryption && table.encryption);
}

bool changes_indexes(const TableChange& change) {
  return change.create_index || !change.delete_index.empty() || change.create_vector_index ||
         !change.delete_vector_index.empty();
}

TableUpdate update_of(const Table& table, const TableChange& change) {
  if (change.enable_stream) return TableUpdate::stream_on;
  if (change.disable_stream) return TableUpdate::stream_off;
  if (changes_indexes(change)) return TableUpdate::index;
  if (changes_encryption(table, change)) return TableUpdate::encryption;
  return changes_throughput(table, change) ? TableUpdate::throughput : TableUpdate::settings;
}

/// Provisioned, there are no limits of the other kind.
void become_provisioned(Table& table) {
  table.on_demand_limits = {};
  for (const auto& index : Indexes(table.indexes)) {
    edit_index(table, index->name, [](Index& without) { without.on_demand_limits = {}; });
  }
}

/// On-demand, there is no throughput.
void become_on_demand(Table& table, TimePoint now) {
  table.on_demand_since = now;
  table.throughput = {};
  for (const auto& index : Indexes(table.indexes)) {
    edit_index(table, index->name, [](Index& without) { without.throughput = {}; });
  }
}

void set_throughput(Table& table, const TableChange& change, TimePoint now) {
  const bool was_provisioned = table.billing_mode == BillingMode::provisioned;
  if (change.throughput && was_provisioned) {
    table.throughput_changes.note(table.throughput, *change.throughput, now);
  }
  if (change.billing_mode && *change.billing_mode != table.billing_mode) {
    table.billing_mode = *change.billing_mode;
    if (table.billing_mode == BillingMode::pay_per_request) become_on_demand(table, now);
    if (table.billing_mode == BillingMode::provisioned) become_provisioned(table);
  }
  if (change.throughput) table.throughput = *change.throughput;
  if (change.on_demand_limits) table.on_demand_limits = *change.on_demand_limits;
  if (change.warm_throughput) table.warm_throughput = change.warm_throughput;
  for (const auto& settings : change.indexes) {
    edit_index(table, settings.name, [&](Index& index) {
      if (settings.throughput) {
        if (was_provisioned) {
          index.throughput_changes.note(index.throughput, *settings.throughput, now);
        }
        index.throughput = *settings.throughput;
      }
      if (settings.on_demand_limits) index.on_demand_limits = *settings.on_demand_limits;
      if (settings.warm_throughput) index.warm_throughput = settings.warm_throughput;
    });
  }
}

void define_attributes(Table& table, const TableChange& change) {
  for (const auto& attribute : change.attribute_definitions) {
    const auto is_same = [&](const KeyAttribute& other) { return other.name == attribute.name; };
    if (std::ranges::none_of(table.attribute_definitions, is_same)) {
      table.attribute_definitions.push_back(attribute);
    }
  }
}

bool is_key(const Table& table, std::string_view name) {
  const auto has_name = [&](const KeyAttribute& attribute) { return attribute.name == name; };
  const auto is_key_of = [&](const auto& index) {
    return std::ranges::any_of(index->partition, has_name) ||
           std::ranges::any_of(index->sort, has_name);
  };
  const auto is_searched_by = [&](const auto& index) {
    return std::ranges::any_of(index->hash, has_name) ||
           std::ranges::any_of(index->inline_filters, has_name);
  };
  return table.is_key_attribute(name) || std::ranges::any_of(table.indexes, is_key_of) ||
         std::ranges::any_of(table.vector_indexes, is_searched_by);
}

void drop_unused_attributes(Table& table) {
  std::erase_if(table.attribute_definitions,
                [&](const KeyAttribute& attribute) { return !is_key(table, attribute.name); });
}

void change_vector_indexes(Course& course, const TableChange& change) {
  if (change.create_vector_index) {
    VectorIndex index = *change.create_vector_index;
    index.status = TableStatus::creating;
    index.is_backfilling = true;
    add_vector_index(course.after, index);
    index.is_allocating = true;
    add_vector_index(course.during, index);
  }
  if (change.delete_vector_index.empty()) return;
  edit_vector_index(course.during, change.delete_vector_index,
                    [](VectorIndex& index) { index.status = TableStatus::deleting; });
  std::erase_if(course.after.vector_indexes,
                [&](const auto& index) { return index->name == change.delete_vector_index; });
}

void change_indexes(Course& course, const TableChange& change) {
  for (auto* version : {&course.during, &course.after}) define_attributes(*version, change);
  if (change.create_index) {
    Index index = *change.create_index;
    index.status = TableStatus::creating;
    index.is_backfilling = true;
    add_index(course.after, index);
    index.is_allocating = true;
    add_index(course.during, index);
  }
  if (!change.delete_index.empty()) {
    edit_index(course.during, change.delete_index,
               [](Index& index) { index.status = TableStatus::deleting; });
    std::erase_if(course.after.indexes,
                  [&](const auto& index) { return index->name == change.delete_index; });
  }
  for (const auto& settings : change.indexes) {
    edit_index(course.during, settings.name, [](Index& index) {
      if (index.status == TableStatus::active) index.status = TableStatus::updating;
    });
  }
  change_vector_indexes(course, change);
  drop_unused_attributes(course.after);
}

void change_replicas(Course& course, const std::vector<Replica>& replicas) {
  const auto is_in = [](const std::vector<Replica>& list, const Replica& replica) {
    return std::ranges::any_of(
        list, [&](const Replica& other) { return other.region == replica.region; });
  };
  std::vector<Replica> during;
  for (auto replica : course.during.replicas) {
    if (!is_in(replicas, replica)) replica.status = TableStatus::deleting;
    if (replica.status == TableStatus::deleting) during.push_back(std::move(replica));
  }
  for (auto replica : replicas) {
    const bool is_new = !is_in(course.during.replicas, replica);
    replica.status = is_new ? TableStatus::creating : TableStatus::updating;
    during.push_back(std::move(replica));
  }
  course.during.replicas = std::move(during);
  course.after.replicas = replicas;
}

}  // namespace

bool takes_time(const Table& table, const TableChange& change) {
  return change.enable_stream || change.disable_stream || changes_throughput(table, change) ||
         changes_class(table, change) || changes_encryption(table, change) ||
         changes_indexes(change) || change.replicas;
}

Course course_of(const Table& table, const TableChange& change, TimePoint now) {
  Course course{.during = table, .after = table};
  course.during.status = TableStatus::updating;
  course.during.update = update_of(table, change);
  set_throughput(course.after, change, now);
  course.during.billing_mode = course.after.billing_mode;
  course.during.on_demand_since = course.after.on_demand_since;
  if (changes_class(table, change)) {
    course.after.table_class = *change.table_class;
    course.after.class_changes.push_back(now);
    const auto kept = static_cast<std::size_t>(limits::table_class_changes_max);
    while (course.after.class_changes.size() > kept) {
      course.after.class_changes.erase(course.after.class_changes.begin());
    }
    course.during.table_class = course.after.table_class;
    course.during.class_changes = course.after.class_changes;
  }
  if (change.enable_encryption) {
    course.during.encryption = course.after.encryption = change.enable_encryption;
  }
  if (change.disable_encryption) course.after.encryption.reset();
  change_indexes(course, change);
  if (change.replicas) change_replicas(course, *change.replicas);
  return course;
}

namespace {

template <typename AnyIndex>
void edit_one(std::vector<std::shared_ptr<const AnyIndex>>& indexes, std::string_view name,
              const std::function<void(AnyIndex&)>& edit) {
  for (auto& index : indexes) {
    if (index->name != name) continue;
    auto version = std::make_shared<AnyIndex>(*index);
    edit(*version);
    index = std::move(version);
  }
}

template <typename AnyIndex>
void add_one(std::vector<std::shared_ptr<const AnyIndex>>& indexes, AnyIndex index) {
  const auto place =
      std::ranges::find_if(indexes, [&](const auto& other) { return other->name > index.name; });
  indexes.insert(place, std::make_shared<const AnyIndex>(std::move(index)));
}

}  // namespace

void edit_index(Table& table, std::string_view name, const std::function<void(Index&)>& edit) {
  edit_one(table.indexes, name, edit);
}

void edit_vector_index(Table& table, std::string_view name,
                       const std::function<void(VectorIndex&)>& edit) {
  edit_one(table.vector_indexes, name, edit);
}

void add_index(Table& table, Index index) { add_one(table.indexes, std::move(index)); }

void add_vector_index(Table& table, VectorIndex index) {
  add_one(table.vector_indexes, std::move(index));
}

void set_made(Table& table, bool is_made) {
  const auto status = is_made ? TableStatus::active : TableStatus::creating;
  table.status = status;
  if (is_made) table.settles.reset();
  for (auto& index : table.indexes) {
    auto version = std::make_shared<Index>(*index);
    version->status = status;
    index = std::move(version);
  }
  for (auto& index : table.vector_indexes) {
    auto version = std::make_shared<VectorIndex>(*index);
    version->status = status;
    index = std::move(version);
  }
}

}  // namespace engine
