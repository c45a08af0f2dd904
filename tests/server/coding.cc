#include "coding.h"

#include <zlib.h>

namespace server {

namespace {

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

std::string compressed(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = bytes_of(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = bytes_of(out);
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string gzip(std::string_view text) { return compressed(text, 15 + 16); }
std::string zlib_form(std::string_view text) { return compressed(text, 15); }

std::string inflated(std::string_view bytes) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 32);
  stream.next_in = bytes_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  for (int result = Z_OK; result == Z_OK;) {
    const auto before = out.size();
    out.resize(before + 64 * 1024);
    stream.next_out = bytes_of(out) + before;
    stream.avail_out = 64 * 1024;
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (result != Z_OK && result != Z_STREAM_END) out = "not compressed";
  }
  inflateEnd(&stream);
  return out;
}

std::string crc32_text(std::string_view bytes) {
  return std::to_string(crc32_z(0, bytes_of(bytes), bytes.size()));
}

}  // namespace server
