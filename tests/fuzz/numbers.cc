// Two numbers as texts, a blank between them: canonical form, order and arithmetic agree.

#include <algorithm>
#include <cstdint>

#include "engine/value/number.h"
#include "fuzz.h"

namespace {

using engine::Number;

std::optional<Number> parsed(std::string_view text) {
  const auto number = fuzz::unless_refused([&] { return Number::parse(text); });
  if (!number) return {};
  const auto encoded = number->encoded();
  fuzz::require(Number::well_formed_length(encoded) == encoded.size(), "it is well-formed");
  fuzz::require(Number::encoded_length(encoded) == encoded.size(), "it tells where it ends");
  fuzz::require(Number::decode(encoded) == *number, "it can be decoded");
  fuzz::require(Number::parse(number->text()) == *number, "its text is the same number");
  fuzz::require(number->negated().negated() == *number, "minus minus is nothing");
  fuzz::require(number->size_bytes() >= 1 && number->size_bytes() <= 22, "it has 1 to 22 bytes");
  std::string appended;
  Number::append_encoded(appended, text);
  fuzz::require(appended == encoded, "both ways in agree");
  return number;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto blank = std::min(input.find(' '), input.size());
  const auto a = parsed(input.substr(0, blank));
  const auto b = parsed(input.substr(std::min(blank + 1, input.size())));

  // Bytes that were never a number.
  if (const auto length = Number::well_formed_length(input); length > 0) {
    const auto stored = Number::decode(input.substr(0, length));
    fuzz::require(Number::parse(stored.text()).encoded() == input.substr(0, length),
                  "bytes that are a number are the number's only bytes");
  }
  if (!a || !b) return 0;
  const auto sum = fuzz::unless_refused([&] { return a->plus(*b); });
  const auto difference = fuzz::unless_refused([&] { return a->minus(*b); });
  if (sum) {
    fuzz::require(b->plus(*a) == *sum, "a + b is b + a");
    const auto back = fuzz::unless_refused([&] { return sum->minus(*b); });
    fuzz::require(!back || *back == *a, "a + b - b is a");
  }
  if (difference) {
    fuzz::require((*difference <=> Number()) == (*a <=> *b), "a - b tells which is larger");
    fuzz::require(b->minus(*a).negated() == *difference, "b - a is -(a - b)");
  }
  return 0;
}
