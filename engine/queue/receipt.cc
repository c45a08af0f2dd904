#include "engine/queue/receipt.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace engine {

namespace {

// AWS's begin with these letters.
constexpr std::string_view beginning = "AQEB";

template <typename Number>
bool take(std::string_view& text, Number& number) {
  constexpr std::size_t digits = sizeof(Number) * 2;
  if (text.size() < digits) return false;
  const auto* end = text.data() + digits;
  const auto [stopped, error] = std::from_chars(text.data(), end, number, 16);
  text.remove_prefix(digits);
  return error == std::errc() && stopped == end;
}

}  // namespace

std::string Receipt::text() const {
  std::array<char, 48> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx%08x",
                static_cast<unsigned long long>(queue_id),
                static_cast<unsigned long long>(message_number), receive_count);
  return std::string(beginning) + digits.data();
}

std::optional<Receipt> Receipt::parse(std::string_view text) {
  if (!text.starts_with(beginning)) return std::nullopt;
  text.remove_prefix(beginning.size());
  Receipt receipt;
  const bool is_whole = take(text, receipt.queue_id) && take(text, receipt.message_number) &&
                        take(text, receipt.receive_count) && text.empty();
  if (!is_whole || receipt.receive_count == 0) return std::nullopt;
  return receipt;
}

}  // namespace engine
