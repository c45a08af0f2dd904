#pragma once

#include <string>
#include <string_view>

/// Digests as raw bytes.
namespace engine {

std::string md5(std::string_view bytes);
std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);

/// Two lower-case hexadecimal digits for each byte.
std::string hex_text(std::string_view bytes);

}  // namespace engine
