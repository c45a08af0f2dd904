#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// What a receipt handle says: which message it is, and the how manyth receive of it.
struct Receipt {
  std::uint64_t queue_id = 0;
  std::uint64_t message_number = 0;
  std::uint32_t receive_count = 0;

  /// Hexadecimal digits; a client takes them for a word without meaning.
  std::string text() const;
  /// Nothing if it is not of that form.
  static std::optional<Receipt> parse(std::string_view text);
  bool operator==(const Receipt&) const = default;
};

}  // namespace engine
