// GetBucketLocation: the first region has no name here.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html

#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "api/s3/xml.h"
#include "engine/bucket/buckets.h"

namespace api::s3 {

RestAnswer get_bucket_location(Services& services, const BucketCall& call) {
  check_request(services, call, {"location"});
  const auto region = services.buckets.describe(call.bucket).region;
  auto xml = xml_document("LocationConstraint");
  if (region != "us-east-1") xml += region;
  return {.body = xml + "</LocationConstraint>", .content_type = "application/xml"};
}

}  // namespace api::s3
