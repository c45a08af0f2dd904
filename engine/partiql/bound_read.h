#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/partiql/statement.h"
#include "engine/read/source.h"
#include "engine/table/table.h"

namespace engine::partiql {

/// A SELECT and what it reads from: a table or one of its indexes. If it names the whole key of an
/// item, that is all it reads; what else there is, `BoundSelect` reads.
class BoundRead {
 public:
  /// Throws ValidationException for an index that is not there, that cannot be read yet, or not
  /// consistently.
  BoundRead(Statement statement, std::shared_ptr<const Table> table, bool is_consistent);
  ~BoundRead();
  BoundRead(BoundRead&&) noexcept;
  BoundRead& operator=(BoundRead&&) noexcept;

  const Source& source() const;
  /// Whether the statement names the whole key of an item of the table. If not, there is nothing
  /// else to ask.
  bool is_of_one_item() const;
  /// As `Table::key_of_key` gives it. Throws ValidationException for what the table's schema
  /// refuses.
  std::string key() const;
  /// What the statement selects of the item at the key, if there is one: nothing if the item is not
  /// as WHERE demands.
  std::optional<Item> selected(const std::optional<Item>& item) const;

 private:
  friend class BoundSelect;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace engine::partiql
