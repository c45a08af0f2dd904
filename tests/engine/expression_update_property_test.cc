// Update expressions against a plain model: a tree of values, changed action by action.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/expression/expression.h"
#include "engine/value/encoding.h"
#include "expression_fixture.h"

namespace engine {
namespace {

/// A value as a tree: a number, a set of strings, a list or a map.
struct Tree {
  char kind = 'N';
  int number = 0;
  std::set<std::string> set;
  std::vector<Tree> list;
  std::map<std::string, Tree> map;
};

std::string json_of(const Tree& tree) {
  std::string json;
  const auto comma = [&] { json += json.empty() ? "" : ","; };
  switch (tree.kind) {
    case 'N':
      return R"({"N":")" + std::to_string(tree.number) + R"("})";
    case 'S':
      for (const auto& element : tree.set) {
        comma();
        json += '"' + element + '"';
      }
      return R"({"SS":[)" + json + "]}";
    case 'L':
      for (const auto& element : tree.list) {
        comma();
        json += json_of(element);
      }
      return R"({"L":[)" + json + "]}";
    default:
      for (const auto& [name, value] : tree.map) {
        comma();
        json += '"' + name + "\":" + json_of(value);
      }
      return R"({"M":{)" + json + "}}";
  }
}

std::string item_json_of(const Tree& map) {
  const std::string json = json_of(map);
  return json.substr(5, json.size() - 6);
}

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

 private:
  std::mt19937 random_;
};

std::string draw_name(Dice& dice) { return std::string(1, static_cast<char>('a' + dice.below(5))); }

Tree draw_tree(Dice& dice, int depth) {
  Tree tree;
  tree.kind = "NSLMM"[dice.below(depth > 0 ? 5 : 2)];
  tree.number = dice.below(100);
  if (tree.kind == 'S') {
    for (int i = 0; i < 3; ++i) tree.set.insert(draw_name(dice));
  }
  for (int i = dice.below(5); i > 0; --i) {
    if (tree.kind == 'L') tree.list.push_back(draw_tree(dice, depth - 1));
    if (tree.kind == 'M') tree.map.emplace(draw_name(dice), draw_tree(dice, depth - 1));
  }
  return tree;
}

using Step = std::pair<std::string, int>;  ///< A name, or none and an index.
using Path = std::vector<Step>;

std::string text_of(const Path& path) {
  std::string text;
  for (const auto& [name, index] : path) {
    if (name.empty()) {
      text += '[' + std::to_string(index) + ']';
    } else {
      text += (text.empty() ? "" : ".") + name;
    }
  }
  return text;
}

/// Mostly along the tree, sometimes off it.
Path draw_path(Dice& dice, const Tree& item) {
  Path path;
  const Tree* here = &item;
  for (int steps = 1 + dice.below(3); steps > 0; --steps) {
    const bool by_index =
        !path.empty() && (here != nullptr ? here->kind == 'L' : dice.below(2) == 0);
    path.push_back(by_index ? Step{"", dice.below(5)} : Step{draw_name(dice), 0});
    if (here == nullptr) continue;
    const auto& [name, index] = path.back();
    const Tree* next = nullptr;
    if (by_index && static_cast<std::size_t>(index) < here->list.size()) {
      next = &here->list[static_cast<std::size_t>(index)];
    } else if (here->kind == 'M' && here->map.contains(name)) {
      next = &here->map.at(name);
    }
    here = next;
    if (here == nullptr && dice.below(4) != 0) break;
  }
  return path;
}

const Tree* find(const Tree& item, const Path& path) {
  const Tree* here = &item;
  for (const auto& [name, index] : path) {
    if (name.empty()) {
      if (here->kind != 'L' || static_cast<std::size_t>(index) >= here->list.size()) return nullptr;
      here = &here->list[static_cast<std::size_t>(index)];
    } else {
      if (here->kind != 'M' || !here->map.contains(name)) return nullptr;
      here = &here->map.at(name);
    }
  }
  return here;
}

bool disagree(const Path& a, const Path& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].first.empty() != b[i].first.empty()) return true;
    if (a[i] != b[i]) return false;
  }
  return true;
}

const std::string no_attribute =
    "The provided expression refers to an attribute that does not exist in the item";
const std::string wrong_type = "An operand in the update expression has an incorrect data type";
const std::string wrong_path =
    "The document path provided in the update expression is invalid for update";

/// What is on the right: its text, and its value or why there is none.
struct Right {
  std::string text;
  std::optional<Tree> value;
  std::string problem;
};

struct Action {
  char kind = 'S';  ///< SET, REMOVE, ADD, DELETE by their first letters.
  Path target;
  Right right;  ///< What is set, added or taken away.
};

/// Why an update cannot be: the first problem of a SET, or any of the others.
std::set<std::string> problems(const Tree& item, const std::vector<Action>& actions) {
  for (const auto& action : actions) {
    if (action.kind == 'S' && !action.right.value) return {action.right.problem};
  }
  std::set<std::string> problems;
  for (const auto& action : actions) {
    if (action.target.size() > 1) {
      const Tree* parent = find(item, {action.target.begin(), action.target.end() - 1});
      const char wanted = action.target.back().first.empty() ? 'L' : 'M';
      if (parent == nullptr || parent->kind != wanted) problems.insert(wrong_path);
    }
    const Tree* old_value = find(item, action.target);
    const bool has_type = action.kind == 'A' || action.kind == 'D';
    if (has_type && old_value != nullptr && old_value->kind != action.right.value->kind) {
      problems.insert(wrong_type);
    }
  }
  return problems;
}

/// The model: values first, then the targets from the last index to the first, so that none moves
/// another; what lies past the end of a list waits until its turn from the lowest index on.
Tree changed(const Tree& item, const std::vector<Action>& actions) {
  Tree after = item;
  std::vector<const Action*> removals;
  std::vector<const Action*> appends;
  for (const auto& action : actions) {
    const Tree* old_value = find(item, action.target);
    std::optional<Tree> result = action.right.value;
    if (action.kind == 'A' && old_value != nullptr) {
      result->number += old_value->number;
      result->set.insert(old_value->set.begin(), old_value->set.end());
    }
    if (action.kind == 'D') {
      result = old_value != nullptr ? std::optional(*old_value) : std::nullopt;
      if (result) {
        for (const auto& element : action.right.value->set) result->set.erase(element);
        if (result->set.empty()) result = std::nullopt;
      }
    }

    const Path parent_path(action.target.begin(), action.target.end() - 1);
    auto* parent = const_cast<Tree*>(find(after, parent_path));
    const auto& [name, index] = action.target.back();
    if (!name.empty()) {
      if (result) {
        parent->map[name] = *result;
      } else {
        parent->map.erase(name);
      }
    } else if (old_value == nullptr) {
      if (result) appends.push_back(&action);
    } else if (result) {
      parent->list[static_cast<std::size_t>(index)] = *result;
    } else {
      removals.push_back(&action);
    }
  }
  // Nothing has moved so far. Appends do not move anything either; then removals, deepest and last
  // first.
  const auto by_index = [](const Action* a, const Action* b) {
    return a->target.back().second < b->target.back().second;
  };
  std::sort(appends.begin(), appends.end(), by_index);
  for (const auto* action : appends) {
    auto* parent =
        const_cast<Tree*>(find(after, {action->target.begin(), action->target.end() - 1}));
    parent->list.push_back(*action->right.value);
  }
  std::sort(removals.begin(), removals.end(), [&](const Action* a, const Action* b) {
    if (a->target.size() != b->target.size()) return a->target.size() > b->target.size();
    return by_index(b, a);
  });
  for (const auto* action : removals) {
    auto* parent =
        const_cast<Tree*>(find(after, {action->target.begin(), action->target.end() - 1}));
    parent->list.erase(parent->list.begin() + action->target.back().second);
  }
  return after;
}

/// Of `tree`, the parts that paths lead to, from step `depth` on; lists close ranks.
std::optional<Tree> picked(const Tree& tree, const std::vector<Path>& paths, std::size_t depth) {
  if (paths.size() == 1 && paths[0].size() == depth) return tree;
  std::map<Step, std::vector<Path>> by_step;
  for (const auto& path : paths) by_step[path[depth]].push_back(path);
  Tree result{.kind = tree.kind};
  for (const auto& [step, inner] : by_step) {
    const auto& [name, index] = step;
    const Tree* part = find(tree, {step});
    const auto chosen = part != nullptr ? picked(*part, inner, depth + 1) : std::nullopt;
    if (!chosen) continue;
    if (name.empty()) {
      result.list.push_back(*chosen);
    } else {
      result.map[name] = *chosen;
    }
  }
  if (result.list.empty() && result.map.empty()) return std::nullopt;
  return result;
}

std::string picked_json(const Tree& item, const std::vector<Action>& actions) {
  std::vector<Path> paths;
  paths.reserve(actions.size());
  for (const auto& action : actions) paths.push_back(action.target);
  const auto parts = paths.empty() ? std::nullopt : picked(item, paths, 0);
  return parts ? item_json_of(*parts) : "{}";
}

struct Program {
  std::vector<Action> actions;
  std::vector<ValuePlaceholder> values;
  std::string text;
};

Value value_of(const Tree& tree) {
  const Item item = item_of(R"({"v":)" + json_of(tree) + "}");
  return Value(*item.find("v"));
}

/// Draws what stands on the right of a target.
class Author {
 public:
  Author(Dice& dice, const Tree& item, Program& program)
      : dice_(dice), item_(item), program_(program) {}

  Right right_side(char action) {
    if (action == 'A') return literal(dice_.below(2) == 0 ? 'N' : 'S');
    if (action == 'D') return literal('S');
    switch (dice_.below(4)) {
      case 0:
        return sum();
      case 1:
        return appended();
      default:
        return operand('?');
    }
  }

 private:
  Right sum() {
    const bool is_plus = dice_.below(2) == 0;
    const Right a = operand('N');
    const Right b = operand('N');
    Right sum{.text = a.text + (is_plus ? " + " : " - ") + b.text};
    if (lacks(sum, a, b, 'N')) return sum;
    sum.value = Tree{.number = is_plus ? a.value->number + b.value->number
                                       : a.value->number - b.value->number};
    return sum;
  }

  Right appended() {
    const Right a = operand('L');
    const Right b = operand('L');
    Right all{.text = "list_append(" + a.text + ", " + b.text + ")"};
    if (lacks(all, a, b, 'L')) return all;
    all.value = a.value;
    all.value->list.insert(all.value->list.end(), b.value->list.begin(), b.value->list.end());
    return all;
  }

  static bool lacks(Right& result, const Right& a, const Right& b, char kind) {
    if (!a.value || !b.value) {
      result.problem = a.value ? b.problem : a.problem;
    } else if (a.value->kind != kind || b.value->kind != kind) {
      result.problem = wrong_type;
    }
    return !result.problem.empty();
  }

  /// `kind` is what a value has to be, unless `?`; from the item anything may come.
  Right operand(char kind) {
    const int form = dice_.below(4);
    if (form == 0) return literal(kind);
    const Path source = draw_path(dice_, item_);
    const Tree* found = find(item_, source);
    Right right{.text = text_of(source), .problem = no_attribute};
    if (found != nullptr) right.value = *found;
    if (form == 1)
      return dice_.below(3) == 0 ? Right{"(" + right.text + ")", right.value, right.problem}
                                 : right;
    const Right otherwise = operand(kind);
    right.text = "if_not_exists(" + right.text + ", " + otherwise.text + ")";
    if (found == nullptr) {
      right.value = otherwise.value;
      right.problem = otherwise.problem;
    }
    return right;
  }

  Right literal(char kind) {
    Tree tree = draw_tree(dice_, 1);
    if (kind != '?') tree.kind = kind;
    if (tree.kind == 'S' && tree.set.empty()) tree.set = {"a", "c"};
    const std::string placeholder = ":v" + std::to_string(program_.values.size());
    program_.values.push_back({placeholder, value_of(tree)});
    return {.text = placeholder, .value = tree};
  }

  Dice& dice_;
  const Tree& item_;
  Program& program_;
};

Program draw_program(Dice& dice, const Tree& item) {
  Program program;
  for (int i = 1 + dice.below(5); i > 0; --i) {
    Action action;
    action.kind = "SSRAD"[dice.below(5)];
    action.target = draw_path(dice, item);
    const bool is_free =
        std::none_of(program.actions.begin(), program.actions.end(),
                     [&](const Action& other) { return disagree(other.target, action.target); });
    if (!is_free) continue;
    if (action.kind != 'R') action.right = Author(dice, item, program).right_side(action.kind);
    program.actions.push_back(std::move(action));
  }
  const std::pair<char, std::string> sections[] = {
      {'S', "SET"}, {'R', "REMOVE"}, {'A', "ADD"}, {'D', "DELETE"}};
  for (const auto& [kind, name] : sections) {
    std::string section;
    for (const auto& action : program.actions) {
      if (action.kind != kind) continue;
      section += (section.empty() ? " " : ", ") + text_of(action.target);
      section += (kind == 'S' ? " = " : " ") + action.right.text;
    }
    if (!section.empty()) program.text.append(" ").append(name).append(section);
  }
  return program;
}

TEST(UpdatePropertyTest, AgreesWithAPlainModel) {
  std::map<std::string, int> outcomes;
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    Dice dice(seed);
    Tree item{.kind = 'M'};
    for (int i = 0; i < 5; ++i) item.map.emplace(draw_name(dice), draw_tree(dice, 3));
    const bool is_missing = dice.below(8) == 0;
    if (is_missing) item.map = {{"a", Tree{.number = 7}}};  // Its key.
    const Program program = draw_program(dice, item);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + program.text + "\non " +
                 item_json_of(item));

    Placeholders placeholders;
    placeholders.define(program.values);
    const auto update = Update::parse(program.text, placeholders);
    const Item before = item_of(item_json_of(item));
    const MapView view = before;
    std::string found = "nothing";
    std::string found_parts = "{}";
    const auto error = refusal([&] {
      const auto after = is_missing ? update.apply(nullptr, view) : update.apply(&view, MapView());
      if (!after) return;
      ASSERT_TRUE(encoding::is_well_formed(after->bytes()));
      ASSERT_EQ(item_of(json_of(*after)).bytes(), after->bytes());
      found = json_of(*after);
      found_parts = json_of(update.targeted(*after));
    });
    ++outcomes[error];

    const bool may_create =
        std::any_of(program.actions.begin(), program.actions.end(),
                    [](const Action& action) { return action.kind == 'S' || action.kind == 'A'; });
    if (is_missing && !may_create) {
      ASSERT_EQ(error, "none");
      ASSERT_EQ(found, "nothing");
      ++outcomes[found];
      continue;
    }
    const auto expected_problems = problems(item, program.actions);
    if (!expected_problems.empty()) {
      ASSERT_THAT(expected_problems, testing::Contains(error));
      continue;
    }
    ASSERT_EQ(error, "none");
    const Tree expected = changed(item, program.actions);
    ASSERT_EQ(found, item_json_of(expected));
    // UPDATED_OLD and UPDATED_NEW.
    ASSERT_EQ(json_of(update.targeted(before)), picked_json(item, program.actions));
    ASSERT_EQ(found_parts, picked_json(expected, program.actions));
  }
  EXPECT_GT(outcomes["none"], 2000);
  for (const auto& outcome : {no_attribute, wrong_type, wrong_path, std::string("nothing")}) {
    EXPECT_GT(outcomes[outcome], 50) << outcome;
  }
}

}  // namespace
}  // namespace engine
