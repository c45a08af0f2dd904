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
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);

  std::size_t at = 0;
  for (; at + 4 <= text.size(); at += 4) {
    const std::uint32_t group = bits(text[at]) << 18 | bits(text[at + 1]) << 12 |
                                bits(text[at + 2]) << 6 | bits(text[at + 3]);
    const auto worst =
        bits(text[at]) | bits(text[at + 1]) | bits(text[at + 2]) | bits(text[at + 3]);
    if (worst > 63) return false;
    const char three[] = {static_cast<char>(group >> 16), static_cast<char>(group >> 8),
                          static_cast<char>(group)};
    out.append(three, 3);
  }

  std::uint32_t last = 0;
  const std::size_t rest = text.size() - at;
  for (; at < text.size(); ++at) {
    if (bits(text[at]) > 63) return false;
    last = last << 6 | bits(text[at]);
  }
  // What the last character has beyond whole bytes is zero: one text for each sequence of bytes.
  if (rest == 2) {
    if ((last & 0xF) != 0) return false;
    out.push_back(static_cast<char>(last >> 4));
  } else if (rest == 3) {
    if ((last & 0x3) != 0) return false;
    out.push_back(static_cast<char>(last >> 10));
    out.push_back(static_cast<char>(last >> 2));
  }
  return true;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  if (!append_decoded_base64(bytes, text)) return std::nullopt;
  return bytes;
}

}  // namespace engine
