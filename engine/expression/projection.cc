#include <memory>
#include <vector>

#include "engine/expression/checks.h"
#include "engine/expression/expression.h"
#include "engine/expression/names.h"
#include "engine/expression/parser.h"
#include "engine/expression/path_tree.h"

namespace engine {

struct Projection::Paths {
  std::vector<expression::Path> paths;
  expression::PathTree tree;
};

Projection::Projection(std::unique_ptr<Paths> paths) : paths_(std::move(paths)) {}
Projection::~Projection() = default;
Projection::Projection(Projection&&) noexcept = default;
Projection& Projection::operator=(Projection&&) noexcept = default;

Projection Projection::parse(std::string_view text, Placeholders& placeholders) {
  constexpr std::string_view kind = "ProjectionExpression";
  expression::Findings findings;
  auto parsed = std::make_unique<Paths>();
  parsed->paths = expression::parse_projection(kind, text, findings);
  expression::refuse_bad_paths(kind, findings);

  expression::Names names(kind, placeholders);
  for (const auto& path : parsed->paths) names.refuse_reserved(path);
  for (auto& path : parsed->paths) names.resolve_names(path);
  std::vector<const expression::Path*> all;
  for (const auto& path : parsed->paths) all.push_back(&path);
  expression::refuse_overlapping(kind, all);

  int number = 0;
  for (const auto& path : parsed->paths) parsed->tree.insert(path, number++);
  return Projection(std::move(parsed));
}

Projection Projection::of(const std::vector<std::string>& attributes) {
  auto made = std::make_unique<Paths>();
  for (const auto& attribute : attributes) {
    expression::Path path(1);
    path[0].name = attribute;
    made->tree.insert(path, static_cast<int>(made->paths.size()));
    made->paths.push_back(std::move(path));
  }
  return Projection(std::move(made));
}

Item Projection::select(MapView item) const { return expression::select(paths_->tree, item); }

std::vector<std::string> Projection::attributes() const {
  std::vector<std::string> found;
  for (const auto& path : paths_->paths) expression::add_attribute(path, found);
  return found;
}

void Projection::require_scalar_key(std::string_view name, KeyOwner owner) const {
  for (const auto& path : paths_->paths) expression::refuse_path_into_key(path, name, owner);
}

}  // namespace engine
