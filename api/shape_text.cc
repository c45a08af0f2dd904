#include "api/shape_text.h"

#include <algorithm>

#include "api/member.h"

namespace api {

namespace {

/// A request of 16 MB would be printed as ten times as much: from here on nothing is added.
constexpr std::size_t printed_bytes_max = 256 * 1024;

void print(std::string& out, const Shape& shape, JsonView value);

void print_structure(std::string& out, const Shape& shape, JsonView object) {
  out += shape.name;
  out += '(';
  for (const std::string_view& path : shape.printed) {
    if (&path != shape.printed.data()) out += ", ";
    out += path;
    out += '=';
    const auto member = std::ranges::find(shape.members, path, &Member::path);
    std::optional<JsonView> value;
    if (member != shape.members.end()) value = member_of(object, member->name);
    if (value) {
      print(out, *member->shape, *value);
    } else {
      out += "null";
    }
  }
  out += ')';
}

void print_elements(std::string& out, const Shape& shape, JsonView value) {
  bool is_first = true;
  const auto separate = [&] {
    if (!is_first) out += ", ";
    is_first = false;
  };
  if (value.is_array()) {
    out += '[';
    for (const JsonView element : simdjson::dom::array(value)) {
      if (out.size() >= printed_bytes_max) break;
      separate();
      print(out, *shape.element, element);
    }
    out += ']';
    return;
  }
  out += '{';
  for (const auto& [key, element] : simdjson::dom::object(value)) {
    if (out.size() >= printed_bytes_max) break;
    separate();
    out += key;
    out += '=';
    print(out, *shape.element, element);
  }
  out += '}';
}

void print(std::string& out, const Shape& shape, JsonView value) {
  if (out.size() >= printed_bytes_max) return;
  if (value.is_null()) {
    out += "null";
  } else if (value.is_string()) {
    out += std::string_view(value);
  } else if (shape.kind == Kind::structure) {
    print_structure(out, shape, value);
  } else if (shape.kind == Kind::list || shape.kind == Kind::map) {
    print_elements(out, shape, value);
  } else if (shape.kind == Kind::boolean) {
    out += boolean_of(value) ? "true" : "false";
  } else {
    out += std::to_string(integer_of(value));
  }
}

}  // namespace

std::string printed(const Shape& shape, JsonView value) {
  std::string out;
  print(out, shape, value);
  return out;
}

std::string list_text(std::span<const std::string_view> elements) {
  std::string out = "[";
  for (const std::string_view& element : elements) {
    if (&element != elements.data()) out += ", ";
    out += element;
  }
  return out + ']';
}

}  // namespace api
