#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/expression/ast.h"
#include "engine/value/attribute_value.h"

/// What the parser makes of a statement's text and its parameters: conditions and updates are those
/// of the expression engine. Private to this folder: callers see `statement.h`.
namespace engine::partiql {

struct SourceName {
  std::string table;  ///< A name or an ARN.
  std::optional<std::string> index;
};

struct Order {
  expression::Path key;
  bool is_descending = false;
};

struct Select {
  SourceName from;
  std::vector<expression::Path> projection;  ///< Empty: `*`.
  std::optional<expression::ConditionNode> where;
  std::vector<Order> order_by;
};

/// `EXISTS(SELECT ...)`
struct Exists {
  Select select;
};

struct Insert {
  SourceName into;
  Item item;
};

struct Returning {
  bool is_all = true;  ///< Or what was MODIFIED.
  bool is_old = true;
};

struct Update {
  SourceName table;
  std::vector<expression::UpdateAction> actions;
  std::optional<expression::ConditionNode> where;
  std::optional<Returning> returning;
};

struct Delete {
  SourceName from;
  std::optional<expression::ConditionNode> where;
  bool returns_old = false;
};

using Tree = std::variant<Select, Exists, Insert, Update, Delete>;

}  // namespace engine::partiql
