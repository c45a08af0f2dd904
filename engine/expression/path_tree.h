#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "engine/expression/ast.h"
#include "engine/value/attribute_value.h"

namespace engine::expression {

/// The value at the end of `path`, or nothing.
std::optional<ValueView> resolve(const Path& path, MapView item);

/// Paths that do not overlap, by what they share; names and indexes in the order in which items
/// hold them, so that an item and a tree are walked side by side.
struct PathTree {
  static constexpr int no_leaf = -1;

  /// Which path ends here. A leaf has no children, and a node not both names and indexes.
  int leaf = no_leaf;
  std::map<std::string, PathTree, std::less<>> names;
  std::map<std::size_t, PathTree> indexes;

  bool is_leaf() const { return leaf != no_leaf; }
  void insert(const Path& path, int number);
};

/// What of `item` the paths lead to, in the structure it has there; elements of lists move
/// together. What is not there is left out.
Item select(const PathTree& paths, MapView item);

}  // namespace engine::expression
