#include "engine/bucket/bucket.h"

#include <algorithm>
#include <array>

#include "engine/arn.h"
#include "engine/limits.h"

namespace engine {

namespace {

bool is_small_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Four groups of digits: `192.168.5.4`.
bool looks_like_an_address(std::string_view name) {
  return std::count(name.begin(), name.end(), '.') == 3 &&
         name.find_first_not_of("0123456789.") == std::string_view::npos;
}

constexpr auto reserved_beginnings =
    std::to_array<std::string_view>({"xn--", "sthree-", "amzn-s3-demo-"});
constexpr auto reserved_endings =
    std::to_array<std::string_view>({"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"});

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_bucket_name(std::string_view name) {
  if (name.size() < limits::bucket_name_length_min) return false;
  if (name.size() > limits::bucket_name_length_max) return false;
  const auto is_allowed = [](char c) { return is_small_or_digit(c) || c == '-' || c == '.'; };
  if (!std::all_of(name.begin(), name.end(), is_allowed)) return false;
  if (!is_small_or_digit(name.front()) || !is_small_or_digit(name.back())) return false;
  if (name.find("..") != std::string_view::npos || looks_like_an_address(name)) return false;
  return std::none_of(reserved_beginnings.begin(), reserved_beginnings.end(),
                      [&](auto beginning) { return name.starts_with(beginning); }) &&
         std::none_of(reserved_endings.begin(), reserved_endings.end(),
                      [&](auto ending) { return name.ends_with(ending); });
}

std::optional<std::string> bucket_name_of_arn(std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "s3" || !is_bucket_name(parsed->resource)) return std::nullopt;
  return parsed->resource;
}

}  // namespace engine
