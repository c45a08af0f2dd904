#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/value/attribute_value.h"

/// PartiQL, as callers use it (dynamodb.md 12; Amazon DynamoDB Developer Guide, "PartiQL - a
/// SQL-compatible query language"): a statement is parsed once, then bound to the table it names
/// (`bound_write.h`, `bound_read.h`).
namespace engine::partiql {

class Statement {
 public:
  /// `exists`: `EXISTS(SELECT ...)`, the condition check of a transaction.
  enum class Kind { select, exists, insert, update, remove };

  /// `parameters` take the places of the `?`s. Throws ValidationException for all that no table
  /// could make right (dynamodb.md 12.3).
  static Statement parse(std::string_view text, std::span<const Value> parameters);
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;

  Kind kind() const;
  bool is_write() const;
  /// As the statement has it: a name or an ARN.
  const std::string& table_name() const;
  /// Whether it reads from an index.
  bool names_index() const;
  /// Whether it has a RETURNING clause.
  bool is_returning() const;

 private:
  friend class BoundRead;
  friend class BoundWrite;
  struct Parsed;
  explicit Statement(std::unique_ptr<Parsed> parsed);
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace engine::partiql
