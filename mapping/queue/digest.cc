#include "mapping/queue/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cassert>
#include <cstdint>

namespace mapping {

namespace {

std::string digest_text(std::string_view bytes, const EVP_MD* algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  [[maybe_unused]] const int is_done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, algorithm, nullptr);
  assert(is_done == 1);

  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 0xf];
  }
  return text;
}

void append_length_and(std::string& bytes, std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
  bytes.append(text);
}

}  // namespace

std::string md5(std::string_view bytes) { return digest_text(bytes, EVP_md5()); }

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

std::string sha256(std::string_view bytes) { return digest_text(bytes, EVP_sha256()); }

}  // namespace mapping
