#include <array>

#include "server/protocol/s3.h"

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
namespace server {

namespace {

/// A parameter of the query that makes a request mean something else than the bucket or the object
/// itself: `Get`, `Put` or `Delete`, and this noun. Empty: there is no such thing.
struct Subresource {
  std::string_view parameter;
  std::string_view of_bucket;
  std::string_view of_object;
};
constexpr auto subresources = std::to_array<Subresource>({
    {"accelerate", "BucketAccelerateConfiguration", ""},
    {"acl", "BucketAcl", "ObjectAcl"},
    {"analytics", "BucketAnalyticsConfiguration", ""},
    {"attributes", "", "ObjectAttributes"},
    {"cors", "BucketCors", ""},
    {"encryption", "BucketEncryption", ""},
    {"intelligent-tiering", "BucketIntelligentTieringConfiguration", ""},
    {"inventory", "BucketInventoryConfiguration", ""},
    {"legal-hold", "", "ObjectLegalHold"},
    {"lifecycle", "BucketLifecycleConfiguration", ""},
    {"location", "BucketLocation", ""},
    {"logging", "BucketLogging", ""},
    {"metrics", "BucketMetricsConfiguration", ""},
    {"notification", "BucketNotificationConfiguration", ""},
    {"object-lock", "ObjectLockConfiguration", ""},
    {"ownershipControls", "BucketOwnershipControls", ""},
    {"policy", "BucketPolicy", ""},
    {"policyStatus", "BucketPolicyStatus", ""},
    {"publicAccessBlock", "PublicAccessBlock", ""},
    {"replication", "BucketReplication", ""},
    {"requestPayment", "BucketRequestPayment", ""},
    {"retention", "", "ObjectRetention"},
    {"tagging", "BucketTagging", "ObjectTagging"},
    {"torrent", "", "ObjectTorrent"},
    {"versioning", "BucketVersioning", ""},
    {"website", "BucketWebsite", ""},
});

std::string verb_of(std::string_view method) {
  if (method == "GET") return "Get";
  if (method == "HEAD") return "Head";
  if (method == "PUT") return "Put";
  if (method == "DELETE") return "Delete";
  return std::string(method) + " ";
}

bool is_copy(const api::BucketCall& call) { return call.headers.contains("x-amz-copy-source"); }

std::string of_upload(std::string_view method, const api::BucketCall& call) {
  if (method == "PUT") return is_copy(call) ? "UploadPartCopy" : "UploadPart";
  if (method == "POST") return "CompleteMultipartUpload";
  if (method == "DELETE") return "AbortMultipartUpload";
  return "ListParts";
}

std::string of_object(std::string_view method, const api::BucketCall& call) {
  const auto& query = call.query;
  if (query.contains("uploadId")) return of_upload(method, call);
  if (query.contains("uploads")) return "CreateMultipartUpload";
  if (query.contains("restore")) return "RestoreObject";
  if (query.contains("select")) return "SelectObjectContent";
  if (method == "PUT" && is_copy(call)) return "CopyObject";
  return verb_of(method) + "Object";
}

std::string of_bucket(std::string_view method, const api::BucketCall& call) {
  const auto& query = call.query;
  if (query.contains("uploads")) return "ListMultipartUploads";
  if (query.contains("versions")) return "ListObjectVersions";
  if (method == "PUT") return "CreateBucket";
  if (method == "POST") return query.contains("delete") ? "DeleteObjects" : "PostObject";
  if (method != "GET") return verb_of(method) + "Bucket";
  const auto version = query.find("list-type");
  return version != query.end() && version->second == "2" ? "ListObjectsV2" : "ListObjects";
}

}  // namespace

std::string s3_operation(const HttpRequest& request, const api::BucketCall& call) {
  const auto method = request.method;
  if (call.bucket.empty()) return method == "GET" ? "ListBuckets" : verb_of(method) + "service";
  for (const auto& one : subresources) {
    if (!call.query.contains(std::string(one.parameter))) continue;
    const auto noun = call.key.empty() ? one.of_bucket : one.of_object;
    if (!noun.empty()) return verb_of(method) + std::string(noun);
  }
  return call.key.empty() ? of_bucket(method, call) : of_object(method, call);
}

}  // namespace server
