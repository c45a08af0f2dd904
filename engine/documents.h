#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/store.h"

namespace engine {

/// Small durable documents by kind and id: what the rooms above keep of functions, mappings,
/// checkpoints, deliveries and queues. The bytes are theirs.
///
/// Safe to call from any thread; may throw `storage::StorageError`.
class Documents {
 public:
  explicit Documents(storage::Store& store) : store_(store) {}

  struct Change {
    std::string kind;
    std::string id;
    std::optional<std::string> bytes;  ///< Nothing: remove it.
  };

  std::optional<std::string> get(std::string_view kind, std::string_view id) const;
  /// For who has only the store.
  static std::optional<std::string> get(const storage::Store& store, std::string_view kind,
                                        std::string_view id);
  void put(std::string_view kind, std::string_view id, std::string_view bytes);
  void remove(std::string_view kind, std::string_view id);
  /// Adds it to a batch that the caller commits together with other things.
  static void put(storage::Batch& batch, std::string_view kind, std::string_view id,
                  std::string_view bytes);
  static void remove(storage::Batch& batch, std::string_view kind, std::string_view id);
  static void remove_before(storage::Batch& batch, std::string_view kind, std::string_view before);
  /// All documents of the kind whose id begins so.
  static void remove_beginning(storage::Batch& batch, std::string_view kind,
                               std::string_view id_prefix);
  /// All of the changes, or none.
  void commit(std::span<const Change> changes);
  /// Every document of the kind, by the byte order of their ids; only ids after `after`, and at
  /// most `limit` of them.
  std::vector<std::pair<std::string, std::string>> list(std::string_view kind,
                                                        std::string_view after = "",
                                                        std::size_t limit = -1) const;
  void remove_all(std::string_view kind);
  /// All documents of the kind whose id is less than `before`.
  void remove_before(std::string_view kind, std::string_view before);

 private:
  storage::Store& store_;
};

}  // namespace engine
