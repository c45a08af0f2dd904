// DeleteBucket: it has to be empty.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html

#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "engine/bucket/buckets.h"

namespace api::s3 {

RestAnswer delete_bucket(Services& services, const BucketCall& call) {
  check_request(services, call, {});
  services.buckets.remove(call.bucket);
  return {.status = 204, .content_type = ""};
}

}  // namespace api::s3
