// PutObject: a new object, or another one under its key.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html

#include "api/s3/checksums.h"
#include "api/s3/errors.h"
#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "engine/bucket/buckets.h"
#include "engine/limits.h"

namespace api::s3 {

namespace {

using Headers = std::map<std::string, std::string>;

constexpr std::string_view metadata_prefix = "x-amz-meta-";

/// What is kept with the object, and told with it later.
Headers kept_headers(const BucketCall& call) {
  Headers kept;
  std::size_t bytes = 0;
  for (const auto& [name, value] : call.headers) {
    if (!name.starts_with(metadata_prefix)) continue;
    kept[name] = value;
    bytes += name.size() - metadata_prefix.size() + value.size();
  }
  if (bytes > engine::limits::object_metadata_bytes_max) {
    throw engine::ApiError("MetadataTooLarge",
                           "Your metadata headers exceed the maximum allowed metadata size");
  }
  for (const auto* name : {"cache-control", "content-disposition", "content-encoding",
                           "content-language", "content-type", "expires"}) {
    if (auto value = call.header(name); !value.empty()) kept[name] = std::move(value);
  }
  kept.try_emplace("content-type", "binary/octet-stream");
  return kept;
}

/// `If-None-Match: *`: only if there is none. `If-Match`: only in the place of that one.
engine::Buckets::Condition condition_of(const BucketCall& call) {
  const auto none_match = call.header("if-none-match");
  const auto match = call.header("if-match");
  if (!none_match.empty() && none_match != "*") {
    throw not_implemented("If-None-Match with an ETag in PutObject");
  }
  return [none_match, match](const engine::ObjectDescription* old_object) {
    if (!none_match.empty() && old_object != nullptr) throw precondition_failed();
    if (match.empty()) return;
    if (old_object == nullptr) throw no_such_key();
    if (match != quoted(old_object->etag) && match != old_object->etag) throw precondition_failed();
  };
}

}  // namespace

RestAnswer put_object(Services& services, const BucketCall& call) {
  check_request(services, call, {});
  if (call.key.size() > engine::limits::object_key_bytes_max) {
    throw engine::ApiError("KeyTooLongError", "Your key is too long");
  }
  auto headers = kept_headers(call);
  const auto checksums = checked_checksums(call);
  headers.insert(checksums.begin(), checksums.end());

  const auto object =
      services.buckets.put(call.bucket, call.key, call.body, headers, condition_of(call));
  RestAnswer answer{.content_type = "", .headers = {{"ETag", quoted(object.etag)}}};
  for (const auto& [name, value] : checksums) answer.headers.emplace_back(name, value);
  if (!checksums.empty()) answer.headers.emplace_back("x-amz-checksum-type", "FULL_OBJECT");
  return answer;
}

}  // namespace api::s3
