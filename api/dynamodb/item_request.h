#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/dynamodb/consumed_capacity.h"
#include "api/dynamodb/expressions.h"
#include "api/services.h"
#include "api/shape.h"
#include "engine/write/writer.h"

namespace api {

enum class ReturnValues { none, all_old, updated_old, all_new, updated_new };

/// PutItem, UpdateItem, DeleteItem or GetItem, read: their parameters have the same names. Looks
/// into the request.
struct ItemRequest {
  std::string_view table_name;
  JsonView item;  ///< `Item` or `Key`.
  bool is_consistent = false;
  ReturnValues return_values = ReturnValues::none;
  ReturnCapacity return_capacity = ReturnCapacity::none;
  bool returns_collection_metrics = false;
  bool returns_item_on_failure = false;  ///< Of the condition.
  ExpressionParameters expressions;
};

/// `body` has passed the check of `input`. Members that the operation does not have are not looked
/// at.
ItemRequest read_item_request(const Input& input, JsonView body);
/// The same of an action of a transaction, whose members are those of `shape`.
ItemRequest read_item_request(const Shape& shape, JsonView action);

/// Throws ValidationException unless ReturnValues is one of the two that PutItem and DeleteItem
/// know.
void require_returns_nothing_or_old(const ItemRequest& request);

/// The old item if there was one and the request asks for it; otherwise null.
const engine::Item* old_item_if_wanted(const ItemRequest& request,
                                       const engine::WriteOutcome& outcome);

/// The error of a write whose condition did not hold, with the item if the request wants it.
engine::ApiError failed_condition(const ItemRequest& request, const engine::WriteOutcome& outcome);

/// What a write is answered with, apart from `Attributes`.
struct WriteAnswer {
  const Services& services;
  const ItemRequest& request;
  const engine::Write& write;
  const engine::WriteOutcome& outcome;
  /// Has at least the key attributes of the item.
  engine::MapView key;

  /// `{}`, or with `Attributes` (unless null), `ConsumedCapacity`, `ItemCollectionMetrics`.
  void append_to(std::string& out, const engine::Item* attributes) const;
};

}  // namespace api
