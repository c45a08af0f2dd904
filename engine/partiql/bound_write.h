#pragma once

#include <memory>
#include <optional>

#include "engine/api_error.h"
#include "engine/partiql/statement.h"
#include "engine/table/table.h"
#include "engine/write/writer.h"

namespace engine::partiql {

/// An INSERT, UPDATE, DELETE or EXISTS and its table: one item to be changed, or only looked at,
/// under a condition.
class BoundWrite {
 public:
  /// Throws ValidationException if the statement does not name the whole key, and for an EXISTS
  /// that has no other condition.
  BoundWrite(Statement statement, std::shared_ptr<const Table> table);
  ~BoundWrite();
  BoundWrite(BoundWrite&&) noexcept;
  BoundWrite& operator=(BoundWrite&&) noexcept;

  /// Throws only what `write` throws for keys, of the table or an index, that are empty.
  void require_no_empty_key() const;
  /// To be written once, while this lives; it may be moved meanwhile. Throws ValidationException
  /// for what the table's schema refuses, before anything is read.
  Write write() const;
  /// Whose condition did not hold: DuplicateItemException or ConditionalCheckFailedException.
  ApiError refusal() const;
  /// What RETURNING asks for; nothing if there is nothing to show.
  std::optional<Item> returned(const WriteOutcome& outcome) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace engine::partiql
