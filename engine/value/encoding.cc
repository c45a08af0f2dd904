#include "engine/value/encoding.h"

#include <optional>

#include "engine/limits.h"
#include "engine/value/number.h"

namespace engine::encoding {

std::size_t value_length(std::string_view bytes) {
  std::string_view rest = bytes.substr(1);
  switch (static_cast<Type>(bytes[0])) {
    case Type::number:
      return 1 + Number::encoded_length(rest);
    case Type::boolean:
      return 2;
    case Type::null:
      return 1;
    default: {
      const std::size_t length = take_length(rest);
      return static_cast<std::size_t>(rest.data() - bytes.data()) + length;
    }
  }
}

std::size_t begin_counted(std::string& out) {
  // Most of what is counted is short: one byte will do.
  out.push_back(0);
  return out.size();
}

void end_counted(std::string& out, std::size_t start) {
  const std::size_t length = out.size() - start;
  if (length < 0x80) {
    out[start - 1] = static_cast<char>(length);
    return;
  }
  std::string prefix;
  append_length(prefix, length);
  out.replace(start - 1, 1, prefix);
}

namespace {

/// Reads bytes that may be anything; every step says whether it was right.
class Checker {
 public:
  bool entries(std::string_view bytes, int level) {
    std::string_view last;
    for (bool is_first = true; !bytes.empty(); is_first = false) {
      const auto name = counted(bytes);
      if (!name || name->empty() || name->size() > limits::attribute_name_bytes_max) return false;
      if (!is_first && *name <= last) return false;
      if (!value(bytes, level)) return false;
      last = *name;
    }
    return true;
  }

 private:
  static std::optional<std::string_view> counted(std::string_view& bytes) {
    std::size_t length = 0;
    for (int shift = 0;; shift += 7) {
      if (bytes.empty() || shift > 28) return std::nullopt;
      const auto byte = static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(1);
      length |= static_cast<std::size_t>(byte & 0x7F) << shift;
      if (byte >= 0x80) continue;
      if (byte == 0 && shift > 0) return std::nullopt;  // Could be shorter.
      break;
    }
    if (length > bytes.size()) return std::nullopt;
    const auto taken = bytes.substr(0, length);
    bytes.remove_prefix(length);
    return taken;
  }

  static bool number(std::string_view& bytes) {
    const std::size_t length = Number::well_formed_length(bytes);
    bytes.remove_prefix(length);
    return length > 0;
  }

  bool value(std::string_view& bytes, int level) {
    if (bytes.empty() || level > limits::nesting_levels_max) return false;
    const auto type = static_cast<Type>(bytes[0]);
    bytes.remove_prefix(1);
    switch (type) {
      case Type::number:
        return number(bytes);
      case Type::boolean: {
        const bool is_good = !bytes.empty() && (bytes[0] == 0 || bytes[0] == 1);
        if (is_good) bytes.remove_prefix(1);
        return is_good;
      }
      case Type::null:
        return true;
      default:
        break;
    }
    if (type > Type::binary_set) return false;
    const auto payload = counted(bytes);
    if (!payload) return false;
    if (type == Type::map) return entries(*payload, level + 1);
    if (type == Type::list) return elements(*payload, level + 1);
    if (type >= Type::string_set) return set(type, *payload);
    return true;
  }

  bool elements(std::string_view bytes, int level) {
    while (!bytes.empty()) {
      if (!value(bytes, level)) return false;
    }
    return true;
  }

  bool set(Type type, std::string_view bytes) {
    if (bytes.empty()) return false;
    std::optional<std::string_view> last;
    while (!bytes.empty()) {
      std::optional<std::string_view> element;
      if (type == Type::number_set) {
        const auto start = bytes;
        if (!number(bytes)) return false;
        element = start.substr(0, start.size() - bytes.size());
      } else {
        element = counted(bytes);
      }
      if (!element || (last && *element <= *last)) return false;
      last = element;
    }
    return true;
  }
};

}  // namespace

bool is_well_formed(std::string_view entries) { return Checker().entries(entries, 1); }

}  // namespace engine::encoding
