#include <array>
#include <cstdint>

#include "engine/value/json.h"

namespace engine {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t not_base64 = 0xFF;

constexpr std::array<std::uint8_t, 256> make_reverse() {
  std::array<std::uint8_t, 256> reverse{};
  reverse.fill(not_base64);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    reverse[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return reverse;
}

constexpr auto reverse = make_reverse();

std::uint32_t bits(char c) { return reverse[static_cast<unsigned char>(c)]; }

/// Decodes the last four characters, where padding may be, and returns how many bytes they are.
std::optional<std::size_t> decode_last(char (&bytes)[3], std::string_view four) {
  std::size_t padding = 0;
  while (padding < 2 && four[3 - padding] == '=') ++padding;
  std::uint32_t group = 0;
  for (const char c : four.substr(0, 4 - padding)) {
    if (bits(c) > 63) return std::nullopt;
    group = group << 6 | bits(c);
  }
  group <<= 6 * padding;
  const std::size_t size = 3 - padding;
  for (std::size_t i = 0; i < 3; ++i) {
    bytes[i] = static_cast<char>(group >> (16 - 8 * i));
    // What the last character has beyond whole bytes is zero: one text for each sequence of bytes.
    if (i >= size && bytes[i] != 0) return std::nullopt;
  }
  return size;
}

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
  const auto byte = [&](std::size_t at) -> std::uint32_t {
    return static_cast<unsigned char>(bytes[at]);
  };
  std::size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3) {
    const std::uint32_t group = byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2);
    const char four[] = {alphabet[group >> 18], alphabet[group >> 12 & 63],
                         alphabet[group >> 6 & 63], alphabet[group & 63]};
    out.append(four, 4);
  }
  const std::size_t rest = bytes.size() - at;
  if (rest == 0) return;
  const std::uint32_t group = byte(at) << 16 | (rest == 2 ? byte(at + 1) << 8 : 0);
  out.push_back(alphabet[group >> 18]);
  out.push_back(alphabet[group >> 12 & 63]);
  out.push_back(rest == 2 ? alphabet[group >> 6 & 63] : '=');
  out.push_back('=');
}

bool append_decoded_base64(std::string& out, std::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (; text.size() > 4; text.remove_prefix(4)) {
    const std::uint32_t group =
        bits(text[0]) << 18 | bits(text[1]) << 12 | bits(text[2]) << 6 | bits(text[3]);
    if ((bits(text[0]) | bits(text[1]) | bits(text[2]) | bits(text[3])) > 63) return false;
    const char three[] = {static_cast<char>(group >> 16), static_cast<char>(group >> 8),
                          static_cast<char>(group)};
    out.append(three, 3);
  }
  if (text.empty()) return true;
  char last[3];
  const auto size = decode_last(last, text);
  if (size) out.append(last, *size);
  return size.has_value();
}

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  // All but the last four characters cannot hold padding.
  std::uint32_t worst = 0;
  for (const char c : text.substr(0, text.size() - 4)) worst |= bits(c);
  char last[3];
  return worst <= 63 && decode_last(last, text.substr(text.size() - 4)).has_value();
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  if (!append_decoded_base64(bytes, text)) return std::nullopt;
  return bytes;
}

}  // namespace engine
