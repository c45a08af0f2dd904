#pragma once

#include <optional>
#include <string_view>

#include "api/shape.h"

/// The careful half of `Input::check`, and the rules it shares with the quick one.
namespace api {

/// Looks at everything in AWS's order and throws what AWS says; returns if there is nothing to say.
void explain(const Input& input, JsonView body);

/// Whether length and pattern are as the shape wants them.
bool string_keeps_bounds(const Shape& shape, std::string_view text);
/// A table name of 3 to 255 characters, or something that calls itself an ARN.
bool is_plain_table_name(std::string_view text);
/// An entry of `RequestItems`.
bool batch_entry_fits(const Shape& shape, std::string_view key, JsonView list);
/// `true`, `1`, `yes`, `false`, `0`, `no` in any case; nothing for other text.
std::optional<bool> boolean_of_text(std::string_view text);

}  // namespace api
