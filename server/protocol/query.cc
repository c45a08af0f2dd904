#include "server/protocol/query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <span>
#include <utility>

namespace server {

namespace {

using Json = nlohmann::json;

// ---- The form: names of several parts, as in `MessageAttribute.1.Value.StringValue`.

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
      if (!high || !low) return std::nullopt;
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Numbers before words, in their order; so that entries come as they were numbered.
struct PartOrder {
  static std::optional<unsigned> number(const std::string& part) {
    unsigned value = 0;
    const auto* end = part.data() + part.size();
    const auto [stopped, error] = std::from_chars(part.data(), end, value);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return value;
  }
  bool operator()(const std::string& left, const std::string& right) const {
    const auto left_number = number(left);
    const auto right_number = number(right);
    if (left_number && right_number) return *left_number < *right_number;
    if (left_number || right_number) return left_number.has_value();
    return left < right;
  }
};

struct Node {
  std::optional<std::string> value;
  std::map<std::string, Node, PartOrder> parts;
};

// No name of the protocol has more parts than this.
constexpr int parts_max = 8;

bool add(Node& root, std::string_view name, std::string value) {
  auto* node = &root;
  for (int depth = 0; depth < parts_max; ++depth) {
    const auto dot = name.find('.');
    node = &node->parts[std::string(name.substr(0, dot))];
    if (dot == std::string_view::npos) {
      node->value = std::move(value);
      return true;
    }
    name.remove_prefix(dot + 1);
  }
  return false;
}

bool read_form(std::string_view form, Node& root) {
  while (!form.empty()) {
    const auto end = form.find('&');
    const auto pair = form.substr(0, end);
    form = end == std::string_view::npos ? std::string_view() : form.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals));
    auto value =
        decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value || !add(root, *name, *std::move(value))) return false;
  }
  return true;
}

// ---- From the names of the form to those of the JSON protocol.

enum class Form { texts, objects, attributes, message_attributes };

struct Renamed {
  std::string_view form;
  std::string_view json;
  Form as;
};

constexpr auto renamed_of_sqs = std::to_array<Renamed>({
    {"Attribute", "Attributes", Form::attributes},
    {"Attributes", "Attributes", Form::attributes},
    {"AttributeName", "AttributeNames", Form::texts},
    {"AttributeNames", "AttributeNames", Form::texts},
    {"BinaryListValue", "BinaryListValues", Form::texts},
    {"ChangeMessageVisibilityBatchRequestEntry", "Entries", Form::objects},
    {"DeleteMessageBatchRequestEntry", "Entries", Form::objects},
    {"Entries", "Entries", Form::objects},
    {"MessageAttribute", "MessageAttributes", Form::message_attributes},
    {"MessageAttributes", "MessageAttributes", Form::message_attributes},
    {"MessageAttributeName", "MessageAttributeNames", Form::texts},
    {"MessageAttributeNames", "MessageAttributeNames", Form::texts},
    {"MessageSystemAttribute", "MessageSystemAttributes", Form::message_attributes},
    {"MessageSystemAttributes", "MessageSystemAttributes", Form::message_attributes},
    {"MessageSystemAttributeName", "MessageSystemAttributeNames", Form::texts},
    {"MessageSystemAttributeNames", "MessageSystemAttributeNames", Form::texts},
    {"SendMessageBatchRequestEntry", "Entries", Form::objects},
    {"StringListValue", "StringListValues", Form::texts},
    {"Tag", "Tags", Form::attributes},
    {"Tags", "Tags", Form::attributes},
    {"TagKey", "TagKeys", Form::texts},
    {"TagKeys", "TagKeys", Form::texts},
});

constexpr auto renamed_of_sns = std::to_array<Renamed>({
    {"Attributes", "Attributes", Form::attributes},
    {"MessageAttributes", "MessageAttributes", Form::message_attributes},
    {"PublishBatchRequestEntries", "PublishBatchRequestEntries", Form::objects},
    {"Tags", "Tags", Form::attributes},
    {"TagKeys", "TagKeys", Form::texts},
});

using Names = std::span<const Renamed>;

// Of SQS; SNS has none.
constexpr auto integers = std::to_array<std::string_view>(
    {"DelaySeconds", "MaxNumberOfMessages", "MaxNumberOfMessagesPerSecond", "MaxResults",
     "VisibilityTimeout", "WaitTimeSeconds"});

Json object_of(const Node& node, Names names);

/// Lists may be numbered directly (`Tag.1`) or below a word (`Tags.member.1`, `Tags.entry.1`).
const Node& numbered(const Node& node) {
  if (node.parts.size() != 1) return node;
  const auto& [name, inner] = *node.parts.begin();
  return name == "member" || name == "entry" ? inner : node;
}

Json texts_of(const Node& node) {
  Json list = Json::array();
  if (node.value) list.push_back(*node.value);
  for (const auto& [number, each] : numbered(node).parts) list.push_back(each.value.value_or(""));
  return list;
}

Json objects_of(const Node& node, Names names) {
  Json list = Json::array();
  for (const auto& [number, each] : numbered(node).parts) list.push_back(object_of(each, names));
  return list;
}

const Node* part(const Node& node, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (const auto found = node.parts.find(name); found != node.parts.end()) return &found->second;
  }
  return nullptr;
}

Json map_of(const Node& node, bool has_structures, Names names) {
  Json map = Json::object();
  // `Attribute.Name=x&Attribute.Value=y` is one entry without a number.
  const auto add_entry = [&](const Node& entry) {
    const auto* name = part(entry, {"Name", "Key", "key"});
    if (!name || !name->value) return;
    const auto* value = part(entry, {"Value", "value"});
    if (has_structures) {
      map[*name->value] = value ? object_of(*value, names) : Json::object();
    } else {
      map[*name->value] = value ? value->value.value_or("") : "";
    }
  };
  const auto& entries = numbered(node);
  add_entry(entries);
  for (const auto& [number, entry] : entries.parts) add_entry(entry);
  return map;
}

Json value_of(const std::string& name, const std::string& text) {
  for (const auto integer : integers) {
    if (name != integer) continue;
    long long number = 0;
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && stopped == end) return number;
  }
  return text;
}

Json object_of(const Node& node, Names names) {
  Json object = Json::object();
  for (const auto& [name, each] : node.parts) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const Renamed& one) { return one.form == name; });
    if (found == names.end()) {
      if (each.value) object[name] = value_of(name, *each.value);
      continue;
    }
    auto& member = object[std::string(found->json)];
    switch (found->as) {
      case Form::texts:
        member = texts_of(each);
        break;
      case Form::objects:
        member = objects_of(each, names);
        break;
      case Form::attributes:
        member = map_of(each, false, names);
        break;
      case Form::message_attributes:
        member = map_of(each, true, names);
        break;
    }
  }
  return object;
}

bool is_utf8(const Json& json) {
  try {
    json.dump();
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

}  // namespace

std::optional<QueryRequest> parse_query(std::string_view form, QueryService service) {
  Node root;
  if (!read_form(form, root)) return std::nullopt;
  QueryRequest request;
  const bool is_sqs = service == QueryService::sqs;
  request.input = object_of(root, is_sqs ? Names(renamed_of_sqs) : Names(renamed_of_sns));
  if (!is_utf8(request.input)) return std::nullopt;

  const auto take = [&](const char* name) {
    const auto found = request.input.find(name);
    if (found == request.input.end()) return std::string();
    auto text = found->get<std::string>();
    request.input.erase(found);
    return text;
  };
  request.action = take("Action");
  request.version = take("Version");
  if (request.action.empty()) return std::nullopt;
  // The one member whose name in the JSON protocol begins with a small letter.
  if (is_sqs && request.action == "CreateQueue" && request.input.contains("Tags")) {
    request.input["tags"] = std::move(request.input["Tags"]);
    request.input.erase("Tags");
  }
  return request;
}

}  // namespace server
