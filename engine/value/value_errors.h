#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/api_error.h"
#include "engine/value/attribute_value.h"

/// What AWS says of values that no item may hold (dynamodb.md 4.2 and 4.3): every text once. Where
/// the two generations of texts differ, the error carries both.
namespace engine {

ApiError not_a_number(std::string_view text);
ApiError number_overflow();
/// As `number_overflow`; the older checks keep the exponent in 32 bits, and find it too small.
ApiError number_overflow_beyond_32_bits();
ApiError number_underflow();
ApiError too_many_digits();

/// A value of none of the types, or of several.
ApiError no_datatype();
ApiError several_datatypes();
ApiError null_is_not_true();

ApiError nested_too_deep();
ApiError empty_attribute_name();
ApiError attribute_name_too_long();

ApiError empty_set(Type type);
/// An element of a set, as it was sent and as the set would hold it.
struct SetElement {
  std::string_view text;
  std::string_view bytes;
};
/// `elements` in the order in which they were sent; at least one is there twice.
ApiError doubled_elements(Type type, std::span<const SetElement> elements);

/// As messages print a value: `AttributeValue: {N:1}`.
std::string printed_value(ValueView value);

}  // namespace engine
