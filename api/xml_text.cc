#include "api/xml_text.h"

namespace api {

void append_xml_text(std::string& xml, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      case '\r':
        xml += "&#xD;";  // A reader of XML takes a bare one for a line feed.
        break;
      default:
        xml += c;
    }
  }
}

}  // namespace api
