#include "server/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <new>

#include "server/http.h"

namespace server {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto from = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(from, text.find_last_not_of(blanks) + 1 - from);
}

/// Takes what stands before the next `separator`.
std::string_view take_until(char separator, std::string_view& rest) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

/// DynamoDB takes the first `q=` that it finds, whatever stands before it.
double quality_of(std::string_view entry) {
  const auto at = entry.find("q=");
  if (at == std::string_view::npos) return 1;
  entry.remove_prefix(at + 2);
  const auto text = trimmed(take_until(';', entry));
  double quality = 1;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), quality);
  if (error != std::errc() || end != text.end()) return 1;
  return std::min(quality, 1.0);
}

/// zlib's encoder, kept by each thread: setting one up costs more than a small answer does.
class Deflater {
 public:
  /// Values of zlib's `windowBits`.
  enum class Form { zlib = 15, gzip = 15 + 16 };

  explicit Deflater(Form form) {
    // The wire is short here: time counts for more than the last tenth of size.
    constexpr int level = Z_BEST_SPEED;
    constexpr int usual_memory = 8;
    if (deflateInit2(&stream_, level, Z_DEFLATED, static_cast<int>(form), usual_memory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  std::string deflated(std::string_view text) {
    std::string out(deflateBound(&stream_, text.size()), '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    deflate(&stream_, Z_FINISH);  // All of it: there is room enough.
    out.resize(stream_.total_out);
    deflateReset(&stream_);
    return out;
  }

 private:
  z_stream stream_{};
};

}  // namespace

Coding preferred_coding(std::string_view accept_encoding) {
  auto best = Coding::none;
  double best_quality = 0;
  double quality_of_others = 0;
  bool names_gzip = false;
  bool names_deflate = false;
  while (!accept_encoding.empty()) {
    auto entry = take_until(',', accept_encoding);
    const double quality = quality_of(entry);
    const auto name = trimmed(take_until(';', entry));
    auto coding = Coding::none;
    if (name == "*") {
      quality_of_others = quality;
    } else if (equal_but_for_case(name, "gzip")) {
      coding = Coding::gzip;
      names_gzip = true;
    } else if (equal_but_for_case(name, "deflate")) {
      coding = Coding::deflate;
      names_deflate = true;
    }
    if (coding == Coding::none || !(quality > best_quality)) continue;
    best = coding;
    best_quality = quality;
  }
  if (!(quality_of_others > best_quality)) return best;
  if (!names_gzip) return Coding::gzip;
  return names_deflate ? best : Coding::deflate;
}

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::gzip:
      return "gzip";
    case Coding::deflate:
      return "deflate";
    default:
      return "";
  }
}

void compress(Coding coding, std::string& body) {
  if (coding == Coding::gzip) {
    static thread_local Deflater gzip(Deflater::Form::gzip);
    body = gzip.deflated(body);
  } else if (coding == Coding::deflate) {
    static thread_local Deflater zlib(Deflater::Form::zlib);
    body = zlib.deflated(body);
  }
}

}  // namespace server
