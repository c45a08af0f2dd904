#pragma once

#include <optional>
#include <string>

#include "engine/table/table.h"

/// What items may hold in attributes that are keys of indexes (dynamodb.md 4.5). An attribute that
/// is not there is always right: the item is not in the index then. All throw ValidationException,
/// for the index that comes first by its name.
namespace engine {

/// `The AttributeValue for a key attribute cannot contain an empty string value.`, of any key.
std::string empty_key_text(ValueView value);

/// Of an item to put.
void require_index_keys(const Table& table, MapView item);
/// Likewise, but only that none of them is empty.
void require_no_empty_index_key(const Table& table, MapView item);

/// Of a literal that an update sets a whole attribute to, before anything is read.
void require_index_key_value(const Table& table, std::string_view name, ValueView value);

/// Of an updated item: only what the update has changed.
void require_changed_index_keys(const Table& table, std::optional<MapView> old_item, MapView item);

}  // namespace engine
