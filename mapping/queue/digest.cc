#include "mapping/queue/digest.h"

#include <cstdint>

#include "engine/digest.h"

namespace mapping {

namespace {

void append_length_and(std::string& bytes, std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
  bytes.append(text);
}

}  // namespace

std::string md5(std::string_view bytes) { return engine::hex_text(engine::md5(bytes)); }

std::string md5_of_attributes(const engine::MessageAttributes& attributes) {
  std::string bytes;
  for (const auto& [name, attribute] : attributes) {
    append_length_and(bytes, name);
    append_length_and(bytes, attribute.data_type);
    bytes += attribute.is_binary() ? '\2' : '\1';
    append_length_and(bytes, attribute.value);
  }
  return md5(bytes);
}

std::string sha256(std::string_view bytes) { return engine::hex_text(engine::sha256(bytes)); }

}  // namespace mapping
