// DeleteObjects: up to a thousand at a time.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html

#include "api/s3/checksums.h"
#include "api/s3/errors.h"
#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "api/s3/xml.h"
#include "engine/bucket/buckets.h"
#include "engine/limits.h"

namespace api::s3 {

namespace {

std::string key_in(const XmlElement& object) {
  for (const auto& child : object.children) {
    if (child.name != "Key") throw not_implemented(child.name + " in DeleteObjects");
  }
  const auto* key = object.find("Key");
  if (key == nullptr || key->text.empty()) throw malformed_xml();
  return key->text;
}

}  // namespace

RestAnswer delete_objects(Services& services, const BucketCall& call) {
  check_request(services, call, {"delete"});
  checked_checksums(call);
  const auto request = parse_xml(call.body);
  if (!request || request->name != "Delete") throw malformed_xml();
  std::vector<std::string> keys;
  for (const auto& child : request->children) {
    if (child.name == "Object") keys.push_back(key_in(child));
  }
  if (keys.empty() || keys.size() > engine::limits::delete_objects_max) throw malformed_xml();
  services.buckets.remove_objects(call.bucket, keys);

  const auto* quiet = request->find("Quiet");
  auto xml = xml_document("DeleteResult");
  if (quiet == nullptr || quiet->text != "true") {
    for (const auto& key : keys) {
      xml += "<Deleted>";
      append_element(xml, "Key", key);
      xml += "</Deleted>";
    }
  }
  return {.body = xml + "</DeleteResult>", .content_type = "application/xml"};
}

}  // namespace api::s3
