#include "server/inflate.h"

#include <zlib.h>

#include <algorithm>

#include "server/http.h"

namespace server {

namespace {

/// zlib's decoder for one run over a body.
class Inflater {
 public:
  /// Values of zlib's `windowBits`.
  enum class Form { zlib = 15, gzip = 15 + 16 };

  Inflater(Form form, std::string_view body) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream_.avail_in = static_cast<uInt>(body.size());
    is_open_ = inflateInit2(&stream_, static_cast<int>(form)) == Z_OK;
  }
  ~Inflater() {
    if (is_open_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Decodes one member and appends it.
  bool append_member(std::size_t bytes_max, std::string& out) {
    if (!is_open_ || stream_.avail_in == 0) return false;
    for (;;) {
      const std::size_t before = out.size();
      const std::size_t room = std::min<std::size_t>(64 * 1024, bytes_max + 1 - before);
      out.resize(before + room);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(room);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      out.resize(before + room - stream_.avail_out);
      if (out.size() > bytes_max) return false;
      if (result == Z_STREAM_END) return true;
      if (result != Z_OK || (stream_.avail_in == 0 && stream_.avail_out > 0)) return false;
    }
  }

  /// Whether another gzip member begins here; then it is the next to decode.
  bool begins_another() {
    if (stream_.avail_in < 2 || stream_.next_in[0] != 0x1f || stream_.next_in[1] != 0x8b) {
      return false;
    }
    return inflateReset(&stream_) == Z_OK;
  }

 private:
  z_stream stream_{};
  bool is_open_ = false;
};

}  // namespace

bool decode_content(std::string_view encoding, std::string_view body, std::size_t bytes_max,
                    std::string& out) {
  out.clear();
  if (equal_but_for_case(encoding, "deflate")) {
    return Inflater(Inflater::Form::zlib, body).append_member(bytes_max, out);
  }
  if (!equal_but_for_case(encoding, "gzip")) return false;
  Inflater inflater(Inflater::Form::gzip, body);
  do {
    if (!inflater.append_member(bytes_max, out)) return false;
  } while (inflater.begins_another());
  return true;
}

}  // namespace server
