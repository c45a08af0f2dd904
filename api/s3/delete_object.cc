// DeleteObject: one that is not there is as good as deleted.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html

#include "api/s3/errors.h"
#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "engine/bucket/buckets.h"

namespace api::s3 {

RestAnswer delete_object(Services& services, const BucketCall& call) {
  check_request(services, call, {});
  if (!call.header("if-match").empty()) throw not_implemented("The header if-match");
  services.buckets.remove_objects(call.bucket, {call.key});
  return {.status = 204, .content_type = ""};
}

}  // namespace api::s3
