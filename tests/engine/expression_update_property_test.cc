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

struct Action {
  char kind = 'S';  ///< SET, REMOVE, ADD, DELETE by their first letters.
  Path target;
  std::string right;          ///< The text right of the target.
  std::optional<Tree> value;  ///< What is set, added or taken away; nothing: refused.
};

/// The model: values first, then the targets from the last index to the first, so that none moves
/// another; what lies past the end of a list waits until its turn from the lowest index on.
std::optional<Tree> changed(const Tree& item, std::vector<Action> actions) {
  Tree after = item;
  for (const auto& action : actions) {
    if (action.kind != 'R' && !action.value) return std::nullopt;
    if (action.target.size() == 1) continue;
    const Tree* parent = find(item, {action.target.begin(), action.target.end() - 1});
    const char wanted = action.target.back().first.empty() ? 'L' : 'M';
    if (parent == nullptr || parent->kind != wanted) return std::nullopt;
  }

  std::vector<const Action*> removals;
  std::vector<const Action*> appends;
  for (const auto& action : actions) {
    const Tree* old_value = find(item, action.target);
    std::optional<Tree> result = action.value;
    if (action.kind == 'R') result = std::nullopt;
    if (action.kind == 'A' && old_value != nullptr) {
      if (old_value->kind != action.value->kind) return std::nullopt;
      result->number += old_value->number;
      result->set.insert(old_value->set.begin(), old_value->set.end());
    }
    if (action.kind == 'D') {
      if (old_value != nullptr && old_value->kind != 'S') return std::nullopt;
      result = old_value != nullptr ? std::optional(*old_value) : std::nullopt;
      if (result) {
        for (const auto& element : action.value->set) result->set.erase(element);
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
    parent->list.push_back(*action->value);
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

struct Program {
  std::vector<Action> actions;
  std::vector<ValuePlaceholder> values;
  std::string text;
};

Value value_of(const Tree& tree) {
  const Item item = item_of(R"({"v":)" + json_of(tree) + "}");
  return Value(*item.find("v"));
}

void draw_right_side(Dice& dice, const Tree& item, Action& action, Program& program) {
  const std::string placeholder = ":v" + std::to_string(program.values.size());
  Tree literal = draw_tree(dice, 1);
  if (action.kind != 'S' && literal.kind != 'N') literal.kind = 'S', literal.set = {"a", "c"};
  if (action.kind == 'D') literal.kind = 'S', literal.set = {"a", "b"};

  const Path source = draw_path(dice, item);
  const Tree* found = find(item, source);
  const int form = action.kind == 'S' ? dice.below(5) : 0;
  if (form == 3) literal = Tree{.kind = 'L', .list = {Tree{.number = 7}}};
  if (form == 4) literal = Tree{.number = 5};
  if (form != 1) program.values.push_back({placeholder, value_of(literal)});
  switch (form) {
    case 0:
      action.right = placeholder;
      action.value = literal;
      break;
    case 1:
      action.right = text_of(source);
      if (found != nullptr) action.value = *found;
      break;
    case 2:
      action.right = "if_not_exists(" + text_of(source) + "," + placeholder + ")";
      action.value = found != nullptr ? *found : literal;
      break;
    case 3:
      action.right = "list_append(" + text_of(source) + ", " + placeholder + ")";
      if (found != nullptr && found->kind == 'L') {
        action.value = *found;
        action.value->list.push_back(literal.list[0]);
      }
      break;
    default:
      action.right = text_of(source) + " - " + placeholder;
      if (found != nullptr && found->kind == 'N') action.value = Tree{.number = found->number - 5};
      break;
  }
}

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
    if (action.kind != 'R') draw_right_side(dice, item, action, program);
    program.actions.push_back(std::move(action));
  }
  const std::pair<char, std::string> sections[] = {
      {'S', "SET"}, {'R', "REMOVE"}, {'A', "ADD"}, {'D', "DELETE"}};
  for (const auto& [kind, name] : sections) {
    std::string section;
    for (const auto& action : program.actions) {
      if (action.kind != kind) continue;
      section += (section.empty() ? " " : ", ") + text_of(action.target);
      section += (kind == 'S' ? " = " : " ") + action.right;
    }
    if (!section.empty()) program.text += " " + name + section;
  }
  return program;
}

TEST(UpdatePropertyTest, AgreesWithAPlainModel) {
  int accepted = 0;
  for (unsigned seed = 0; seed < 5000; ++seed) {
    Dice dice(seed);
    Tree item = draw_tree(dice, 0);
    item = Tree{.kind = 'M'};
    for (int i = 0; i < 5; ++i) item.map.emplace(draw_name(dice), draw_tree(dice, 3));
    const Program program = draw_program(dice, item);
    const auto expected = changed(item, program.actions);

    Placeholders placeholders;
    placeholders.define(program.values);
    const auto update = Update::parse(program.text, placeholders);
    const Item before = item_of(item_json_of(item));
    const MapView view = before;
    std::string found;
    const auto error = refusal([&] {
      const auto after = update.apply(&view, MapView());
      ASSERT_TRUE(encoding::is_well_formed(after->bytes()));
      ASSERT_EQ(item_of(json_of(*after)).bytes(), after->bytes());
      found = json_of(*after);
    });
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + program.text + "\non " +
                 item_json_of(item));
    if (!expected) {
      ASSERT_NE(error, "none");
      continue;
    }
    ++accepted;
    ASSERT_EQ(error, "none");
    ASSERT_EQ(found, item_json_of(*expected));

    // What an update targets is there before and after, or not, as the model has it.
    const bool any_before =
        std::any_of(program.actions.begin(), program.actions.end(),
                    [&](const Action& action) { return find(item, action.target) != nullptr; });
    ASSERT_EQ(update.targeted(before) != Item(), any_before);
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace engine
