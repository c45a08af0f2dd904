#include "server/protocol/elsewhere.h"

#include "engine/api_error.h"

namespace server {

namespace {

std::string namespace_of(std::string_view version) {
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

}  // namespace server
