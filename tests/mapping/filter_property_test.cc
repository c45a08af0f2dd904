// Walking a record's bytes says the same as the rendered record would, for patterns and records
// drawn at random; and both say what a matcher says that knows nothing of trees.

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "tests/engine/dice.h"
#include "tests/mapping/filter_fixture.h"

namespace mapping {
namespace {

using engine::Dice;
using Json = nlohmann::json;

const std::vector<std::string> names = {"a", "b", "a.b", "c"};
const std::vector<std::string> texts = {"x", "y", "", "xy"};

Json value(Dice& dice, int levels) {
  switch (dice.below(levels > 0 ? 8 : 6)) {
    case 0:
    case 1:
      return {{"S", dice.one_of(texts)}};
    case 2:
      return {{"N", std::to_string(dice.below(3))}};
    case 3:
      return {{"BOOL", dice.below(2) == 0}};
    case 4:
      return dice.below(2) == 0 ? Json{{"NULL", true}} : Json{{"B", "eA=="}};
    case 5:
      return dice.below(2) == 0 ? Json{{"SS", {"x", "y"}}} : Json{{"NS", {"1", "2"}}};
    case 6: {
      auto elements = Json::array();
      for (int left = dice.below(3); left > 0; --left) elements.push_back(value(dice, levels - 1));
      return {{"L", elements}};
    }
    default: {
      auto members = Json::object();
      for (int left = dice.below(3); left > 0; --left) {
        members[dice.one_of(names)] = value(dice, levels - 1);
      }
      return {{"M", members}};
    }
  }
}

Json image(Dice& dice) {
  auto members = Json::object();
  for (int left = dice.below(4); left > 0; --left) members[dice.one_of(names)] = value(dice, 3);
  return members;
}

Json matcher(Dice& dice) {
  switch (dice.below(9)) {
    case 0:
    case 1:
    case 2:
      return dice.one_of(texts);
    case 3:
      return {{"exists", dice.below(2) == 0}};
    case 4:
      return {{"anything-but", dice.one_of(texts)}};
    case 5:
      return dice.below(2) == 0 ? Json(true) : Json("1");
    case 6:
      return {{"prefix", dice.one_of(texts)}};
    case 7:
      return {{"numeric", {">", dice.below(3)}}};
    default:
      return {{"wildcard", "*y"}};
  }
}

Json leaf(Dice& dice) {
  auto matchers = Json::array({matcher(dice)});
  if (dice.below(3) == 0) matchers.push_back(matcher(dice));
  return matchers;
}

Json attributes_pattern(Dice& dice, int levels);

Json value_pattern(Dice& dice, int levels) {
  if (dice.below(10) == 0) return leaf(dice);
  if (levels == 0 || dice.below(2) == 0) {
    return {
        {dice.one_of<std::string>({"S", "S", "N", "BOOL", "SS", "NS", "NULL", "B"}), leaf(dice)}};
  }
  if (dice.below(2) == 0) return {{"L", value_pattern(dice, levels - 1)}};
  return {{"M", attributes_pattern(dice, levels - 1)}};
}

Json attributes_pattern(Dice& dice, int levels) {
  auto pattern = Json::object();
  for (int left = 1 + dice.below(2); left > 0; --left) {
    pattern[dice.one_of(names)] = value_pattern(dice, levels);
  }
  if (dice.below(6) == 0) {
    pattern["$or"] = {{{dice.one_of(names), value_pattern(dice, levels)}},
                      {{dice.one_of(names), value_pattern(dice, levels)}}};
  }
  return pattern;
}

Json record_pattern(Dice& dice) {
  auto pattern = Json::object();
  if (dice.below(4) == 0) pattern["eventName"] = {"INSERT", "MODIFY"};
  if (dice.below(6) == 0) pattern["userIdentity"] = {{"type", leaf(dice)}};
  if (dice.below(6) == 0) {
    pattern["dynamodb.SizeBytes"] = Json::array({{{"numeric", {">", dice.below(40)}}}});
  }
  if (dice.below(3) == 0) {
    pattern["dynamodb.NewImage"] = attributes_pattern(dice, 3);
  } else {
    pattern["dynamodb"][dice.below(2) == 0 ? "NewImage" : "OldImage"] = attributes_pattern(dice, 3);
  }
  return pattern;
}

FilteredRecord record(Dice& dice) {
  const auto name = static_cast<engine::EventName>(dice.below(3));
  const auto new_image = name == engine::EventName::remove ? "" : image(dice).dump();
  const auto old_image = name == engine::EventName::insert ? "" : image(dice).dump();
  return {name, new_image, old_image, dice.below(4) == 0};
}

TEST(FilterPropertyTest, ARecordsBytesAreAsGoodAsItsJson) {
  int matched = 0;
  int refused = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Dice dice(seed);
    const auto record = mapping::record(dice);
    const auto document = record.document();
    for (int left = 0; left < 5; ++left) {
      const auto pattern = record_pattern(dice).dump();
      const auto filters = criteria({pattern});
      const bool admits = filters.admits(record.stream, record.record.view());
      ASSERT_EQ(admits, filters.admits_document(document))
          << "seed " << seed << ": " << pattern << "\non " << document.dump();
      ++(admits ? matched : refused);
      if (admits) continue;
      ASSERT_NE(filters.why_refused(record.stream, record.record.view()), "filter 1: ") << pattern;
    }
  }
  EXPECT_GT(matched, 500);
  EXPECT_GT(refused, 500);
}

// The naive matcher flattens the document into paths and values, each with the elements of arrays
// it lies in, and looks for one value per field, no two in different elements of one array.

using Places = std::map<std::string, std::size_t>;  // Of an array: which element.

struct Flat {
  std::string path;
  Json value;
  Places places;
};

void flatten(const Json& json, const std::string& path, const std::string& array,
             const Places& places, std::vector<Flat>& out) {
  if (json.is_object()) {
    for (const auto& [name, value] : json.items()) {
      const auto below = path.empty() ? name : path + "." + name;
      flatten(value, below, array + "/" + name, places, out);
    }
  } else if (json.is_array()) {
    for (std::size_t at = 0; at < json.size(); ++at) {
      auto here = places;
      here[array] = at;
      flatten(json[at], path, array + "#" + std::to_string(at), here, out);
    }
  } else {
    out.push_back({path, json, places});
  }
}

void fields_of(const Json& pattern, const std::string& path,
               std::vector<std::pair<std::string, Json>>& out) {
  for (const auto& [name, value] : pattern.items()) {
    const auto below = path.empty() ? name : path + "." + name;
    if (value.is_object()) {
      fields_of(value, below, out);
    } else {
      out.emplace_back(below, value);
    }
  }
}

bool are_consistent(const Places& a, const Places& b) {
  return std::all_of(a.begin(), a.end(), [&](const auto& place) {
    const auto other = b.find(place.first);
    return other == b.end() || other->second == place.second;
  });
}

bool is_satisfiable(const std::vector<std::pair<std::string, Json>>& fields, std::size_t at,
                    const std::vector<Flat>& document, const Places& places) {
  if (at == fields.size()) return true;
  for (const auto& flat : document) {
    if (flat.path != fields[at].first || !are_consistent(flat.places, places)) continue;
    const auto alone = criteria({Json{{"f", fields[at].second}}.dump()});
    if (!alone.admits_document({{"f", flat.value}})) continue;
    auto merged = places;
    merged.insert(flat.places.begin(), flat.places.end());
    if (is_satisfiable(fields, at + 1, document, merged)) return true;
  }
  return false;
}

Json small_document(Dice& dice, int levels) {
  if (levels == 0 || dice.below(4) == 0) return dice.below(3);
  auto document = dice.below(2) == 0 ? Json::array() : Json::object();
  for (int left = 1 + dice.below(3); left > 0; --left) {
    if (document.is_array()) {
      document.push_back(small_document(dice, levels - 1));
    } else {
      document[dice.one_of<std::string>({"a", "b", "c"})] = small_document(dice, levels - 1);
    }
  }
  return document;
}

Json small_pattern(Dice& dice, int levels) {
  auto pattern = Json::object();
  for (int left = 1 + dice.below(3); left > 0; --left) {
    const auto name = dice.one_of<std::string>({"a", "b", "c", "a.b"});
    if (levels > 0 && dice.below(2) == 0) {
      pattern[name] = small_pattern(dice, levels - 1);
    } else if (dice.below(2) == 0) {
      pattern[name] = Json::array({dice.below(3)});
    } else {
      pattern[name] = Json::array({{{"anything-but", dice.below(3)}}});
    }
  }
  return pattern;
}

/// `{"a":[1],"a.b":[2]}`, `{"a":{"b":[1]},"a.b":[2]}`: two leaves at one path, or one above
/// another. The naive matcher wants one element of an array to be both.
bool has_leaves_at_one_path(const std::vector<std::pair<std::string, Json>>& fields) {
  for (const auto& field : fields) {
    for (const auto& other : fields) {
      if (&field != &other && (other.first + ".").starts_with(field.first + ".")) return true;
    }
  }
  return false;
}

TEST(FilterPropertyTest, TheTreeFindsWhatTheNaiveMatcherFinds) {
  int matched = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Dice dice(seed);
    const Json document{{"a", small_document(dice, 4)}, {"b", small_document(dice, 3)}};
    std::vector<Flat> flat;
    flatten(document, "", "", {}, flat);
    for (int left = 0; left < 5; ++left) {
      const auto pattern = small_pattern(dice, 2);
      std::vector<std::pair<std::string, Json>> fields;
      fields_of(pattern, "", fields);
      if (has_leaves_at_one_path(fields)) continue;
      const bool expected = is_satisfiable(fields, 0, flat, {});
      ASSERT_EQ(criteria({pattern.dump()}).admits_document(document), expected)
          << "seed " << seed << ": " << pattern.dump() << "\non " << document.dump();
      matched += expected;
    }
  }
  EXPECT_GT(matched, 1000);
}

}  // namespace
}  // namespace mapping
