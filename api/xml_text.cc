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
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') {
          xml += "&#x" + std::to_string(static_cast<int>(c) / 16) +
                 "0123456789ABCDEF"[static_cast<int>(c) % 16] + ";";
        } else {
          xml += c;
        }
    }
  }
}

}  // namespace api
