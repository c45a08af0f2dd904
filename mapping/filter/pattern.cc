#include "mapping/filter/pattern.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mapping::filter {

namespace {

using Json = nlohmann::json;

Leaf leaf_of(const Json& values) {
  if (!values.is_array() || values.empty()) throw InvalidPattern{};
  Leaf leaf;
  for (const auto& value : values) leaf.matchers.push_back(matcher_of(value));
  leaf.text = values.dump();
  leaf.accepts_absence = std::any_of(leaf.matchers.begin(), leaf.matchers.end(),
                                     [](const auto& matcher) { return accepts_absence(matcher); });
  return leaf;
}

Field& field_of(Node& node, const std::string& path) {
  const auto found = std::find_if(node.fields.begin(), node.fields.end(),
                                  [&](const Field& field) { return field.path == path; });
  if (found != node.fields.end()) return *found;
  node.fields.push_back({path, {}, nullptr});
  return node.fields.back();
}

Node& object_of(Field& field) {
  if (!field.object) field.object = std::make_unique<Node>();
  return *field.object;
}

/// `base` is the path of the node with a dot, or nothing at the top.
constexpr int levels_max = 100;

void add_object(Node& node, const std::string& base, const Json& object);

void add_alternatives(Node& node, const std::string& base, const Json& objects) {
  if (!objects.is_array() || objects.size() < 2) throw InvalidPattern{};
  std::vector<Node> alternatives;
  for (const auto& object : objects) {
    if (!object.is_object() || object.empty()) throw InvalidPattern{};
    add_object(alternatives.emplace_back(), base, object);
  }
  node.alternatives.push_back(std::move(alternatives));
}

/// `name` may have dots, each of them a level of its own.
void add_field(Node& node, const std::string& base, std::string_view name, const Json& value) {
  // Each level is one of the stack, too.
  if (std::count(base.begin(), base.end(), '.') >= levels_max) throw InvalidPattern{};
  const auto dot = name.find('.');
  auto& field = field_of(node, base + std::string(name.substr(0, dot)));
  if (dot != std::string_view::npos) {
    add_field(object_of(field), field.path + '.', name.substr(dot + 1), value);
  } else if (value.is_object()) {
    if (value.empty()) throw InvalidPattern{};
    add_object(object_of(field), field.path + '.', value);
  } else {
    field.leaves.push_back(leaf_of(value));
  }
}

void add_object(Node& node, const std::string& base, const Json& object) {
  for (const auto& [name, value] : object.items()) {
    if (name == "$or") {
      add_alternatives(node, base, value);
    } else {
      add_field(node, base, name, value);
    }
  }
}

void settle_absence(Node& node) {
  for (auto& field : node.fields) {
    for (const auto& leaf : field.leaves) node.accepts_absence &= leaf.accepts_absence;
    if (!field.object) continue;
    settle_absence(*field.object);
    node.accepts_absence &= field.object->accepts_absence;
  }
  for (auto& group : node.alternatives) {
    bool any = false;
    for (auto& alternative : group) {
      settle_absence(alternative);
      any |= alternative.accepts_absence;
    }
    node.accepts_absence &= any;
  }
}

}  // namespace

Node compile(std::string_view pattern) {
  if (pattern.find('\0') != pattern.npos) throw InvalidPattern{};  // The parser would stop there.
  const auto json = Json::parse(pattern, nullptr, false);
  if (!json.is_object()) throw InvalidPattern{};
  Node node;
  add_object(node, "", json);
  settle_absence(node);
  return node;
}

}  // namespace mapping::filter
