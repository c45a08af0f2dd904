#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/table/catalog.h"

namespace api {

/// `Schema:[SchemaElement: key{a:S:HASH}, ...]`; `role` is that of the second attributes.
std::string schema_text(const std::vector<engine::KeyAttribute>& partition,
                        const std::vector<engine::KeyAttribute>& others,
                        const char* role = "RANGE");
/// A ValidationException: the attribute of a new index, whose schema is told, has another type
/// already.
engine::ApiError redefined(const engine::Table& table, std::string_view attribute,
                           const std::string& new_schema);

/// `GlobalSecondaryIndexUpdates` of an UpdateTable (dynamodb.md 13.4 and 14).
class IndexUpdates {
 public:
  /// Throws for what is wrong whatever the table is.
  explicit IndexUpdates(JsonView body);

  bool empty() const { return !create_ && delete_.empty() && settings_.empty(); }
  bool creates_or_deletes() const { return create_.has_value() || !delete_.empty(); }
  bool changes_throughput() const { return !settings_.empty(); }

  /// Names the indexes that are changed; the rest is `fill_in`'s.
  void note(engine::TableChange& change) const;
  /// What depends on the table as it is. Throws for what cannot be done with it.
  void fill_in(const engine::Table& table, engine::TableChange& change) const;

 private:
  void fill_in_creation(const engine::Table& table, engine::TableChange& change) const;
  engine::IndexSettings settings_of(JsonView update, const engine::Table& table,
                                    engine::BillingMode mode) const;

  JsonView body_;
  std::optional<JsonView> create_;
  std::string delete_;
  std::vector<JsonView> settings_;
};

}  // namespace api
