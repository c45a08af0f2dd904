#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// Compresses text that comes in pieces.
class GzipWriter {
 public:
  GzipWriter();
  ~GzipWriter();
  GzipWriter(GzipWriter&&) noexcept;
  GzipWriter& operator=(GzipWriter&&) noexcept;

  void add(std::string_view text);
  /// How much of it is compressed so far.
  std::size_t size() const { return bytes_.size(); }
  /// The whole file. Nothing can be added to it.
  std::string finish();

 private:
  struct Stream;
  void run(std::string_view text, int flush);

  std::unique_ptr<Stream> stream_;
  std::string bytes_;
};

/// The lines of a text, plain or gzip (one member or several), without their ends.
class LineReader {
 public:
  LineReader(std::string bytes, bool is_gzip);
  ~LineReader();

  /// Nothing: that was the last. Throws `Damaged`, and then nothing more can be read.
  std::optional<std::string> next();

  /// The text is no gzip, is cut short, or has a line of more than `line_bytes_max`.
  struct Damaged {};
  static constexpr std::size_t line_bytes_max = 8 << 20;

 private:
  struct Stream;
  bool read_more();

  std::string bytes_;
  std::unique_ptr<Stream> stream_;  ///< Null: plain.
  std::string text_;                ///< Read, but not yet given.
  std::size_t at_ = 0;              ///< In `text_`: where the next line begins.
  bool is_at_end_ = false;
};

}  // namespace engine
