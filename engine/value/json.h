#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "engine/value/attribute_value.h"

/// DynamoDB JSON, in and out: `{"S":"text"}`, `{"N":"1"}`, ...
namespace engine {

using JsonView = simdjson::dom::element;

/// The value that `json` describes. The JSON types (string, object, ...) are already known to be as
/// the model wants them. Throws `ApiError` (ValidationException) for what dynamodb.md 4.1 to 4.3
/// refuse: no or two types, bad numbers, empty or doubled sets, too deep nesting, ...
Value value_from_json(JsonView json);
/// The same, nested as deep as it likes: for one that may never come into an item.
Value deep_value_from_json(JsonView json);
/// The same for a map of attribute names to values.
Item item_from_json(JsonView json);

void append_json(std::string& out, ValueView value);
/// `{"pk":{"S":"a"},...}`
void append_json(std::string& out, MapView item);

/// `text` in quotes, escaped.
void append_json_string(std::string& out, std::string_view text);

/// Standard base64 with padding.
void append_base64(std::string& out, std::string_view bytes);
bool is_base64(std::string_view text);
/// Nothing if it is not base64.
std::optional<std::string> decode_base64(std::string_view text);
/// The same at the end of `out`; if it is not base64 what is appended means nothing.
bool append_decoded_base64(std::string& out, std::string_view text);

}  // namespace engine
