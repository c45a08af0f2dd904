#include "engine/partiql/bound_read.h"

#include <algorithm>
#include <utility>

#include "engine/api_error.h"
#include "engine/expression/expression.h"
#include "engine/partiql/key_equality.h"
#include "engine/partiql/parsed.h"
#include "engine/write/item_update.h"

namespace engine::partiql {

namespace {

void refuse_index(const Source& source, const Table& table, bool is_consistent) {
  if (!source.index) return;
  const auto found = std::ranges::find_if(
      table.indexes, [&](const auto& index) { return index->name == *source.index; });
  if (found == table.indexes.end())
    throw validation_error("The table does not have the specified index");
  if (is_consistent && (*found)->is_global) {
    throw validation_error("Strongly consistent read is not supported on Global Secondary Indexes");
  }
  throw not_supported("SELECT from an index");
}

/// Nothing for `*`.
std::optional<Projection> projection_of(const std::vector<expression::Path>& paths) {
  if (paths.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& path : paths) {
    if (path.size() > 1) throw not_supported("SELECT of a part of an attribute");
    names.push_back(path[0].name);
  }
  return Projection::of(names);
}

}  // namespace

struct BoundRead::Parts {
  std::shared_ptr<const Table> table;
  std::optional<OneItem> one;
  std::optional<Projection> projection;
};

BoundRead::BoundRead(Statement statement, std::shared_ptr<const Table> table, bool is_consistent)
    : parts_(std::make_unique<Parts>()) {
  parts_->table = std::move(table);
  auto& select = std::get<Select>(statement.parsed_->tree);
  refuse_index(select.from, *parts_->table, is_consistent);
  parts_->one = one_item_of(std::move(select.where), parts_->table->key);
  if (!parts_->one) return;
  if (!select.order_by.empty()) throw not_supported("ORDER BY");
  parts_->projection = projection_of(select.projection);
}

BoundRead::~BoundRead() = default;
BoundRead::BoundRead(BoundRead&&) noexcept = default;
BoundRead& BoundRead::operator=(BoundRead&&) noexcept = default;

bool BoundRead::is_of_one_item() const { return parts_->one.has_value(); }

std::string BoundRead::key() const {
  const auto& one = *parts_->one;
  std::string key = parts_->table->key_of_key(one.key);
  if (one.rest) require_scalar_keys(*one.rest, *parts_->table);
  return key;
}

std::optional<Item> BoundRead::selected(const std::optional<Item>& item) const {
  const auto& condition = parts_->one->rest;
  if (!item || (condition && !condition->holds(*item))) return std::nullopt;
  return parts_->projection ? parts_->projection->select(*item) : *item;
}

}  // namespace engine::partiql
