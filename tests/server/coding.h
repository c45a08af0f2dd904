#pragma once

#include <string>
#include <string_view>

namespace server {

// What zlib makes of a text: gzip, or the zlib form that HTTP calls `deflate`.
std::string gzip(std::string_view text);
std::string zlib_form(std::string_view text);
/// Undoes either.
std::string inflated(std::string_view bytes);
/// As `x-amz-crc32` says it.
std::string crc32_text(std::string_view bytes);

}  // namespace server
