// GetObject and HeadObject: an object, or a range of it. Of the answer to HEAD the server sends the
// head alone, which is the same.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <optional>

#include "api/s3/checksums.h"
#include "api/s3/errors.h"
#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "engine/bucket/buckets.h"

namespace api::s3 {

namespace {

struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

engine::ApiError invalid_range() {
  return {"InvalidRange", "The requested range is not satisfiable", 416};
}

/// Of `bytes=0-9`, `bytes=5-` and `bytes=-3`. Nothing if there is none: whatever else stands there
/// is not looked at (RFC 9110, 14.2). Errors: InvalidRange.
std::optional<Range> range_of(std::string_view header, std::size_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return std::nullopt;
  header.remove_prefix(unit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number_in(header.substr(0, dash));
  const auto last = number_in(header.substr(dash + 1));
  if (dash == 0) {
    if (!last) return std::nullopt;
    if (*last == 0 || size == 0) throw invalid_range();
    return Range{size - std::min(size, *last), size - 1};
  }
  const bool is_open = dash + 1 == header.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) throw invalid_range();
  return Range{*first, is_open ? size - 1 : std::min(*last, size - 1)};
}

bool names(std::string_view header, const std::string& etag) {
  return header == "*" || header.find(quoted(etag)) != std::string_view::npos || header == etag;
}

std::string http_time(engine::TimePoint time) {
  const auto seconds = static_cast<std::time_t>(engine::epoch_seconds(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

void tell(const engine::ObjectDescription& object, const BucketCall& call, bool is_whole,
          RestAnswer& answer) {
  answer.headers.emplace_back("ETag", quoted(object.etag));
  answer.headers.emplace_back("Last-Modified", http_time(object.modified));
  answer.headers.emplace_back("Accept-Ranges", "bytes");
  const bool tells_checksums = is_whole && call.header("x-amz-checksum-mode") == "ENABLED";
  bool has_checksum = false;
  auto told = object.headers;
  for (const auto* name : {"cache-control", "content-disposition", "content-encoding",
                           "content-language", "content-type", "expires"}) {
    const auto value = parameter(call, "response-" + std::string(name));
    if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
      throw invalid_argument("response-" + std::string(name) + " is no value of a header");
    }
    if (!value.empty()) told[name] = value;
  }
  for (const auto& [name, value] : told) {
    if (name == "content-type") {
      answer.content_type = value;
      continue;
    }
    if (is_checksum_header(name)) {
      if (!tells_checksums) continue;
      has_checksum = true;
    }
    answer.headers.emplace_back(name, value);
  }
  if (has_checksum) answer.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
}

}  // namespace

RestAnswer get_object(Services& services, const BucketCall& call) {
  check_request(
      services, call,
      {"response-cache-control", "response-content-disposition", "response-content-encoding",
       "response-content-language", "response-content-type", "response-expires"});
  auto object = services.buckets.get(call.bucket, call.key);
  if (!object) throw no_such_key();
  const auto& description = object->description;
  const auto match = call.header("if-match");
  if (!match.empty() && !names(match, description.etag)) throw precondition_failed();

  RestAnswer answer;
  const auto none_match = call.header("if-none-match");
  if (!none_match.empty() && names(none_match, description.etag)) {
    answer.status = 304;
    tell(description, call, true, answer);
    return answer;
  }
  const auto range = range_of(call.header("range"), description.size);
  tell(description, call, !range, answer);
  if (range) {
    answer.status = 206;
    answer.body = object->bytes.substr(range->first, range->last - range->first + 1);
    answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                                     std::to_string(range->last) + "/" +
                                                     std::to_string(description.size));
  } else {
    answer.body = std::move(object->bytes);
  }
  return answer;
}

RestAnswer head_object(Services& services, const BucketCall& call) {
  return get_object(services, call);
}

}  // namespace api::s3
