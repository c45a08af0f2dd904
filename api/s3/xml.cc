#include "api/s3/xml.h"

#include <charconv>

#include "api/xml_text.h"

namespace api::s3 {

namespace {

constexpr int levels_max = 8;

void append_utf8(std::string& text, unsigned character) {
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xc0 | character >> 6);
    text += static_cast<char>(0x80 | (character & 0x3f));
  } else if (character < 0x10000) {
    text += static_cast<char>(0xe0 | character >> 12);
    text += static_cast<char>(0x80 | (character >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (character & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | character >> 18);
    text += static_cast<char>(0x80 | (character >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (character >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (character & 0x3f));
  }
}

bool append_numbered(std::string& text, std::string_view number) {
  const bool is_hexadecimal = number.starts_with('x');
  if (is_hexadecimal) number.remove_prefix(1);
  unsigned character = 0;
  const auto* end = number.data() + number.size();
  const auto [stopped, error] =
      std::from_chars(number.data(), end, character, is_hexadecimal ? 16 : 10);
  if (error != std::errc() || stopped != end || character == 0 || character > 0x10ffff)
    return false;
  append_utf8(text, character);
  return true;
}

/// `&lt;`, without `&` and `;`.
bool append_entity(std::string& text, std::string_view name) {
  if (name.starts_with('#')) return append_numbered(text, name.substr(1));
  struct Entity {
    std::string_view name;
    char character;
  };
  static constexpr Entity entities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& entity : entities) {
    if (entity.name != name) continue;
    text += entity.character;
    return true;
  }
  return false;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<XmlElement> document() {
    XmlElement element;
    if (!skip_misc() || !read(element, 1) || !skip_misc() || !rest_.empty()) return std::nullopt;
    return element;
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  void skip_spaces() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }
  bool skip_past(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + end.size());
    return true;
  }
  /// Declarations and comments around the element.
  bool skip_misc() {
    for (skip_spaces(); rest_.starts_with("<?") || rest_.starts_with("<!--"); skip_spaces()) {
      if (!skip_past(rest_.starts_with("<?") ? "?>" : "-->")) return false;
    }
    return true;
  }

  std::string name() {
    const auto end = rest_.find_first_of(" \t\r\n/>");
    auto taken = rest_.substr(0, end);
    rest_.remove_prefix(taken.size());
    if (const auto colon = taken.find(':'); colon != taken.npos) taken.remove_prefix(colon + 1);
    return std::string(taken);
  }

  /// Past the attributes of a tag, in whose values a `>` may stand.
  bool skip_attributes() {
    char quote = 0;
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (quote == 0 && (c == '>' || c == '/')) return true;
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      rest_.remove_prefix(1);
    }
    return false;
  }

  bool read(XmlElement& element, int level) {
    if (level > levels_max || !rest_.starts_with('<')) return false;
    rest_.remove_prefix(1);
    element.name = name();
    if (element.name.empty() || !skip_attributes()) return false;
    if (rest_.starts_with("/>")) return rest_.remove_prefix(2), true;
    if (!rest_.starts_with('>')) return false;
    rest_.remove_prefix(1);
    return read_content(element, level);
  }

  bool read_content(XmlElement& element, int level) {
    while (!rest_.empty()) {
      if (rest_.starts_with("</")) {
        rest_.remove_prefix(2);
        const auto closed = name();
        skip_spaces();
        if (closed != element.name || !rest_.starts_with('>')) return false;
        rest_.remove_prefix(1);
        return true;
      }
      if (rest_.starts_with("<!--")) {
        if (!skip_past("-->")) return false;
      } else if (rest_.starts_with('<')) {
        if (!read(element.children.emplace_back(), level + 1)) return false;
      } else if (!read_text(element.text)) {
        return false;
      }
    }
    return false;
  }

  bool read_text(std::string& text) {
    if (rest_.front() != '&') {
      const auto plain = rest_.substr(0, rest_.find_first_of("<&"));
      text.append(plain);
      rest_.remove_prefix(plain.size());
      return true;
    }
    const auto end = rest_.find(';');
    if (end == std::string_view::npos) return false;
    const auto entity = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return append_entity(text, entity);
  }

  std::string_view rest_;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view name) const {
  for (const auto& child : children) {
    if (child.name == name) return &child;
  }
  return nullptr;
}

std::optional<XmlElement> parse_xml(std::string_view document) {
  return Parser(document).document();
}

void append_element(std::string& xml, std::string_view name, std::string_view text) {
  xml.append("<").append(name).append(">");
  append_xml_text(xml, text);
  xml.append("</").append(name).append(">");
}

std::string xml_document(std::string_view name) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + std::string(name) +
         " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
}

}  // namespace api::s3
