#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace server {

/// A body in the chunks of S3's signatures, which lie inside of those of HTTP: sizes, signatures
/// (which are passed over), bytes, and at the end what could not be said before, as checksums.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
struct AwsChunked {
  std::string body;
  std::map<std::string, std::string> trailers;  ///< Names in lower case.

  /// Nothing if it is not of that form.
  static std::optional<AwsChunked> decode(std::string_view encoded);
};

}  // namespace server
