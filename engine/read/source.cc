#include "engine/read/source.h"

#include <algorithm>
#include <cassert>

#include "engine/table/item_key.h"

namespace engine {

namespace {

void add_unless_there(std::vector<KeyAttribute>& all, const std::vector<KeyAttribute>& more) {
  for (const auto& attribute : more) {
    const auto has_name = [&](const KeyAttribute& other) { return other.name == attribute.name; };
    if (std::none_of(all.begin(), all.end(), has_name)) all.push_back(attribute);
  }
}

void append_values(std::string& key, const std::vector<KeyAttribute>& attributes,
                   MapView from_here) {
  for (const auto& attribute : attributes) {
    append_key_value(key, from_here.find(attribute.name).value());
  }
}

}  // namespace

Source::Source(std::shared_ptr<const Table> table, std::shared_ptr<const Index> index)
    : table_(std::move(table)), index_(std::move(index)) {
  std::vector<KeyAttribute> of_table = {table_->key.partition};
  if (table_->key.sort) of_table.push_back(*table_->key.sort);
  partition_ = index_ ? index_->partition : std::vector{table_->key.partition};
  if (index_) {
    sort_ = index_->sort;
  } else if (table_->key.sort) {
    sort_ = {*table_->key.sort};
  }
  add_unless_there(start_, of_table);
  add_unless_there(start_, partition_);
  add_unless_there(start_, sort_);
}

const KeyAttribute* Source::key_attribute(std::string_view name) const {
  for (const auto* attributes : {&partition_, &sort_}) {
    for (const auto& attribute : *attributes) {
      if (attribute.name == name) return &attribute;
    }
  }
  return nullptr;
}

bool Source::projects(std::string_view attribute) const {
  return index_ == nullptr || index_->projection == IndexProjection::all ||
         std::binary_search(index_->projected.begin(), index_->projected.end(), attribute);
}

std::string Source::prefix() const { return table_prefix(index_ ? index_->id : table_->id); }

std::string Source::partition_prefix(std::span<const ValueView> values) const {
  assert(values.size() == partition_.size());
  return index_ ? index_->partition_prefix(values) : table_->partition_prefix(values[0]);
}

std::string Source::key_of(MapView attributes) const {
  std::vector<ValueView> values;
  for (const auto& attribute : partition_) {
    values.push_back(attributes.find(attribute.name).value());
  }
  std::string key = partition_prefix(values);
  append_values(key, sort_, attributes);
  if (!index_) return key;
  // Entries with equal keys are told apart by the keys of their items.
  append_values(key, {table_->key.partition}, attributes);
  if (table_->key.sort) append_values(key, {*table_->key.sort}, attributes);
  return key;
}

Item Source::start_of(MapView item) const {
  std::vector<std::pair<std::string, Value>> attributes;
  attributes.reserve(start_.size());
  for (const auto& attribute : start_) {
    attributes.emplace_back(attribute.name, Value(item.find(attribute.name).value()));
  }
  return Item::of(std::move(attributes));
}

}  // namespace engine
