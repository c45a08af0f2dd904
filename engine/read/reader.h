#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "engine/read/page.h"
#include "engine/read/vector_search.h"
#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// Reads items.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Reader {
 public:
  explicit Reader(const storage::Store& store) : store_(store) {}

  /// The item at a store key (`Table::key_of_key`), or nothing.
  std::optional<Item> item(std::string_view key) const;
  /// `read_page`
  PageEnd page(const PageRequest& request, const std::function<void(MapView item)>& visit) const {
    return read_page(store_, request, visit);
  }
  /// Number and size of the items: counted once, then kept up by the writer.
  const TableSize& size_of(const Table& table) const;
  /// See `VectorSearch`.
  VectorSearch search_vectors(const VectorQuery& query) const {
    return engine::search_vectors(store_, query);
  }
  /// How large the item collection of that partition key is, to the gigabyte: not less, and less
  /// than one more.
  std::size_t collection_gigabytes(const Table& table, ValueView partition) const;

 private:
  const storage::Store& store_;
};

}  // namespace engine
