#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/table.h"

namespace engine {

/// A table, or one of its indexes, as something to read from.
class Source {
 public:
  /// `index` is one of the table's; null to read the table itself.
  explicit Source(std::shared_ptr<const Table> table, std::shared_ptr<const Index> index = nullptr);

  const Table& table() const { return *table_; }
  const Index* index() const { return index_.get(); }
  /// The attributes by which it is divided into partitions: one, or up to four.
  const std::vector<KeyAttribute>& partition() const { return partition_; }
  /// Those by which the items of a partition are sorted: from none to four.
  const std::vector<KeyAttribute>& sort() const { return sort_; }
  /// Of both, the one of that name, or null.
  const KeyAttribute* key_attribute(std::string_view name) const;
  /// What `LastEvaluatedKey` names: its own key attributes, and those of the table.
  const std::vector<KeyAttribute>& start_attributes() const { return start_; }
  /// Whether its items have the attribute, if the table's have it.
  bool projects(std::string_view attribute) const;

  /// What all keys of its items begin with in the store.
  std::string prefix() const;
  /// The same of one partition: `values` are those of `partition()`.
  std::string partition_prefix(std::span<const ValueView> values) const;
  /// The key in the store of the item with those attributes. `attributes` has all of
  /// `start_attributes`, of their types.
  std::string key_of(MapView attributes) const;
  /// Of an item, only `start_attributes`.
  Item start_of(MapView item) const;

 private:
  std::shared_ptr<const Table> table_;
  std::shared_ptr<const Index> index_;
  std::vector<KeyAttribute> partition_;
  std::vector<KeyAttribute> sort_;
  std::vector<KeyAttribute> start_;
};

}  // namespace engine
