// ListObjects and ListObjectsV2: keys by their bytes, a thousand a page.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html

#include "api/s3/errors.h"
#include "api/s3/operations.h"
#include "api/s3/request.h"
#include "api/s3/xml.h"
#include "engine/bucket/buckets.h"
#include "engine/limits.h"
#include "engine/value/json.h"

namespace api::s3 {

namespace {

/// How names are written: as they are, or as in a URL, so that XML can hold any.
class Names {
 public:
  explicit Names(const BucketCall& call) : encoding_(parameter(call, "encoding-type")) {
    if (!encoding_.empty() && encoding_ != "url") {
      throw invalid_argument("Invalid Encoding Method specified in Request");
    }
  }

  void append(std::string& xml, std::string_view element, const std::string& name) const {
    append_element(xml, element, encoding_.empty() ? name : in_url(name));
  }
  void append_encoding(std::string& xml) const {
    if (!encoding_.empty()) append_element(xml, "EncodingType", encoding_);
  }

 private:
  static std::string in_url(std::string_view name) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const char c : name) {
      const auto byte = static_cast<unsigned char>(c);
      const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') ||
                            std::string_view("-_.~/*").find(c) != std::string_view::npos;
      if (is_plain) {
        text += c;
      } else {
        text += '%';
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
      }
    }
    return text;
  }

  std::string encoding_;
};

engine::ObjectPage page_of(const Services& services, const BucketCall& call,
                           const std::string& after, std::size_t limit) {
  const engine::ObjectQuery query{.prefix = parameter(call, "prefix"),
                                  .delimiter = parameter(call, "delimiter"),
                                  .after = after,
                                  .limit = limit};
  if (limit > 0) return services.buckets.list_objects(call.bucket, query);
  services.buckets.describe(call.bucket);  // It has to be there all the same.
  return {};
}

void append_page(std::string& xml, const BucketCall& call, const engine::ObjectPage& page,
                 const Names& names, bool tells_owner) {
  names.append(xml, "Prefix", parameter(call, "prefix"));
  if (const auto delimiter = parameter(call, "delimiter"); !delimiter.empty()) {
    names.append(xml, "Delimiter", delimiter);
  }
  append_element(xml, "IsTruncated", page.has_more ? "true" : "false");
  for (const auto& object : page.objects) {
    xml += "<Contents>";
    names.append(xml, "Key", object.key);
    append_element(xml, "LastModified", xml_time(object.modified));
    append_element(xml, "ETag", quoted(object.etag));
    append_element(xml, "Size", std::to_string(object.size));
    if (tells_owner) {
      xml += "<Owner>";
      append_element(xml, "ID", call.caller.account);
      xml += "</Owner>";
    }
    append_element(xml, "StorageClass", "STANDARD");
    xml += "</Contents>";
  }
  for (const auto& prefix : page.common_prefixes) {
    xml += "<CommonPrefixes>";
    names.append(xml, "Prefix", prefix);
    xml += "</CommonPrefixes>";
  }
  names.append_encoding(xml);
}

std::string key_in_token(const std::string& token) {
  auto key = engine::decode_base64(token);
  if (!key || key->empty()) throw invalid_argument("The continuation token provided is incorrect");
  return *std::move(key);
}

}  // namespace

RestAnswer list_objects(Services& services, const BucketCall& call) {
  check_request(services, call, {"prefix", "delimiter", "marker", "max-keys", "encoding-type"});
  const Names names(call);
  const auto marker = parameter(call, "marker");
  const auto limit = parameter_up_to(call, "max-keys", engine::limits::list_objects_max);
  const auto page = page_of(services, call, marker, limit);

  auto xml = xml_document("ListBucketResult");
  append_element(xml, "Name", call.bucket);
  names.append(xml, "Marker", marker);
  append_element(xml, "MaxKeys", std::to_string(limit));
  append_page(xml, call, page, names, true);
  // Without a delimiter the last key is the marker of the next page.
  if (page.has_more && !parameter(call, "delimiter").empty()) {
    names.append(xml, "NextMarker", page.last);
  }
  return {.body = xml + "</ListBucketResult>", .content_type = "application/xml"};
}

RestAnswer list_objects_v2(Services& services, const BucketCall& call) {
  check_request(services, call,
                {"list-type", "prefix", "delimiter", "start-after", "continuation-token",
                 "max-keys", "encoding-type", "fetch-owner"});
  const Names names(call);
  const auto token = parameter(call, "continuation-token");
  const auto start_after = parameter(call, "start-after");
  const auto limit = parameter_up_to(call, "max-keys", engine::limits::list_objects_max);
  const bool goes_on = call.query.contains("continuation-token");
  const auto page = page_of(services, call, goes_on ? key_in_token(token) : start_after, limit);

  auto xml = xml_document("ListBucketResult");
  append_element(xml, "Name", call.bucket);
  append_element(xml, "KeyCount",
                 std::to_string(page.objects.size() + page.common_prefixes.size()));
  append_element(xml, "MaxKeys", std::to_string(limit));
  if (goes_on) append_element(xml, "ContinuationToken", token);
  if (!start_after.empty()) names.append(xml, "StartAfter", start_after);
  if (page.has_more) {
    std::string next;
    engine::append_base64(next, page.last);
    append_element(xml, "NextContinuationToken", next);
  }
  append_page(xml, call, page, names, parameter(call, "fetch-owner") == "true");
  return {.body = xml + "</ListBucketResult>", .content_type = "application/xml"};
}

}  // namespace api::s3
