#include "server/chunked_body.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace server {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }

}  // namespace

ChunkedBody::State ChunkedBody::take(std::string_view& raw, std::string& body) {
  while (next_ != Next::nothing) {
    if (next_ == Next::data) {
      const auto piece = raw.substr(0, left_in_chunk_);
      body.append(piece);
      raw.remove_prefix(piece.size());
      left_in_chunk_ -= piece.size();
      if (left_in_chunk_ > 0) return State::wants_more;
      next_ = Next::end_of_data;
    }
    const auto end = raw.find("\r\n");
    if (end == std::string_view::npos) {
      // Its line feed may still be to come.
      return raw.size() > line_bytes_max + 1 ? State::broken : State::wants_more;
    }
    if (end > line_bytes_max) return State::broken;
    const auto state = take_line(raw.substr(0, end));
    raw.remove_prefix(end + 2);
    if (state != State::wants_more) return state;
  }
  return State::complete;
}

ChunkedBody::State ChunkedBody::take_line(std::string_view line) {
  // No line ends twice: others on the way might see another request in it.
  if (std::any_of(line.begin(), line.end(), is_control)) return State::broken;
  switch (next_) {
    case Next::end_of_data:
      next_ = Next::size;
      return line.empty() ? State::wants_more : State::broken;
    case Next::trailer:
      if (line.empty()) next_ = Next::nothing;
      trailer_bytes_ += line.size();
      return trailer_bytes_ > line_bytes_max ? State::broken : State::wants_more;
    default:
      return take_size(line);
  }
}

ChunkedBody::State ChunkedBody::take_size(std::string_view line) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(line.begin(), line.end(), size, 16);
  if (error == std::errc::result_out_of_range) return State::too_large;
  if (error != std::errc()) return State::broken;
  auto extension = line.substr(static_cast<std::size_t>(end - line.begin()));
  extension.remove_prefix(std::min(extension.find_first_not_of(" \t"), extension.size()));
  if (!extension.empty() && extension[0] != ';') return State::broken;
  if (size > left_in_all_) return State::too_large;
  left_in_all_ -= size;
  left_in_chunk_ = size;
  next_ = size > 0 ? Next::data : Next::trailer;
  return State::wants_more;
}

}  // namespace server
