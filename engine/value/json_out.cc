#include <array>
#include <cstdint>

#include "engine/value/encoding.h"
#include "engine/value/json.h"
#include "engine/value/number.h"

namespace engine {

namespace {

/// How a byte stands in a JSON string: 0 as it is, `u` as \u00XX, else after a backslash.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (int c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}

constexpr auto escapes = make_escapes();

/// Whether one of the eight bytes in `word` needs an escape; may say yes too often.
bool may_need_escape(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t tops = 0x8080808080808080;
  const std::uint64_t quotes = word ^ (ones * '"');
  const std::uint64_t slashes = word ^ (ones * '\\');
  return (((word - ones * 0x20) | (quotes - ones) | (slashes - ones)) & tops) != 0;
}

void append_element(std::string& out, Type set_type, std::string_view element) {
  if (set_type == Type::string_set) return append_json_string(out, element);
  out.push_back('"');
  if (set_type == Type::number_set) {
    Number::append_text(out, element);
  } else {
    append_base64(out, element);
  }
  out.push_back('"');
}

void append_set(std::string& out, SetView set) {
  out.push_back('[');
  bool is_first = true;
  for (const auto element : set.elements()) {
    if (!is_first) out.push_back(',');
    is_first = false;
    append_element(out, set.type(), element);
  }
  out.push_back(']');
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t done = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word;
    if (at + sizeof word <= text.size()) {
      __builtin_memcpy(&word, text.data() + at, sizeof word);
      if (!may_need_escape(word)) {
        at += sizeof word;
        continue;
      }
    }
    const auto end = std::min(at + sizeof word, text.size());
    for (; at < end; ++at) {
      const char escape = escapes[static_cast<unsigned char>(text[at])];
      if (escape == 0) continue;
      out.append(text, done, at - done);
      done = at + 1;
      if (escape == 'u') {
        constexpr std::string_view hex = "0123456789abcdef";
        out.append("\\u00");
        out.push_back(hex[static_cast<unsigned char>(text[at]) >> 4]);
        out.push_back(hex[text[at] & 0xF]);
      } else {
        out.push_back('\\');
        out.push_back(escape);
      }
    }
  }
  out.append(text, done);
  out.push_back('"');
}

void append_json(std::string& out, ValueView value) {
  switch (value.type()) {
    case Type::string:
      out.append("{\"S\":");
      append_json_string(out, value.text());
      break;
    case Type::number:
      out.append("{\"N\":\"");
      Number::append_text(out, value.number());
      out.push_back('"');
      break;
    case Type::binary:
      out.append("{\"B\":\"");
      append_base64(out, value.text());
      out.push_back('"');
      break;
    case Type::boolean:
      out.append(value.boolean() ? "{\"BOOL\":true" : "{\"BOOL\":false");
      break;
    case Type::null:
      out.append("{\"NULL\":true");
      break;
    case Type::map:
      out.append("{\"M\":");
      append_json(out, value.map());
      break;
    case Type::list: {
      out.append("{\"L\":[");
      bool is_first = true;
      for (const auto& element : value.list()) {
        if (!is_first) out.push_back(',');
        is_first = false;
        append_json(out, element);
      }
      out.push_back(']');
      break;
    }
    default:
      out.append("{\"");
      out.append(type_name(value.type()));
      out.append("\":");
      append_set(out, value.set());
      break;
  }
  out.push_back('}');
}

void append_json(std::string& out, MapView item) {
  char before = '{';
  for (const auto& [name, value] : item) {
    out.push_back(before);
    before = ',';
    append_json_string(out, name);
    out.push_back(':');
    append_json(out, value);
  }
  if (before == '{') out.push_back('{');
  out.push_back('}');
}

}  // namespace engine
