// Items, as JSON and as bytes, against a plain model of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "dice.h"
#include "engine/value/attribute_value.h"
#include "engine/value/encoding.h"
#include "engine/value/json.h"

namespace engine {
namespace {

/// A value, as one thinks of it.
struct Model {
  Type type = Type::null;
  std::string text;                  ///< S, B.
  int quarters = 0;                  ///< N: the number is a quarter of that; BOOL.
  std::set<std::string> texts;       ///< SS, BS.
  std::set<int> numbers;             ///< NS: quarters.
  std::map<std::string, Model> map;  ///< M.
  std::vector<Model> list;           ///< L.
  bool operator==(const Model&) const = default;
};

using ModelItem = std::map<std::string, Model>;

std::string draw_text(Dice& dice) {
  static const std::vector<std::string> parts = {"a",  "b",        "\"",        "\\",
                                                 "\n", "\xC3\xA9", "long text "};
  std::string text;
  for (int i = dice.below(4) == 0 ? dice.below(60) : dice.below(4); i > 0; --i) {
    text += dice.one_of(parts);
  }
  return text;
}

int draw_quarters(Dice& dice) {
  return dice.below(2) == 0 ? dice.below(5) : dice.below(4000) - 2000;
}

ModelItem draw_entries(Dice& dice, int depth);

Model draw(Dice& dice, int depth) {
  Model model;
  model.type = static_cast<Type>(dice.below(10));
  if (depth == 0 && (model.type == Type::map || model.type == Type::list)) model.type = Type::null;
  switch (model.type) {
    case Type::string:
    case Type::binary:
      model.text = draw_text(dice);
      break;
    case Type::number:
      model.quarters = draw_quarters(dice);
      break;
    case Type::boolean:
      model.quarters = dice.below(2);
      break;
    case Type::null:
      break;
    case Type::map:
      model.map = draw_entries(dice, depth - 1);
      break;
    case Type::list:
      for (int i = dice.below(4); i > 0; --i) model.list.push_back(draw(dice, depth - 1));
      break;
    case Type::number_set:
      for (int i = dice.below(4); i >= 0; --i) model.numbers.insert(draw_quarters(dice));
      break;
    default:
      for (int i = dice.below(4); i >= 0; --i) model.texts.insert(draw_text(dice));
      break;
  }
  return model;
}

ModelItem draw_entries(Dice& dice, int depth) {
  ModelItem entries;
  for (int i = dice.below(6); i > 0; --i) {
    entries["n" + draw_text(dice) + std::to_string(i)] = draw(dice, depth);
  }
  return entries;
}

/// Changes one thing somewhere; may come out as it was.
void change(Dice& dice, ModelItem& entries);

void change(Dice& dice, Model& model) {
  if (!model.map.empty() && dice.below(4) != 0) return change(dice, model.map);
  if (!model.list.empty() && dice.below(3) != 0) {
    if (dice.below(3) == 0) return std::reverse(model.list.begin(), model.list.end());
    return change(
        dice,
        model.list[static_cast<std::size_t>(dice.below(static_cast<int>(model.list.size())))]);
  }
  if (model.type == Type::number) {
    model.quarters += dice.below(3) - 1;
  } else if (!model.numbers.empty() && dice.below(2) == 0) {
    model.numbers.insert(draw_quarters(dice));
  } else if (!model.texts.empty() && dice.below(2) == 0) {
    model.type = model.type == Type::string_set ? Type::binary_set : Type::string_set;
  } else {
    model = draw(dice, 1);
  }
}

void change(Dice& dice, ModelItem& entries) {
  const int at = dice.below(static_cast<int>(entries.size()) + 1);
  if (at == static_cast<int>(entries.size())) {
    entries["n"] = draw(dice, 0);
  } else if (dice.below(6) == 0) {
    entries.erase(std::next(entries.begin(), at));
  } else {
    change(dice, std::next(entries.begin(), at)->second);
  }
}

/// A text of the number, one of many.
std::string number_text(Dice& dice, int quarters) {
  const std::string sign = quarters < 0 ? "-" : dice.below(4) == 0 ? "+" : "";
  const std::string hundredths = std::to_string(std::abs(quarters) * 25);
  const std::string zeros(static_cast<std::size_t>(dice.below(3)), '0');
  switch (dice.below(4)) {
    case 0:
      return sign + zeros + hundredths + "e-2";
    case 1:
      return sign + "." + hundredths + zeros + "E" +
             std::to_string(static_cast<int>(hundredths.size()) - 2);
    case 2:
      return sign + zeros + hundredths + "." + zeros + "e-02";
    default: {
      std::string digits = std::string(2, '0') + hundredths;
      digits.insert(digits.size() - 2, ".");
      return sign + digits + zeros;
    }
  }
}

template <class All, class Write>
std::string list_of(Dice& dice, const All& all, bool in_any_order, Write write) {
  std::vector<std::string> texts;
  for (const auto& element : all) texts.push_back(write(element));
  if (in_any_order) dice.shuffle(texts);
  std::string joined;
  for (const auto& text : texts) joined += (joined.empty() ? "" : ",") + text;
  return joined;
}

std::string quoted(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string base64(const std::string& bytes) {
  std::string out;
  append_base64(out, bytes);
  return '"' + out + '"';
}

std::string json_of(Dice& dice, const ModelItem& entries);

/// JSON of the value, one of many.
std::string json_of(Dice& dice, const Model& model) {
  const auto number = [&](int quarters) { return quoted(number_text(dice, quarters)); };
  std::string content;
  switch (model.type) {
    case Type::string:
      content = quoted(model.text);
      break;
    case Type::binary:
      content = base64(model.text);
      break;
    case Type::number:
      content = number(model.quarters);
      break;
    case Type::boolean:
      content = model.quarters == 1 ? "true" : "false";
      break;
    case Type::null:
      content = "true";
      break;
    case Type::map:
      content = json_of(dice, model.map);
      break;
    case Type::list:
      content = "[" +
                list_of(dice, model.list, false,
                        [&](const Model& element) { return json_of(dice, element); }) +
                "]";
      break;
    case Type::number_set:
      content = "[" + list_of(dice, model.numbers, true, number) + "]";
      break;
    case Type::string_set:
      content = "[" + list_of(dice, model.texts, true, quoted) + "]";
      break;
    case Type::binary_set:
      content = "[" + list_of(dice, model.texts, true, base64) + "]";
      break;
  }
  return "{\"" + std::string(type_name(model.type)) + "\":" + content + "}";
}

std::string json_of(Dice& dice, const ModelItem& entries) {
  return "{" +
         list_of(dice, entries, true,
                 [&](const auto& entry) {
                   return quoted(entry.first) + ":" + json_of(dice, entry.second);
                 }) +
         "}";
}

std::string text_of(MapView item) {
  std::string out;
  append_json(out, item);
  return out;
}

TEST(ValuePropertyTest, ItemsComeBackAndEqualItemsHaveEqualBytes) {
  Dice dice(1);
  simdjson::dom::parser parser;
  for (int round = 0; round < 3000; ++round) {
    const ModelItem model = draw_entries(dice, 3);
    const Item item = item_from_json(parser.parse(json_of(dice, model)));
    ASSERT_TRUE(encoding::is_well_formed(item.bytes()));
    const std::string text = text_of(item);
    ASSERT_EQ(item_from_json(parser.parse(text)).bytes(), item.bytes()) << text;
    ASSERT_EQ(item_from_json(parser.parse(json_of(dice, model))).bytes(), item.bytes()) << text;

    // And from the parts of it.
    std::vector<std::pair<std::string, Value>> parts;
    for (const auto& [name, value] : item.view()) {
      ASSERT_EQ(item.find(name), value);
      parts.emplace_back(name, Value(value));
    }
    ASSERT_EQ(parts.size(), model.size());
    dice.shuffle(parts);
    ASSERT_EQ(Item::of(parts).bytes(), item.bytes());
  }
}

TEST(ValuePropertyTest, OnlyEqualItemsHaveEqualBytes) {
  Dice dice(2);
  simdjson::dom::parser parser;
  int equal = 0;
  for (int round = 0; round < 6000; ++round) {
    const ModelItem model = draw_entries(dice, 3);
    ModelItem changed = model;
    change(dice, changed);
    const Item item = item_from_json(parser.parse(json_of(dice, model)));
    const Item other = item_from_json(parser.parse(json_of(dice, changed)));
    ASSERT_EQ(item == other, model == changed) << text_of(item) << "\n" << text_of(other);
    if (model == changed) ++equal;
  }
  EXPECT_GT(equal, 100);
}

TEST(ValuePropertyTest, DamagedBytesAreNeverReadAsAnotherForm) {
  // Whatever is called well-formed can be shown, and comes back as the same bytes.
  Dice dice(3);
  simdjson::dom::parser parser;
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = item_from_json(parser.parse(json_of(dice, draw_entries(dice, 2)))).bytes();
    if (bytes.empty()) continue;
    const auto at = static_cast<std::size_t>(dice.below(static_cast<int>(bytes.size())));
    switch (dice.below(3)) {
      case 0:
        bytes[at] = static_cast<char>(dice.below(256));
        break;
      case 1:
        bytes.erase(at, 1);
        break;
      default:
        bytes.insert(at, 1, static_cast<char>(dice.below(256)));
        break;
    }
    if (!encoding::is_well_formed(bytes)) continue;
    ++accepted;
    const auto json = text_of(MapView(bytes));
    simdjson::dom::element parsed;
    if (parser.parse(json).get(parsed) != simdjson::SUCCESS) continue;  // Not UTF-8 any more.
    ASSERT_EQ(item_from_json(parsed).bytes(), bytes) << json;
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace engine
