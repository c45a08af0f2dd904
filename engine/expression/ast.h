#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/attribute_value.h"

/// What the parsers make of an expression's text. Private to this folder: callers see
/// `expression.h`.
namespace engine::expression {

/// One step of a document path: into a map by name, or into a list by index.
struct Step {
  bool is_index = false;
  std::size_t index = 0;
  /// As written until names are resolved, then without placeholder.
  std::string name;

  bool operator==(const Step&) const = default;
};

/// Not empty; the first step is a name.
using Path = std::vector<Step>;

/// The step into a list that `digits` name. An index that is too large is told in `problem`, unless
/// it has a problem already.
Step index_step(std::string_view digits, std::string& problem);

/// As messages show it: `[a, b, [0]]`.
std::string path_text(const Path& path);

enum class Function {
  unknown,
  attribute_exists,
  attribute_not_exists,
  attribute_type,
  begins_with,
  contains,
  size,
  // Those of updates.
  if_not_exists,
  list_append,
};

struct Operand {
  enum class Kind { path, value, function };

  Kind kind = Kind::path;
  Path path;
  /// `:v`, or the name of the function.
  std::string name;
  /// What `:v` stands for, once values are resolved.
  Value value;
  Function function = Function::unknown;
  std::vector<Operand> arguments;

  bool is_path() const { return kind == Kind::path; }
  bool is_value() const { return kind == Kind::value; }
  bool is_function() const { return kind == Kind::function; }
};

enum class Comparator { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct ConditionNode {
  enum class Kind { all_of, any_of, negation, comparison, between, in, function };

  Kind kind = Kind::comparison;
  /// Of `all_of`, `any_of`, `negation`.
  std::vector<ConditionNode> children;
  Comparator comparator = Comparator::equal;
  /// Of the others; of `function` one, the function.
  std::vector<Operand> operands;

  bool is_logical() const { return kind <= Kind::negation; }
};

struct UpdateAction {
  enum class Kind { set, remove, add, subtract_elements };

  Kind kind = Kind::set;
  Path target;
  /// Of all but `remove`.
  Operand value;
  /// Of `set`: `+` or `-` when `second` takes part.
  char sign = 0;
  std::optional<Operand> second;
  /// Not of an expression: `add` takes lists too, and a stored value of another type has a message
  /// of its own.
  bool is_attribute_update = false;
};

/// What was noticed while parsing but is told only when nothing worse is found.
struct Findings {
  int operators = 0;
  /// The first of these two that was met: its message.
  std::string path_problem;
  /// `SET`, if that section is there twice.
  std::string repeated_section;
};

}  // namespace engine::expression
