#include "engine/backup/gzip.h"

#include <zlib.h>

#include <array>
#include <new>

namespace engine {

namespace {

constexpr int window_bits = 15;
constexpr int as_gzip = 16;
constexpr int memory_level = 8;
constexpr std::size_t piece_bytes = 64 * 1024;

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

struct GzipWriter::Stream {
  z_stream zlib{};

  Stream() {
    if (deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits + as_gzip, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Stream() { deflateEnd(&zlib); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

GzipWriter::GzipWriter() : stream_(std::make_unique<Stream>()) {}
GzipWriter::~GzipWriter() = default;
GzipWriter::GzipWriter(GzipWriter&&) noexcept = default;
GzipWriter& GzipWriter::operator=(GzipWriter&&) noexcept = default;

void GzipWriter::run(std::string_view text, int flush) {
  auto& zlib = stream_->zlib;
  zlib.next_in = bytes_of(text);
  zlib.avail_in = static_cast<uInt>(text.size());
  thread_local std::array<char, piece_bytes> piece;
  do {
    zlib.next_out = reinterpret_cast<Bytef*>(piece.data());
    zlib.avail_out = static_cast<uInt>(piece.size());
    deflate(&zlib, flush);
    bytes_.append(piece.data(), piece.size() - zlib.avail_out);
  } while (zlib.avail_out == 0);
}

void GzipWriter::add(std::string_view text) { run(text, Z_NO_FLUSH); }

std::string GzipWriter::finish() {
  run({}, Z_FINISH);
  return std::move(bytes_);
}

struct LineReader::Stream {
  z_stream zlib{};

  explicit Stream(std::string_view bytes) {
    if (inflateInit2(&zlib, window_bits + as_gzip) != Z_OK) throw std::bad_alloc();
    zlib.next_in = bytes_of(bytes);
    zlib.avail_in = static_cast<uInt>(bytes.size());
  }
  ~Stream() { inflateEnd(&zlib); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

LineReader::LineReader(std::string bytes, bool is_gzip) : bytes_(std::move(bytes)) {
  if (is_gzip) {
    stream_ = std::make_unique<Stream>(bytes_);
  } else {
    text_ = std::move(bytes_);
  }
}

LineReader::~LineReader() = default;

/// Returns whether there was more.
bool LineReader::read_more() {
  if (!stream_ || is_at_end_) return false;
  auto& zlib = stream_->zlib;
  text_.erase(0, at_);
  at_ = 0;
  if (text_.size() > line_bytes_max) throw Damaged();
  const auto before = text_.size();
  text_.resize(before + piece_bytes);
  zlib.next_out = reinterpret_cast<Bytef*>(text_.data() + before);
  zlib.avail_out = static_cast<uInt>(piece_bytes);
  const int result = inflate(&zlib, Z_NO_FLUSH);
  text_.resize(before + piece_bytes - zlib.avail_out);
  if (result == Z_STREAM_END) {
    is_at_end_ = zlib.avail_in == 0;
    if (!is_at_end_ && inflateReset(&zlib) != Z_OK) throw Damaged();
  } else if (result != Z_OK) {
    is_at_end_ = true;
    throw Damaged();
  }
  return true;
}

std::optional<std::string> LineReader::next() {
  auto end = text_.find('\n', at_);
  while (end == std::string::npos) {
    const auto seen = text_.size() - at_;
    if (!read_more()) break;
    end = text_.find('\n', at_ + seen);
  }
  if (end == std::string::npos && at_ >= text_.size()) return std::nullopt;
  const auto length = end == std::string::npos ? end : end - at_;
  std::string line = text_.substr(at_, length);
  at_ = end == std::string::npos ? text_.size() : end + 1;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace engine
