// HeadBucket: whether it is there.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html

#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "engine/bucket/buckets.h"

namespace api::s3 {

RestAnswer head_bucket(Services& services, const BucketCall& call) {
  check_request(services, call, {});
  const auto region = services.buckets.describe(call.bucket).region;
  return {.content_type = "application/xml", .headers = {{"x-amz-bucket-region", region}}};
}

}  // namespace api::s3
