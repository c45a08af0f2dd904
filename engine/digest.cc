#include "engine/digest.h"

#include <openssl/evp.h>

#include <array>
#include <cassert>

namespace engine {

namespace {

std::string digest(std::string_view bytes, const EVP_MD* kind) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  [[maybe_unused]] const int is_done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, kind, nullptr);
  assert(is_done == 1);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

}  // namespace

std::string md5(std::string_view bytes) { return digest(bytes, EVP_md5()); }
std::string sha1(std::string_view bytes) { return digest(bytes, EVP_sha1()); }
std::string sha256(std::string_view bytes) { return digest(bytes, EVP_sha256()); }

std::string hex_text(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

}  // namespace engine
