// CreateBucket
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html

#include "api/s3/errors.h"
#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "api/s3/xml.h"
#include "engine/bucket/buckets.h"

namespace api::s3 {

namespace {

constexpr std::string_view first_region = "us-east-1";

/// The region that the body asks for; empty if it asks for none.
std::string location_constraint(std::string_view body) {
  if (body.empty()) return "";
  const auto configuration = parse_xml(body);
  if (!configuration || configuration->name != "CreateBucketConfiguration") throw malformed_xml();
  std::string constraint;
  for (const auto& child : configuration->children) {
    if (child.name != "LocationConstraint") throw not_implemented(child.name);
    constraint = child.text;
  }
  return constraint;
}

/// The region that was named must be the one that is asked; the first one may be asked for all.
std::string checked_region(const BucketCall& call) {
  auto constraint = location_constraint(call.body);
  const auto& asked = call.caller.region;
  if (constraint == first_region) {
    throw engine::ApiError("InvalidLocationConstraint",
                           "The specified location-constraint is not valid");
  }
  if (asked == first_region) return constraint.empty() ? asked : constraint;
  if (constraint != asked) {
    throw engine::ApiError(
        "IllegalLocationConstraintException",
        "The " + (constraint.empty() ? "unspecified" : constraint) +
            " location constraint is incompatible for the region specific endpoint this request "
            "was sent to.");
  }
  return asked;
}

}  // namespace

RestAnswer create_bucket(Services& services, const BucketCall& call) {
  check_request(services, call, {});
  if (!engine::is_bucket_name(call.bucket)) {
    throw engine::ApiError("InvalidBucketName", "The specified bucket is not valid.");
  }
  const engine::Caller owner{.region = checked_region(call), .account = call.caller.account};
  // The first region never minded a second time.
  if (!services.buckets.create(call.bucket, owner) && call.caller.region != first_region) {
    throw engine::ApiError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.", 409);
  }
  return {.content_type = "", .headers = {{"Location", "/" + call.bucket}}};
}

}  // namespace api::s3
