#include "engine/partiql/bound_write.h"

#include <utility>

#include "engine/expression/expression.h"
#include "engine/partiql/key_equality.h"
#include "engine/partiql/parsed.h"
#include "engine/table/index_keys.h"
#include "engine/write/item_update.h"

namespace engine::partiql {

namespace {

ApiError no_whole_key() {
  return validation_error(
      "Where clause does not contain a mandatory equality on all key attributes");
}

ApiError exists_of_no_item() {
  return validation_error("EXISTS() must contain a single item read with additional condition");
}

}  // namespace

struct BoundWrite::Parts {
  Statement::Kind kind = Statement::Kind::insert;
  std::shared_ptr<const Table> table;
  Item item;  ///< Of an INSERT; of the others only the key.
  std::optional<Condition> condition;
  std::optional<engine::Update> update;
  std::optional<Returning> returning;

  bool is_insert() const { return kind == Statement::Kind::insert; }

  void bind(Insert& insert) { item = std::move(insert.item); }

  void bind(partiql::Update& statement) {
    bind_where(std::move(statement.where), no_whole_key);
    update = engine::Update::of(std::move(statement.actions));
    returning = statement.returning;
  }

  void bind(Delete& statement) {
    bind_where(std::move(statement.where), no_whole_key);
    if (statement.returns_old) returning = Returning{};
  }

  void bind(Exists& statement) {
    auto& select = statement.select;
    const bool is_plain =
        !select.from.index && select.projection.empty() && select.order_by.empty();
    if (!is_plain) throw exists_of_no_item();
    bind_where(std::move(select.where), exists_of_no_item);
    if (!condition) throw exists_of_no_item();
  }

  /// A SELECT is bound to be read.
  void bind(Select& /*select*/) { throw exists_of_no_item(); }

  /// The store key, once the table's schema has nothing against the statement.
  std::string store_key() const {
    std::string key = is_insert() ? table->key_of(item) : table->key_of_key(item);
    if (is_insert()) require_index_keys(*table, item);
    if (update) {
      require_targets(*update, *table);
      require_scalar_keys(*update, *table);
    }
    if (condition) require_scalar_keys(*condition, *table);
    return key;
  }

  bool holds(const Item* old_item) const {
    if (is_insert()) return old_item == nullptr;
    // Only a DELETE is content with nothing there.
    if (old_item == nullptr && kind != Statement::Kind::remove) return false;
    return !condition || condition->holds(old_item != nullptr ? old_item->view() : MapView());
  }

  std::optional<Item> changed(const Item* old_item) {
    switch (kind) {
      case Statement::Kind::insert:
        return std::move(item);
      case Statement::Kind::update:
        return updated_item(*update, *table, old_item, item);
      case Statement::Kind::remove:
        return std::nullopt;
      default:
        return *old_item;
    }
  }

 private:
  void bind_where(std::optional<expression::ConditionNode> where, ApiError (*no_key)()) {
    auto one = one_item_of(std::move(where), table->key);
    if (!one) throw no_key();
    item = std::move(one->key);
    condition = std::move(one->rest);
  }
};

BoundWrite::BoundWrite(Statement statement, std::shared_ptr<const Table> table)
    : parts_(std::make_unique<Parts>()) {
  parts_->kind = statement.kind();
  parts_->table = std::move(table);
  std::visit([&](auto& parsed) { parts_->bind(parsed); }, statement.parsed_->tree);
}

BoundWrite::~BoundWrite() = default;
BoundWrite::BoundWrite(BoundWrite&&) noexcept = default;
BoundWrite& BoundWrite::operator=(BoundWrite&&) noexcept = default;

void BoundWrite::require_no_empty_key() const {
  parts_->table->require_no_empty_key(parts_->item);
  if (parts_->is_insert()) require_no_empty_index_key(*parts_->table, parts_->item);
}

Write BoundWrite::write() const {
  Write write;
  write.table = parts_->table;
  write.key = parts_->store_key();
  write.condition = [parts = parts_.get()](const Item* old_item) { return parts->holds(old_item); };
  write.change = [parts = parts_.get()](const Item* old_item) { return parts->changed(old_item); };
  return write;
}

ApiError BoundWrite::refusal() const {
  if (!parts_->is_insert()) return conditional_check_failed();
  return {"DuplicateItemException", "Duplicate primary key exists in table"};
}

std::optional<Item> BoundWrite::returned(const WriteOutcome& outcome) const {
  if (!parts_->returning) return std::nullopt;
  const auto& item = parts_->returning->is_old ? outcome.old_item : outcome.new_item;
  if (!item || parts_->returning->is_all) return item;
  Item modified = parts_->update->targeted(*item);
  if (modified.view().empty()) return std::nullopt;
  return modified;
}

}  // namespace engine::partiql
