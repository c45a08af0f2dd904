#include "engine/documents.h"

#include "storage/order_key.h"

namespace engine {

namespace {

using storage::Column;

/// `d`, the kind, the id: documents of a kind lie together, in the order of their ids.
std::string prefix_of(std::string_view kind) {
  std::string prefix = "d";
  storage::append_bytes(prefix, kind);
  return prefix;
}

std::string key_of(std::string_view kind, std::string_view id) {
  std::string key = prefix_of(kind);
  key.append(id);
  return key;
}

}  // namespace

std::optional<std::string> Documents::get(std::string_view kind, std::string_view id) const {
  return get(store_, kind, id);
}

std::optional<std::string> Documents::get(const storage::Store& store, std::string_view kind,
                                          std::string_view id) {
  return store.get(Column::state, key_of(kind, id));
}

void Documents::put(std::string_view kind, std::string_view id, std::string_view bytes) {
  storage::Batch batch;
  put(batch, kind, id, bytes);
  store_.commit(batch);
}

void Documents::remove(std::string_view kind, std::string_view id) {
  storage::Batch batch;
  remove(batch, kind, id);
  store_.commit(batch);
}

void Documents::put(storage::Batch& batch, std::string_view kind, std::string_view id,
                    std::string_view bytes) {
  batch.put(Column::state, key_of(kind, id), bytes);
}

void Documents::remove(storage::Batch& batch, std::string_view kind, std::string_view id) {
  batch.remove(Column::state, key_of(kind, id));
}

void Documents::commit(std::span<const Change> changes) {
  storage::Batch batch;
  for (const auto& change : changes) {
    if (change.bytes) {
      put(batch, change.kind, change.id, *change.bytes);
    } else {
      remove(batch, change.kind, change.id);
    }
  }
  store_.commit(batch);
}

std::vector<std::pair<std::string, std::string>> Documents::list(std::string_view kind,
                                                                 std::string_view after,
                                                                 std::size_t limit) const {
  std::vector<std::pair<std::string, std::string>> found;
  const auto prefix = prefix_of(kind);
  auto from = prefix;
  from.append(after);
  if (!after.empty()) from += '\0';
  for (auto cursor = store_.scan(Column::state, from, storage::after_prefix(prefix));
       cursor.valid() && found.size() < limit; cursor.next()) {
    found.emplace_back(cursor.key().substr(prefix.size()), cursor.value());
  }
  return found;
}

void Documents::remove_all(std::string_view kind) {
  const auto prefix = prefix_of(kind);
  storage::Batch batch;
  batch.remove_range(Column::state, prefix, storage::after_prefix(prefix));
  store_.commit(batch);
}

void Documents::remove_before(std::string_view kind, std::string_view before) {
  storage::Batch batch;
  remove_before(batch, kind, before);
  store_.commit(batch);
}

void Documents::remove_before(storage::Batch& batch, std::string_view kind,
                              std::string_view before) {
  batch.remove_range(Column::state, prefix_of(kind), key_of(kind, before));
}

void Documents::remove_beginning(storage::Batch& batch, std::string_view kind,
                                 std::string_view id_prefix) {
  const auto from = key_of(kind, id_prefix);
  batch.remove_range(Column::state, from, storage::after_prefix(from));
}

}  // namespace engine
