#include "storage/order_key.h"

#include <cassert>

namespace storage {

namespace {

template <typename Number>
void append_big_endian(std::string& key, Number number) {
  for (int shift = static_cast<int>(sizeof(Number) - 1) * 8; shift >= 0; shift -= 8) {
    key += static_cast<char>(number >> shift & 0xff);
  }
}

template <typename Number>
Number read_big_endian(std::string_view bytes) {
  assert(bytes.size() >= sizeof(Number));
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(bytes[i]));
  }
  return number;
}

}  // namespace

void append_u16(std::string& key, std::uint16_t number) { append_big_endian(key, number); }
void append_u32(std::string& key, std::uint32_t number) { append_big_endian(key, number); }
void append_u64(std::string& key, std::uint64_t number) { append_big_endian(key, number); }

std::uint16_t read_u16(std::string_view bytes) { return read_big_endian<std::uint16_t>(bytes); }
std::uint32_t read_u32(std::string_view bytes) { return read_big_endian<std::uint32_t>(bytes); }
std::uint64_t read_u64(std::string_view bytes) { return read_big_endian<std::uint64_t>(bytes); }

void append_bytes(std::string& key, std::string_view bytes) {
  for (const char byte : bytes) {
    key += byte;
    if (byte == '\0') key += '\xff';
  }
  key += '\0';
  key += '\1';
}

std::string after_prefix(std::string_view prefix) {
  std::string after(prefix);
  while (!after.empty() && after.back() == '\xff') after.pop_back();
  if (!after.empty())
    after.back() = static_cast<char>(static_cast<unsigned char>(after.back()) + 1);
  return after;
}

}  // namespace storage
