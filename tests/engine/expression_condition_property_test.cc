// Conditions against a plain evaluator: texts are drawn together with their truth, which is worked
// out on JSON.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "dice.h"
#include "engine/expression/expression.h"
#include "expression_fixture.h"

namespace engine {
namespace {

using nlohmann::json;

const std::vector<std::string> strings = {"", "a", "ab", "abc", "b", "\u00e9", "\U0001F600"};
const std::map<std::string, int> utf16_units = {
    {"", 0}, {"a", 1}, {"ab", 2}, {"abc", 3}, {"b", 1}, {"\u00e9", 1}, {"\U0001F600", 2}};
const std::vector<std::string> numbers = {"-10", "-9", "0", "1", "2", "3", "10"};
/// In base64, and the bytes.
const std::map<std::string, std::string> binaries = {
    {"", ""}, {"AQ==", "\x01"}, {"AQI=", "\x01\x02"}, {"/w==", "\xff"}};

std::string type_of(const json& value) { return value.begin().key(); }
const json& inside(const json& value) { return value.begin().value(); }

json draw_scalar(Dice& dice) {
  const int kind = dice.below(8);
  if (kind < 3) return {{"N", dice.one_of(numbers)}};
  if (kind < 6) return {{"S", dice.one_of(strings)}};
  auto binary = binaries.begin();
  std::advance(binary, dice.below(static_cast<int>(binaries.size())));
  return {{"B", binary->first}};
}

json draw_set(Dice& dice) {
  const bool is_of_numbers = dice.below(2) == 0;
  const auto& all = is_of_numbers ? numbers : strings;
  std::set<std::string> elements = {dice.one_of(all)};
  for (int more = dice.below(3); more > 0; --more) elements.insert(dice.one_of(all));
  return {{is_of_numbers ? "NS" : "SS", elements}};
}

json draw_value(Dice& dice, int depth) {
  const int kind = dice.below(depth > 0 ? 10 : 7);
  if (kind < 5) return draw_scalar(dice);
  if (kind == 5) return draw_set(dice);
  if (kind == 6)
    return dice.below(2) == 0 ? json{{"NULL", true}} : json{{"BOOL", dice.below(2) == 0}};
  if (kind == 7) {
    json map = json::object();
    for (int i = dice.below(4); i > 0; --i) {
      map[std::string(1, static_cast<char>('a' + dice.below(4)))] = draw_value(dice, depth - 1);
    }
    return {{"M", map}};
  }
  json list = json::array();
  for (int i = dice.below(4); i > 0; --i) list.push_back(draw_value(dice, depth - 1));
  return {{"L", list}};
}

/// What stands on one side: its text, and what it is in the item.
struct Side {
  std::string text;
  std::optional<json> value;
  bool is_path = false;
  bool is_literal = false;
  bool is_size = false;
};

std::optional<int> size_of(const json& value) {
  const std::string type = type_of(value);
  if (type == "S") return utf16_units.at(inside(value));
  if (type == "B") return static_cast<int>(binaries.at(inside(value)).size());
  if (type == "N" || type == "BOOL" || type == "NULL") return std::nullopt;
  return static_cast<int>(inside(value).size());
}

/// -1, 0 or 1; nothing for what has no order.
std::optional<int> order(const json& a, const json& b) {
  const std::string type = type_of(a);
  if (type != type_of(b)) return std::nullopt;
  const std::string left = inside(a).is_string() ? inside(a).get<std::string>() : "";
  const std::string right = inside(b).is_string() ? inside(b).get<std::string>() : "";
  const auto sign = [](auto difference) { return (difference > 0) - (difference < 0); };
  if (type == "N") return sign(std::stoi(left) - std::stoi(right));
  if (type == "S") return sign(left.compare(right));
  if (type == "B") return sign(binaries.at(left).compare(binaries.at(right)));
  return std::nullopt;
}

bool compares(const Side& a, const std::string& comparator, const Side& b) {
  if ((a.is_size && !a.value) || (b.is_size && !b.value)) return false;
  if (!a.value || !b.value) return comparator == "<>";
  if (comparator == "=") return *a.value == *b.value;
  if (comparator == "<>") return *a.value != *b.value;
  const auto found = order(*a.value, *b.value);
  if (!found) return false;
  if (comparator == "<") return *found < 0;
  if (comparator == "<=") return *found <= 0;
  if (comparator == ">") return *found > 0;
  return *found >= 0;
}

std::string raw(const json& value) {
  const std::string text = inside(value);
  return type_of(value) == "B" ? binaries.at(text) : text;
}

bool begins_with(const json& whole, const json& part) {
  const std::string type = type_of(whole);
  return type == type_of(part) && (type == "S" || type == "B") && raw(whole).starts_with(raw(part));
}

bool contains(const json& whole, const json& part) {
  const std::string type = type_of(whole);
  if (type == "L") return std::ranges::find(inside(whole), part) != inside(whole).end();
  if (type == "SS" || type == "NS") {
    return type_of(part) == type.substr(0, 1) &&
           std::ranges::find(inside(whole), inside(part)) != inside(whole).end();
  }
  return (type == "S" || type == "B") && type == type_of(part) &&
         raw(whole).find(raw(part)) != std::string::npos;
}

/// A condition and whether it holds.
struct Drawn {
  std::string text;
  bool holds = false;
};

class Author {
 public:
  Author(Dice& dice, const json& item) : dice_(dice), item_(item) {}

  std::vector<ValuePlaceholder> values;

  /// Terms with AND and OR between them, and no parentheses to help.
  Drawn condition(int depth, int terms) {
    Drawn drawn;
    bool all_hold = true;
    for (int i = 0; i < terms; ++i) {
      const bool is_or = i > 0 && dice_.below(2) == 0;
      if (i > 0) drawn.text += is_or ? " OR " : " and ";
      if (is_or) {
        drawn.holds = drawn.holds || all_hold;
        all_hold = true;
      }
      const Drawn term = this->term(depth);
      drawn.text += term.text;
      all_hold = all_hold && term.holds;
    }
    drawn.holds = drawn.holds || all_hold;
    return drawn;
  }

 private:
  Drawn term(int depth) {
    if (dice_.below(4) == 0) {
      const Drawn inner = term(depth);
      return {"NOT " + inner.text, !inner.holds};
    }
    if (depth > 0 && dice_.below(3) == 0) {
      const Drawn inner = condition(depth - 1, 2 + dice_.below(2));
      return {"(" + inner.text + ")", inner.holds};
    }
    Drawn simple = this->simple();
    if (dice_.below(5) == 0) return {"(" + simple.text + ")", simple.holds};
    return simple;
  }

  Drawn simple() {
    switch (dice_.below(8)) {
      case 0:
        return between();
      case 1:
        return in();
      case 2:
      case 3:
        return function();
      default:
        return comparison();
    }
  }

  Drawn comparison() {
    static const std::vector<std::string> comparators = {"=", "<>", "<", "<=", ">", ">="};
    const std::string& comparator = dice_.one_of(comparators);
    const bool is_ordered = comparator != "=" && comparator != "<>";
    const Side left = side(is_ordered);
    const Side right = other_than(left, is_ordered);
    return {left.text + " " + comparator + " " + right.text, compares(left, comparator, right)};
  }

  Drawn between() {
    const Side value = side(true);
    Side low = other_than(value, true);
    Side high = other_than(value, true);
    if (low.is_literal && high.is_literal) {
      const auto found = order(*low.value, *high.value);
      if (!found) {
        high = low;
      } else if (*found > 0) {
        std::swap(low, high);
      }
    }
    return {value.text + " BETWEEN " + low.text + " AND " + high.text,
            compares(value, ">=", low) && compares(value, "<=", high)};
  }

  Drawn in() {
    const Side value = side(false);
    Drawn drawn{value.text + " IN (", false};
    for (int left = 1 + dice_.below(3); left > 0; --left) {
      const Side element = other_than(value, false);
      drawn.text += element.text + (left > 1 ? ", " : ")");
      drawn.holds = drawn.holds || compares(value, "=", element);
    }
    return drawn;
  }

  Drawn function() {
    static const std::vector<std::string> types = {"S",  "N",  "B",  "BOOL", "NULL",
                                                   "SS", "NS", "BS", "L",    "M"};
    const int kind = dice_.below(5);
    if (kind < 2) {
      const Side path = this->path();
      const std::string name = kind == 0 ? "attribute_exists" : "attribute_not_exists";
      return {name + "(" + path.text + ")", path.value.has_value() == (kind == 0)};
    }
    if (kind == 2) {
      const Side value = side(false);
      const Side type = literal({{"S", dice_.one_of(types)}});
      return {"attribute_type(" + value.text + ", " + type.text + ")",
              value.value && type_of(*value.value) == inside(*type.value)};
    }
    const bool is_text = kind == 3;
    const Side whole = is_text ? text_side() : side(false);
    Side part = is_text ? text_side() : side(false);
    if (whole.is_path && part.text == whole.text) part = literal({{"S", "a"}});
    const bool holds =
        whole.value && part.value &&
        (is_text ? begins_with(*whole.value, *part.value) : contains(*whole.value, *part.value));
    return {(is_text ? "begins_with(" : "contains(") + whole.text + ", " + part.text + ")", holds};
  }

  /// For an operator that knows an order, values are of types that have one.
  Side side(bool is_ordered) {
    const int kind = dice_.below(6);
    if (kind < 3) return path();
    if (kind == 3) return size();
    return literal(is_ordered ? draw_scalar(dice_) : draw_value(dice_, 2));
  }

  Side other_than(const Side& first, bool is_ordered) {
    Side other = side(is_ordered);
    while (first.is_path && other.text == first.text) other = side(is_ordered);
    return other;
  }

  Side text_side() {
    json value = draw_scalar(dice_);
    while (type_of(value) == "N") value = draw_scalar(dice_);
    return dice_.below(2) == 0 ? path() : literal(value);
  }

  Side size() {
    Side measured = path();
    if (dice_.below(3) == 0) {
      json value = draw_value(dice_, 1);
      while (!size_of(value)) value = draw_value(dice_, 1);
      measured = literal(value);
    }
    Side side{.text = "size(" + measured.text + ")", .is_size = true};
    const auto size = measured.value ? size_of(*measured.value) : std::nullopt;
    if (size) side.value = json{{"N", std::to_string(*size)}};
    return side;
  }

  Side literal(const json& value) {
    const std::string name = ":v" + std::to_string(values.size());
    const Item item = item_of("{\"v\":" + value.dump() + "}");
    values.push_back({name, Value(*item.find("v"))});
    return {.text = name, .value = value, .is_literal = true};
  }

  /// Along the item, or off it.
  Side path() {
    std::string text(1, static_cast<char>('a' + dice_.below(6)));
    std::optional<json> here;
    if (item_.contains(text)) here = item_[text];
    for (int steps = dice_.below(3); steps > 0; --steps) {
      const bool by_index = here && (type_of(*here) == "L" || type_of(*here) == "M")
                                ? type_of(*here) == "L"
                                : dice_.below(2) == 0;
      const auto index = static_cast<std::size_t>(dice_.below(3));
      const std::string name(1, static_cast<char>('a' + dice_.below(4)));
      text += by_index ? "[" + std::to_string(index) + "]" : "." + name;
      std::optional<json> next;
      if (here && by_index && type_of(*here) == "L" && index < inside(*here).size()) {
        next = inside(*here)[index];
      } else if (here && !by_index && type_of(*here) == "M" && inside(*here).contains(name)) {
        next = inside(*here)[name];
      }
      here = next;
    }
    return {.text = text, .value = here, .is_path = true};
  }

  Dice& dice_;
  const json& item_;
};

TEST(ConditionPropertyTest, AgreesWithAPlainEvaluator) {
  int held = 0;
  constexpr unsigned seeds = 20'000;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Dice dice(seed);
    json item = json::object();
    for (const char name : {'a', 'b', 'c', 'd', 'e'}) {
      if (dice.below(4) != 0) item[std::string(1, name)] = draw_value(dice, 3);
    }
    Author author(dice, item);
    const Drawn drawn = author.condition(2, 1 + dice.below(3));
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + drawn.text + "\non " + item.dump());

    Placeholders placeholders;
    placeholders.define(author.values);
    bool holds = false;
    const auto error = refusal([&] {
      const auto condition = Condition::parse(ConditionKind::condition, drawn.text, placeholders);
      holds = condition.holds(item_of(item.dump()));
    });
    ASSERT_EQ(error, "none");
    ASSERT_EQ(holds, drawn.holds);
    held += holds ? 1 : 0;
  }
  EXPECT_GT(held, static_cast<int>(seeds / 5));
  EXPECT_LT(held, static_cast<int>(seeds * 4 / 5));
}

}  // namespace
}  // namespace engine
