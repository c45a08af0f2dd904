#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/operation.h"

/// What SDKs send along to make sure that bytes arrive as they were.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
namespace api::s3 {

/// `x-amz-checksum-crc32` and the like: the checksum of `bytes`, as base64 of its bytes. `name` is
/// one of `checksum_headers`.
std::string checksum(std::string_view name, std::string_view bytes);
/// The headers of a request that are checksums of its body, as they are. Errors: BadDigest,
/// InvalidDigest, InvalidRequest, also by `Content-MD5`; NotImplemented for an algorithm that this
/// version does not know.
std::map<std::string, std::string> checked_checksums(const BucketCall& call);
bool is_checksum_header(std::string_view name);

}  // namespace api::s3
