#include "api/sqs/message_attributes.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "api/sqs/errors.h"
#include "engine/limits.h"
#include "engine/value/json.h"
#include "engine/value/number.h"

namespace api::sqs {

namespace {

using engine::MessageAttribute;
using engine::MessageAttributes;

constexpr std::size_t name_length_max = 256;

/// One character of UTF-8 from the front of `text`; nothing if there is none.
std::optional<char32_t> take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  const std::size_t length = first < 0x80             ? 1
                             : (first & 0xe0) == 0xc0 ? 2
                             : (first & 0xf0) == 0xe0 ? 3
                             : (first & 0xf8) == 0xf0 ? 4
                                                      : 0;
  if (length == 0 || text.size() < length) return std::nullopt;
  char32_t character = length == 1 ? first : first & (0x7f >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    character = character << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (character < smallest[length]) return std::nullopt;
  text.remove_prefix(length);
  return character;
}

bool is_allowed(char32_t character) {
  return character == 0x9 || character == 0xa || character == 0xd ||
         (character >= 0x20 && character <= 0xd7ff) ||
         (character >= 0xe000 && character <= 0xfffd) ||
         (character >= 0x10000 && character <= 0x10ffff);
}

bool has_only_allowed_characters(std::string_view text) {
  while (!text.empty()) {
    const auto character = take_character(text);
    if (!character || !is_allowed(*character)) return false;
  }
  return true;
}

constexpr auto wrong_characters =
    "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
    "#xE000 to #xFFFD | #x10000 to #x10FFFF";

void check_name(const std::string& name) {
  if (name.size() >= name_length_max) {
    throw invalid_parameter("Message (user) attribute names must be shorter than 256 Bytes");
  }
  const bool is_word = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
  });
  if (!is_word) {
    throw invalid_parameter(
        "Message (user) attributes name can only contain upper and lower score characters, digits, "
        "periods, hyphens and underscores. ");
  }
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.starts_with("aws.") || lower.starts_with("amazon.") || lower.starts_with(".") ||
      lower.ends_with(".") || lower.find("..") != std::string::npos) {
    throw invalid_parameter(
        "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings "
        "are reserved for internal use. Additionally, they cannot start or end with '.'.");
  }
}

/// `String`, `Number` or `Binary`, of `String.label` too.
std::string checked_prefix(const std::string& name, const std::string& data_type) {
  if (data_type.size() >= name_length_max) {
    throw invalid_parameter("Message (user) attribute types must be shorter than 256 Bytes");
  }
  const auto prefix = data_type.substr(0, data_type.find('.'));
  if (prefix != "String" && prefix != "Number" && prefix != "Binary") {
    throw invalid_parameter("The type of message (user) attribute '" + name +
                            "' is invalid. You must use only the following supported type "
                            "prefixes: Binary, Number, String.");
  }
  return prefix;
}

std::string checked_text(const std::string& name, const std::string& prefix, const Json& value) {
  auto given = text(value, "StringValue").value_or("");
  if (given.empty()) {
    throw invalid_parameter("Message (user) attribute '" + name +
                            "' must contain a non-empty value of type 'String'.");
  }
  if (!has_only_allowed_characters(given)) throw invalid_parameter(wrong_characters);
  if (prefix == "Number") {
    try {
      engine::Number::parse(given);
    } catch (const engine::ApiError&) {
      throw invalid_parameter("Can't cast the value of message (user) attribute '" + name +
                              "' to a number.");
    }
  }
  return given;
}

std::string checked_bytes(const std::string& name, const Json& value) {
  const auto given = text(value, "BinaryValue").value_or("");
  if (given.empty()) {
    throw invalid_parameter("Message (user) attribute '" + name +
                            "' must contain a non-empty value of type 'Binary'.");
  }
  auto bytes = engine::decode_base64(given);
  if (!bytes) throw engine::serialization_error("BinaryValue is not base64");
  return *std::move(bytes);
}

MessageAttribute checked_attribute(const std::string& name, const Json& value) {
  if (!value.is_object()) throw engine::serialization_error(name + " is not an attribute value");
  for (const auto* list : {"StringListValues", "BinaryListValues"}) {
    const auto* values = member(value, list);
    if (values && !values->empty()) {
      throw engine::ApiError(
          "UnsupportedOperation",
          "Message attribute list values in SendMessage operation are not supported.");
    }
  }
  const auto data_type = text(value, "DataType").value_or("");
  if (data_type.empty()) {
    throw invalid_parameter("The message attribute '" + name +
                            "' must contain non-empty message attribute type.");
  }
  const auto prefix = checked_prefix(name, data_type);
  return {
      .data_type = data_type,
      .value = prefix == "Binary" ? checked_bytes(name, value) : checked_text(name, prefix, value)};
}

}  // namespace

void check_characters(std::string_view text) {
  if (has_only_allowed_characters(text)) return;
  throw engine::ApiError("InvalidMessageContents", wrong_characters);
}

MessageAttributes message_attributes(const Json& input) {
  MessageAttributes attributes;
  const auto* given = object(input, "MessageAttributes");
  if (!given) return attributes;
  if (given->size() > engine::limits::message_attributes_max) {
    throw invalid_parameter("Number of message attributes [" + std::to_string(given->size()) +
                            "] exceeds the allowed maximum [10].");
  }
  for (const auto& [name, value] : given->items()) {
    check_name(name);
    attributes[name] = checked_attribute(name, value);
  }
  return attributes;
}

MessageAttributes message_system_attributes(const Json& input) {
  MessageAttributes attributes;
  const auto* given = object(input, "MessageSystemAttributes");
  if (!given) return attributes;
  for (const auto& [name, value] : given->items()) {
    if (name != "AWSTraceHeader") {
      throw invalid_parameter("Message system attribute name '" + name +
                              "' is invalid. Valid names are: [AWSTraceHeader]");
    }
    attributes[name] = checked_attribute(name, value);
    if (attributes[name].data_type != "String") {
      throw invalid_parameter("Message system attribute 'AWSTraceHeader' must be of type String.");
    }
  }
  return attributes;
}

std::size_t bytes_of(const MessageAttributes& attributes) {
  std::size_t bytes = 0;
  for (const auto& [name, attribute] : attributes) {
    bytes += name.size() + attribute.data_type.size() + attribute.value.size();
  }
  return bytes;
}

MessageAttributes selected(const MessageAttributes& attributes,
                           const std::vector<std::string>& names) {
  const auto is_asked_for = [&](const std::string& attribute) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      if (name == "All" || name == attribute) return true;
      return name.ends_with(".*") && attribute.starts_with(name.substr(0, name.size() - 2));
    });
  };
  MessageAttributes found;
  for (const auto& [name, attribute] : attributes) {
    if (is_asked_for(name)) found[name] = attribute;
  }
  return found;
}

Json attributes_json(const MessageAttributes& attributes) {
  Json json = Json::object();
  for (const auto& [name, attribute] : attributes) {
    if (attribute.is_binary()) {
      std::string base64;
      engine::append_base64(base64, attribute.value);
      json[name] = {{"DataType", attribute.data_type}, {"BinaryValue", base64}};
    } else {
      json[name] = {{"DataType", attribute.data_type}, {"StringValue", attribute.value}};
    }
  }
  return json;
}

}  // namespace api::sqs
