#include "api/dynamodb/item_request.h"

#include "api/dynamodb/item_collection.h"
#include "engine/capacity.h"
#include "engine/value/json.h"

namespace api {

namespace {

ReturnValues return_values_of(std::string_view text) {
  if (text == "ALL_OLD") return ReturnValues::all_old;
  if (text == "UPDATED_OLD") return ReturnValues::updated_old;
  if (text == "ALL_NEW") return ReturnValues::all_new;
  if (text == "UPDATED_NEW") return ReturnValues::updated_new;
  return ReturnValues::none;
}

}  // namespace

ItemRequest read_item_request(const Input& input, JsonView body) {
  return read_item_request(*input.shape, body);
}

ItemRequest read_item_request(const Shape& shape, JsonView body) {
  ItemRequest request;
  for (const auto& [name, value] : simdjson::dom::object(body)) {
    if (value.is_null() || shape.member(name) == nullptr) continue;
    if (name == "TableName") {
      request.table_name = std::string_view(value);
    } else if (name == "Item" || name == "Key") {
      request.item = value;
    } else if (name == "ConsistentRead") {
      request.is_consistent = boolean_of(value);
    } else if (name == "ReturnValues") {
      request.return_values = return_values_of(value);
    } else if (name == "ReturnConsumedCapacity") {
      request.return_capacity = return_capacity_of(value);
    } else if (name == "ReturnItemCollectionMetrics") {
      request.returns_collection_metrics = std::string_view(value) == "SIZE";
    } else if (name == "ReturnValuesOnConditionCheckFailure") {
      request.returns_item_on_failure = std::string_view(value) == "ALL_OLD";
    } else {
      request.expressions.take(name, value);
    }
  }
  return request;
}

void require_returns_nothing_or_old(const ItemRequest& request) {
  if (request.return_values != ReturnValues::none &&
      request.return_values != ReturnValues::all_old) {
    throw engine::validation_error("ReturnValues can only be ALL_OLD or NONE");
  }
}

const engine::Item* old_item_if_wanted(const ItemRequest& request,
                                       const engine::WriteOutcome& outcome) {
  const bool is_wanted = request.return_values == ReturnValues::all_old;
  return is_wanted && outcome.old_item ? &*outcome.old_item : nullptr;
}

engine::ApiError failed_condition(const ItemRequest& request, const engine::WriteOutcome& outcome) {
  auto error = engine::conditional_check_failed();
  if (request.returns_item_on_failure && outcome.old_item) {
    error.members = "\"Item\":";
    engine::append_json(error.members, outcome.old_item->view());
  }
  return error;
}

void WriteAnswer::append_to(std::string& out, const engine::Item* attributes) const {
  out += '{';
  const auto begin_member = [&](std::string_view name) {
    if (out.back() != '{') out += ',';
    out += '"';
    out += name;
    out += "\":";
  };
  if (attributes != nullptr) {
    begin_member("Attributes");
    engine::append_json(out, attributes->view());
  }
  if (request.return_capacity != ReturnCapacity::none) {
    begin_member("ConsumedCapacity");
    append_consumed_capacity(out, request.return_capacity, request.table_name,
                             engine::capacity_of(outcome));
  }
  if (request.returns_collection_metrics && write.table->has_local_index()) {
    begin_member("ItemCollectionMetrics");
    append_item_collection(out, services.reader, *write.table, key);
  }
  out += '}';
}

}  // namespace api
