#include "server/protocol/elsewhere.h"

#include <algorithm>

#include "engine/api_error.h"

namespace server {

namespace {

/// The operation that method and path mean, for a path of `/BUCKET/KEY`.
std::string s3_operation(const HttpRequest& request) {
  const auto path = request.path();
  const auto slash = path.find('/', 1);
  const bool names_key = slash != std::string_view::npos && slash + 1 < path.size();
  const bool names_bucket = path.size() > 1;
  const std::string what = names_key ? "Object" : "Bucket";
  if (request.method == "PUT") return names_key ? "PutObject" : "CreateBucket";
  if (request.method == "HEAD") return "Head" + what;
  if (request.method == "DELETE") return "Delete" + what;
  if (request.method == "GET") {
    if (!names_bucket) return "ListBuckets";
    return names_key ? "GetObject" : "ListObjectsV2";
  }
  return std::string(request.method) + " of S3";
}

std::string namespace_of(std::string_view version) {
  if (version == "2010-03-31") return "http://sns.amazonaws.com/doc/2010-03-31/";
  if (version == "2011-06-15") return "https://sts.amazonaws.com/doc/2011-06-15/";
  return "http://webservices.amazon.com/AWSFault/2005-15-09";
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void refuse_query(std::string_view action, std::string_view version, const std::string& request_id,
                  HttpAnswer& answer) {
  const auto refusal = engine::not_supported(xml_escaped(action));
  answer.status = 400;
  answer.content_type = "text/xml";
  answer.request_id = request_id;
  answer.body = "<ErrorResponse xmlns=\"" + namespace_of(version) +
                "\"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>" +
                refusal.message + "</Message></Error><RequestId>" + request_id +
                "</RequestId></ErrorResponse>";
}

void refuse_s3(const HttpRequest& request, const std::string& request_id, HttpAnswer& answer) {
  const auto refusal = engine::not_supported(xml_escaped(s3_operation(request)));
  answer.status = 501;
  answer.content_type = "application/xml";
  answer.headers.emplace_back("x-amz-request-id", request_id);
  answer.body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NotImplemented</Code><Message>" +
      refusal.message + "</Message><RequestId>" + request_id + "</RequestId></Error>";
}

}  // namespace server
