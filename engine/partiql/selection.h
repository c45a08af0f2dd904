#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/expression/ast.h"
#include "engine/expression/expression.h"
#include "engine/table/table.h"

namespace engine::partiql {

/// What SELECT shows of an item: all of it, or what it names. Other than in a projection
/// expression, a part of an attribute is shown by itself: `a.b[0]` as `b[0]`.
class Selection {
 public:
  /// `paths` do not overlap; none: `*`.
  explicit Selection(std::vector<expression::Path> paths);

  bool is_everything() const { return paths_.empty(); }
  /// The top-level attributes it looks at, in the order of the text, each once.
  std::vector<std::string> attributes() const;
  /// Throws ValidationException if a path goes into a key attribute of the table or an index.
  void require_scalar_keys(const Table& table) const;
  /// Of two parts with one name the last.
  Item of(MapView item) const;

 private:
  std::vector<expression::Path> paths_;
  std::vector<std::string> names_;           ///< By which they are shown.
  std::optional<Projection> of_attributes_;  ///< If all of them are whole attributes.
};

}  // namespace engine::partiql
