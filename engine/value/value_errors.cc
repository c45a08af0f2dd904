#include "engine/value/value_errors.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <vector>

#include "engine/value/json.h"
#include "engine/value/number.h"

namespace engine {

namespace {

constexpr std::string_view overflow_text =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr std::string_view underflow_text =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";

/// The place of the first element that was there before.
std::size_t first_repeat(std::span<const SetElement> elements) {
  std::vector<std::size_t> places(elements.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  std::ranges::stable_sort(places, {}, [&](std::size_t i) { return elements[i].bytes; });
  std::size_t first = elements.size();
  for (std::size_t i = 1; i < places.size(); ++i) {
    if (elements[places[i - 1]].bytes == elements[places[i]].bytes) {
      first = std::min(first, places[i]);
    }
  }
  assert(first < elements.size());
  return first;
}

std::string joined(std::span<const SetElement> elements, std::string_view separator,
                   std::string_view quote) {
  std::string list;
  for (const SetElement& element : elements) {
    if (&element != elements.data()) list += separator;
    list += quote;
    list += element.text;
    list += quote;
  }
  return list;
}

ApiError of_both_generations(ApiError newer, const ApiError& older) {
  newer.older_message = older.message;
  return newer;
}

/// These are told by a check that AWS has not moved: the newer envelope is not around them.
ApiError outside_the_envelope(ApiError error) {
  error.is_always_bare = true;
  return error;
}

}  // namespace

ApiError not_a_number(std::string_view text) {
  const std::string said = "The parameter cannot be converted to a numeric value";
  ApiError error = validation_error(said + ": " + std::string(text));
  if (text.empty()) error.older_message = said;
  return error;
}

ApiError number_overflow() { return validation_error(std::string(overflow_text)); }

ApiError number_overflow_beyond_32_bits() {
  return of_both_generations(number_overflow(), number_underflow());
}

ApiError number_underflow() { return validation_error(std::string(underflow_text)); }

ApiError too_many_digits() {
  return validation_error("Attempting to store more than 38 significant digits in a Number");
}

ApiError no_datatype() {
  return outside_the_envelope(validation_error(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"));
}

ApiError several_datatypes() {
  return outside_the_envelope(validation_error(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
      "supported datatypes"));
}

ApiError null_is_not_true() {
  return invalid_parameter_values("Null attribute value types must have the value of true");
}

ApiError nested_too_deep() {
  return validation_error(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit");
}

ApiError empty_attribute_name() { return validation_error("Empty attribute name"); }

ApiError attribute_name_too_long() {
  return validation_error("Attribute name is too large, must be less than 65536 bytes");
}

ApiError empty_set(Type type) {
  switch (type) {
    case Type::string_set:
      return invalid_parameter_values("An string set  may not be empty");
    case Type::number_set:
      return invalid_parameter_values("An number set  may not be empty");
    default:
      return invalid_parameter_values("Binary sets should not be empty");
  }
}

ApiError doubled_elements(Type type, std::span<const SetElement> elements) {
  if (type == Type::number_set) {
    return of_both_generations(invalid_parameter_values("Input collection contains duplicates."),
                               validation_error("Input collection contains duplicates"));
  }
  // The newer text has them in the order of their bytes up to the repeat.
  std::vector<SetElement> shown(elements.begin(), elements.end());
  const auto repeat = shown.begin() + static_cast<std::ptrdiff_t>(first_repeat(elements));
  std::sort(shown.begin(), repeat, [](const auto& a, const auto& b) { return a.bytes < b.bytes; });

  const bool is_binary = type == Type::binary_set;
  const std::string end = std::string(is_binary ? "]of type BS" : "]") + " contains duplicates.";
  return of_both_generations(
      invalid_parameter_values("Input collection [" + joined(shown, is_binary ? "," : ", ", "\"") +
                               end),
      invalid_parameter_values("Input collection [" + joined(elements, ", ", "") + end));
}

std::string printed_value(ValueView value) {
  std::string text = "AttributeValue: {" + std::string(type_name(value.type())) + ":";
  if (value.type() == Type::number) {
    Number::append_text(text, value.number());
  } else if (value.type() == Type::binary) {
    append_base64(text, value.text());
  } else {
    text += value.text();
  }
  return text + "}";
}

}  // namespace engine
