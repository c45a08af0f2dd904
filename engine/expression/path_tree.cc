#include "engine/expression/path_tree.h"

#include <utility>

#include "engine/value/encoding.h"

namespace engine::expression {

std::optional<ValueView> resolve(const Path& path, MapView item) {
  std::optional<ValueView> value = item.find(path[0].name);
  for (std::size_t i = 1; i < path.size() && value; ++i) {
    if (value->type() != (path[i].is_index ? Type::list : Type::map)) return std::nullopt;
    value = path[i].is_index ? value->list().at(path[i].index) : value->map().find(path[i].name);
  }
  return value;
}

void PathTree::insert(const Path& path, int number) {
  PathTree* node = this;
  for (const auto& step : path) {
    node = step.is_index ? &node->indexes[step.index] : &node->names[step.name];
  }
  node->leaf = number;
}

namespace {

bool append_selected(std::string& out, const PathTree& node, ValueView value);

bool append_selected(std::string& out, const PathTree& node, MapView map) {
  bool is_any = false;
  auto wanted = node.names.begin();
  for (const auto& [name, value] : map) {
    while (wanted != node.names.end() && wanted->first < name) ++wanted;
    if (wanted == node.names.end()) break;
    if (wanted->first != name) continue;
    const std::size_t start = out.size();
    encoding::append_bytes(out, name);
    if (append_selected(out, wanted->second, value)) {
      is_any = true;
    } else {
      out.resize(start);
    }
  }
  return is_any;
}

bool append_selected(std::string& out, const PathTree& node, ListView list) {
  bool is_any = false;
  std::size_t index = 0;
  auto wanted = node.indexes.begin();
  for (const auto& element : list) {
    if (wanted == node.indexes.end()) break;
    if (wanted->first == index++ && append_selected(out, (wanted++)->second, element)) {
      is_any = true;
    }
  }
  return is_any;
}

/// Leaves `out` as it was when nothing is selected.
bool append_selected(std::string& out, const PathTree& node, ValueView value) {
  if (node.is_leaf()) {
    out.append(value.bytes());
    return true;
  }
  const Type type = node.indexes.empty() ? Type::map : Type::list;
  if (value.type() != type) return false;
  const std::size_t before = out.size();
  encoding::append_tag(out, type);
  const auto start = encoding::begin_counted(out);
  const bool is_any = type == Type::map ? append_selected(out, node, value.map())
                                        : append_selected(out, node, value.list());
  if (is_any) {
    encoding::end_counted(out, start);
  } else {
    out.resize(before);
  }
  return is_any;
}

}  // namespace

Item select(const PathTree& paths, MapView item) {
  std::string entries;
  append_selected(entries, paths, item);
  return Item(std::move(entries));
}

}  // namespace engine::expression
