#pragma once

#include <optional>

#include "engine/expression/expression.h"
#include "engine/table/table.h"

/// An update and the table it is for (dynamodb.md 4.5, 7.1): UpdateItem, and whatever else updates
/// items, asks these in this order. All throw ValidationException.
namespace engine {

/// The update targets no key attribute of the table, and sets index keys to no literal that they
/// cannot hold.
void require_targets(const Update& update, const Table& table);

/// Neither goes `expression` (a `Condition`, `Projection` or `Update`) into a key attribute, of the
/// table or an index, as if it were a map or a list.
template <typename Expression>
void require_scalar_keys(const Expression& expression, const Table& table) {
  for (const auto& attribute : table.attribute_definitions) {
    const bool is_of_table = table.is_key_attribute(attribute.name);
    expression.require_scalar_key(attribute.name, is_of_table ? KeyOwner::table : KeyOwner::index);
  }
}

/// The item after the update, not too large and with index keys as they may be; nothing when there
/// was none and none comes to be. `key` holds the key attributes.
std::optional<Item> updated_item(const Update& update, const Table& table, const Item* old_item,
                                 MapView key);

}  // namespace engine
