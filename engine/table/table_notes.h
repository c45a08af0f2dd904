#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/documents.h"
#include "engine/table/table.h"

namespace engine {

/// What is kept beside a table under a name, and shown again: its policy, the destinations of its
/// changes, ... The bytes are whoever's who keeps it. All of it goes when the table goes, and a new
/// table of the same name has none of it.
///
/// Safe to call from any thread; may throw `storage::StorageError`. Changed through
/// `Catalog::annotate`.
class TableNotes {
 public:
  /// What is to be kept under these names; nothing: no longer.
  using Changes = std::map<std::string, std::optional<std::string>>;

  explicit TableNotes(const Documents& documents) : documents_(documents) {}

  std::optional<std::string> get(const Table& table, std::string_view name) const;

  /// Adds it to a batch that the caller commits together with other things.
  static void put(storage::Batch& batch, const Table& table, const Changes& changes);
  static void remove_all(storage::Batch& batch, const Table& table);

 private:
  const Documents& documents_;
};

}  // namespace engine
