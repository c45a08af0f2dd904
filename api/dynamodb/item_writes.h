#pragma once

#include <memory>

#include "api/dynamodb/expressions.h"
#include "engine/write/writer.h"

/// The writes that PutItem, UpdateItem, DeleteItem and the actions of transactions ask for. All of
/// them throw ValidationException for what the table's schema refuses, before anything is read.
///
/// `expressions` and `item` or `key` outlive the write.
namespace api {

/// Replaces the item, or makes it. The write gives `item` away.
engine::Write put_write(std::shared_ptr<const engine::Table> table, engine::Item& item,
                        const Expressions& expressions);
/// Changes the item, or makes it. Without an update it only lets an item come to be.
engine::Write update_write(std::shared_ptr<const engine::Table> table, const engine::Item& key,
                           const Expressions& expressions);
/// Deletes the item, if there is one.
engine::Write delete_write(std::shared_ptr<const engine::Table> table, const engine::Item& key,
                           const Expressions& expressions);
/// Changes nothing: only a condition.
engine::Write check_write(std::shared_ptr<const engine::Table> table, const engine::Item& key,
                          const Expressions& expressions);

}  // namespace api
