#pragma once

#include <string>
#include <string_view>

namespace api {

/// Appends a text to an XML document, with references for what would be taken for markup.
void append_xml_text(std::string& xml, std::string_view text);

}  // namespace api
