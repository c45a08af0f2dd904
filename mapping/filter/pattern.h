#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/filter/matcher.h"

/// A pattern, compiled: a tree of its fields. `{"a.b":[..]}` and `{"a":{"b":[..]}}` give the same
/// tree, for paths are compared as dot-joined text (event-source-mapping.md 6.2).
namespace mapping::filter {

struct Field;

/// What one object of the document must meet: every field, and one alternative of each `$or`.
struct Node {
  std::vector<Field> fields;
  std::vector<std::vector<Node>> alternatives;
  /// An object that is not there meets it too.
  bool accepts_absence = true;
};

/// Values of which any will do.
struct Leaf {
  std::vector<Matcher> matchers;
  std::string text;  ///< As the pattern has it, to explain.
  bool accepts_absence = false;
};

struct Field {
  std::string path;          ///< From the top of the document.
  std::vector<Leaf> leaves;  ///< All must be met; mostly one.
  std::unique_ptr<Node> object;
};

/// Throws `InvalidPattern`.
Node compile(std::string_view pattern);

}  // namespace mapping::filter
