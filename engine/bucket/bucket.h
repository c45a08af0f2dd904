#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"

namespace engine {

struct BucketDescription {
  std::string name;
  std::string region;
  std::string account;
  TimePoint created{};
};

struct ObjectDescription {
  std::string key;
  std::size_t size = 0;
  std::string etag;  ///< Hexadecimal digits of the MD5, without quotes.
  TimePoint modified{};
  /// What is told with it, names in lower case: `content-type`, `x-amz-meta-...`.
  std::map<std::string, std::string> headers;
};

struct Object {
  ObjectDescription description;
  std::string bytes;
};

/// Which keys of a bucket to list.
struct ObjectQuery {
  std::string prefix = {};
  std::string delimiter = {};  ///< Keys that share what ends with it are told as one; empty: none.
  std::string after = {};      ///< Keys and common prefixes after it.
  std::size_t limit = 1000;    ///< Of keys and common prefixes together.
};

/// Keys and common prefixes by their bytes.
struct ObjectPage {
  std::vector<ObjectDescription> objects;
  std::vector<std::string> common_prefixes;
  std::string last;       ///< The last key or common prefix: `after` of the next page.
  bool has_more = false;  ///< There are others behind it.
};

/// Whether S3 allows the name.
bool is_bucket_name(std::string_view name);
/// The name in `arn:aws:s3:::<name>`; nothing if it is no such ARN.
std::optional<std::string> bucket_name_of_arn(std::string_view arn);

}  // namespace engine
