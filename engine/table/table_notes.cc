#include "engine/table/table_notes.h"

namespace engine {

namespace {

constexpr std::string_view note_kind = "table-note";

std::string id_of(const Table& table, std::string_view name) {
  std::string id = table.uuid;
  id += '/';
  id += name;
  return id;
}

}  // namespace

std::optional<std::string> TableNotes::get(const Table& table, std::string_view name) const {
  return documents_.get(note_kind, id_of(table, name));
}

void TableNotes::put(storage::Batch& batch, const Table& table, const Changes& changes) {
  for (const auto& [name, bytes] : changes) {
    if (bytes) {
      Documents::put(batch, note_kind, id_of(table, name), *bytes);
    } else {
      Documents::remove(batch, note_kind, id_of(table, name));
    }
  }
}

void TableNotes::remove_all(storage::Batch& batch, const Table& table) {
  Documents::remove_beginning(batch, note_kind, id_of(table, ""));
}

}  // namespace engine
