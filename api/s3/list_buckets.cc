// ListBuckets: by name.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html

#include "api/s3/errors.h"
#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "api/s3/xml.h"
#include "engine/bucket/buckets.h"
#include "engine/limits.h"

namespace api::s3 {

RestAnswer list_buckets(Services& services, const BucketCall& call) {
  check_request(services, call, {"prefix", "max-buckets", "continuation-token"});
  const auto prefix = parameter(call, "prefix");
  const auto limit = parameter_up_to(call, "max-buckets", engine::limits::list_buckets_max);
  if (limit == 0) throw invalid_argument("Argument max-buckets must be between 1 and 10000");
  // The token is the name of the last bucket of the page before.
  auto found = services.buckets.list(prefix, parameter(call, "continuation-token"), limit + 1);
  const bool has_more = found.size() > limit;
  if (has_more) found.pop_back();

  auto xml = xml_document("ListAllMyBucketsResult") + "<Owner>";
  append_element(xml, "ID", call.caller.account);
  xml += "</Owner><Buckets>";
  for (const auto& bucket : found) {
    xml += "<Bucket>";
    append_element(xml, "Name", bucket.name);
    append_element(xml, "CreationDate", xml_time(bucket.created));
    append_element(xml, "BucketRegion", bucket.region);
    xml += "</Bucket>";
  }
  xml += "</Buckets>";
  if (!prefix.empty()) append_element(xml, "Prefix", prefix);
  if (has_more) append_element(xml, "ContinuationToken", found.back().name);
  return {.body = xml + "</ListAllMyBucketsResult>", .content_type = "application/xml"};
}

}  // namespace api::s3
