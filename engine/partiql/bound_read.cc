#include "engine/partiql/bound_read.h"

#include <utility>

#include "engine/api_error.h"
#include "engine/partiql/bound_parts.h"
#include "engine/partiql/order.h"
#include "engine/partiql/parsed.h"
#include "engine/write/item_update.h"

namespace engine::partiql {

namespace {

Source source_of(const SourceName& from, std::shared_ptr<const Table> table, bool is_consistent) {
  if (!from.index) return Source(std::move(table));
  auto index = table->index(*from.index);
  if (!index || index->status == TableStatus::deleting) {
    throw validation_error("The table does not have the specified index");
  }
  if (is_consistent && index->is_global) {
    throw validation_error("Strongly consistent read is not supported on Global Secondary Indexes");
  }
  if (index->status == TableStatus::creating) {
    throw validation_error("Cannot read from backfilling global secondary index: " + index->name);
  }
  return Source(std::move(table), std::move(index));
}

}  // namespace

BoundRead::BoundRead(Statement statement, std::shared_ptr<const Table> table, bool is_consistent) {
  auto& select = std::get<Select>(statement.parsed_->tree);
  auto source = source_of(select.from, std::move(table), is_consistent);
  parts_ = std::make_unique<Parts>(Parts{std::move(source), is_consistent,
                                         Selection(std::move(select.projection)),
                                         std::move(select.order_by), select.where.has_value()});
  const KeySchema& key = parts_->source.table().key;
  if (parts_->source.index() == nullptr && names_one_item(select.where, key)) {
    parts_->one = one_item_of(std::move(select.where), key);
  } else {
    parts_->where = std::move(select.where);
  }
}

BoundRead::~BoundRead() = default;
BoundRead::BoundRead(BoundRead&&) noexcept = default;
BoundRead& BoundRead::operator=(BoundRead&&) noexcept = default;

const Source& BoundRead::source() const { return parts_->source; }

bool BoundRead::is_of_one_item() const { return parts_->one.has_value(); }

std::string BoundRead::key() const {
  const auto& one = *parts_->one;
  const Table& table = parts_->source.table();
  std::string key = table.key_of_key(one.key);
  if (one.rest) require_scalar_keys(*one.rest, table);
  parts_->selection.require_scalar_keys(table);
  require_key_attributes(parts_->order_by, parts_->source);
  return key;
}

std::optional<Item> BoundRead::selected(const std::optional<Item>& item) const {
  const auto& condition = parts_->one->rest;
  if (!item || (condition && !condition->holds(*item))) return std::nullopt;
  return parts_->selection.of(*item);
}

}  // namespace engine::partiql
