#include "server/protocol/aws_chunked.h"

#include <cctype>
#include <charconv>

namespace server {

namespace {

constexpr std::string_view line_end = "\r\n";

std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find(line_end);
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + line_end.size());
  return line;
}

/// `1000;chunk-signature=...`
std::optional<std::size_t> size_in(std::string_view line) {
  const auto digits = line.substr(0, line.find(';'));
  std::size_t size = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, size, 16);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return size;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) {
    text.remove_suffix(1);
  }
  return text;
}

bool read_trailers(std::string_view rest, std::map<std::string, std::string>& trailers) {
  while (!rest.empty()) {
    const auto line = take_line(rest);
    if (!line) return false;
    if (line->empty()) return rest.empty();
    const auto colon = line->find(':');
    if (colon == std::string_view::npos) return false;
    std::string name(line->substr(0, colon));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    trailers[name] = trimmed(line->substr(colon + 1));
  }
  return true;
}

}  // namespace

std::optional<AwsChunked> AwsChunked::decode(std::string_view encoded) {
  AwsChunked decoded;
  decoded.body.reserve(encoded.size());
  while (const auto line = take_line(encoded)) {
    const auto size = size_in(*line);
    if (!size) return std::nullopt;
    if (*size == 0) {
      if (!read_trailers(encoded, decoded.trailers)) return std::nullopt;
      return decoded;
    }
    if (encoded.size() < *size || !encoded.substr(*size).starts_with(line_end)) {
      return std::nullopt;
    }
    decoded.body.append(encoded.substr(0, *size));
    encoded.remove_prefix(*size + line_end.size());
  }
  return std::nullopt;
}

}  // namespace server
