#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "api/operation.h"
#include "engine/clock.h"

/// What all S3 operations look at in their requests.
namespace api::s3 {

/// Refuses by name whatever S3 has and this version does not honour: every `x-amz-` header that is
/// not known to the operations here, and every parameter of the query that is not in `parameters`.
/// Errors: NotImplemented; AccessDenied where `x-amz-expected-bucket-owner` is somebody else.
void check_request(Services& services, const BucketCall& call,
                   std::initializer_list<std::string_view> parameters);

/// Empty if it was not sent.
std::string parameter(const BucketCall& call, const std::string& name);
/// A number in the query, at most `max`, which it also is if it was not sent. Errors:
/// InvalidArgument.
std::size_t parameter_up_to(const BucketCall& call, const std::string& name, std::size_t max);

/// `2026-10-08T23:07:31.000Z`: times in XML have no fraction that counts.
std::string xml_time(engine::TimePoint time);
/// `"0cc175b9c0f1b6a831c399e269772661"`
std::string quoted(const std::string& etag);

}  // namespace api::s3
