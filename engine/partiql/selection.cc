#include "engine/partiql/selection.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/expression/checks.h"
#include "engine/expression/path_tree.h"

namespace engine::partiql {

namespace {

using expression::Path;

/// The last name of the path, and the indexes behind it.
std::string name_of(const Path& path) {
  std::string name;
  for (const auto& step : path) {
    if (!step.is_index) {
      name = step.name;
    } else {
      name.append("[").append(std::to_string(step.index)).append("]");
    }
  }
  return name;
}

}  // namespace

Selection::Selection(std::vector<Path> paths) : paths_(std::move(paths)) {
  for (const auto& path : paths_) names_.push_back(name_of(path));
  const auto is_whole = [](const Path& path) { return path.size() == 1; };
  if (std::all_of(paths_.begin(), paths_.end(), is_whole)) of_attributes_ = Projection::of(names_);
}

std::vector<std::string> Selection::attributes() const {
  std::vector<std::string> all;
  for (const auto& path : paths_) {
    const auto& name = path[0].name;
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
  return all;
}

void Selection::require_scalar_keys(const Table& table) const {
  for (const auto& attribute : table.attribute_definitions) {
    const auto owner = table.is_key_attribute(attribute.name) ? KeyOwner::table : KeyOwner::index;
    for (const auto& path : paths_) {
      expression::refuse_path_into_key(path, attribute.name, owner);
    }
  }
}

Item Selection::of(MapView item) const {
  if (is_everything()) return Item(item);
  if (of_attributes_) return of_attributes_->select(item);
  std::map<std::string, Value> parts;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const auto value = expression::resolve(paths_[i], item);
    if (value) parts.insert_or_assign(names_[i], Value(*value));
  }
  return Item::of({parts.begin(), parts.end()});
}

}  // namespace engine::partiql
