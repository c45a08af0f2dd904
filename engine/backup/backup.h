#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/table/change.h"
#include "engine/table/table.h"

namespace engine {

enum class BackupStatus { creating, available, deleted };

/// A table as it was at a moment: the description of it, and a copy of its items.
struct Backup {
  std::string arn;
  std::string name;
  BackupStatus status = BackupStatus::creating;
  TimePoint created;
  long long items = 0;
  long long bytes = 0;
  std::uint32_t items_id = 0;  ///< Prefix of its items' keys: of the same numbers as tables.
  std::shared_ptr<const Table> table;  ///< As it was, without a stream.
  std::optional<ViewType> stream;      ///< What it had for a stream.
};

/// `<14 digits>-<8 hex>`: the end of the ARN of a backup, an export or an import, by which they are
/// in the order in which they were begun.
std::string dated_id(TimePoint now, std::string_view eight_digits);
/// That end of `<...>/<kind>/<id>`; empty if it is not of that form.
std::string_view dated_id_of(std::string_view arn, std::string_view kind);

/// A new table with the keys, indexes and settings of another one: all that a restored table has of
/// its source (its stream, time to live, tags and recovery are not restored).
TableSpec spec_of(const Table& source, std::string name);

}  // namespace engine
