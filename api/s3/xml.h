#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The little XML that S3 speaks: elements and text. Attributes, comments and prefixes of names are
/// passed over.
namespace api::s3 {

struct XmlElement {
  std::string name;
  std::string text;  ///< Of its own, with what stands for `&lt;` and the like.
  std::vector<XmlElement> children;

  /// The first child of that name; null if there is none.
  const XmlElement* find(std::string_view name) const;
};

/// The document's element. Nothing if it is not well-formed, or nested deeper than any document of
/// S3.
std::optional<XmlElement> parse_xml(std::string_view document);

/// `<name>text</name>`
void append_element(std::string& xml, std::string_view name, std::string_view text);
/// `<?xml ...?><name xmlns="...">`, which the caller closes.
std::string xml_document(std::string_view name);

}  // namespace api::s3
