#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dice.h"
#include "engine/partiql/bound_select.h"
#include "engine/partiql/page_token.h"
#include "engine/partiql/parser.h"
#include "expression_fixture.h"
#include "fixture.h"

namespace engine::partiql {
namespace {

/// A table whose items have few values, with an index of each kind.
std::shared_ptr<const Table> make_table(Engine& engine) {
  TableSpec spec;
  spec.name = "t";
  spec.key = {{"pk", Type::string}, KeyAttribute{"sk", Type::number}};
  spec.attribute_definitions = {
      {"pk", Type::string}, {"sk", Type::number}, {"g", Type::string}, {"h", Type::number}};
  spec.billing_mode = BillingMode::pay_per_request;
  Index global;
  global.name = "g";
  global.is_global = true;
  global.partition = {{"g", Type::string}};
  global.sort = {{"h", Type::number}};
  Index two = global;
  two.name = "two";
  two.partition.push_back({"h", Type::number});
  two.sort = {{"pk", Type::string}, {"sk", Type::number}};
  Index local;
  local.name = "l";
  local.partition = {{"pk", Type::string}};
  local.sort = {{"h", Type::number}};
  spec.indexes = {global, two, local};
  engine.catalog.create(spec, Caller{});
  return engine.catalog.table("t");
}

std::vector<Item> fill(Engine& engine, const std::shared_ptr<const Table>& table, Dice& dice) {
  std::vector<Item> items;
  for (const auto* pk : {"a", "ab", "b"}) {
    for (int sk = -2; sk < 4; ++sk) {
      if (dice.below(4) == 0) continue;
      std::vector<std::pair<std::string, Value>> attributes = {
          {"pk", Value::string(pk)}, {"sk", Value::number(std::to_string(sk))}};
      if (dice.below(4) > 0) {
        attributes.emplace_back("g", Value::string(dice.one_of<std::string>({"x", "xy", "y"})));
      }
      if (dice.below(4) > 0) {
        attributes.emplace_back("h", Value::number(std::to_string(dice.below(4) - 1)));
      }
      if (dice.below(2) > 0) {
        attributes.emplace_back("n", Value::number(std::to_string(dice.below(3))));
      }
      items.push_back(Item::of(std::move(attributes)));
      engine.put(table, items.back());
    }
  }
  return items;
}

struct Name {
  std::string name;
  bool is_number;
};

std::string literal(Dice& dice, const Name& name) {
  if (name.is_number) return std::to_string(dice.below(6) - 2);
  return "'" + dice.one_of<std::string>({"a", "ab", "b", "x", "xy", "y"}) + "'";
}

/// About one attribute; mostly of the kinds that keys are read by.
std::string comparison(Dice& dice, const Name& name) {
  const auto value = [&] { return literal(dice, name); };
  switch (dice.below(9)) {
    case 0:
      return name.name + " <> " + value();
    case 1:
      return name.name + dice.one_of<std::string>({" < ", " <= ", " > ", " >= "}) + value();
    case 2:
      return value() + dice.one_of<std::string>({" < ", " <= ", " > ", " >= "}) + name.name;
    case 3: {
      std::string low = value();
      std::string high = value();
      const auto text = [](const std::string& quoted) {
        return quoted.substr(1, quoted.size() - 2);
      };
      const bool is_reversed =
          name.is_number ? std::stoi(low) > std::stoi(high) : text(low) > text(high);
      if (is_reversed) std::swap(low, high);
      return name.name + " BETWEEN " + low + " AND " + high;
    }
    case 4:
      return name.name + " IN (" + value() + ", " + value() + ")";
    case 5:
      return name.is_number ? name.name + " = " + value()
                            : "begins_with(" + name.name + ", " + value() + ")";
    case 6:
      return "(" + name.name + " = " + value() + " OR " + name.name + " = " + value() + ")";
    case 7:
      return value() + " = " + name.name;
    default:
      return name.name + " = " + value();
  }
}

const std::vector<Name> names = {{"pk", false}, {"pk", false}, {"sk", true},
                                 {"g", false},  {"h", true},   {"n", true}};

std::string condition(Dice& dice, int depth) {
  if (depth == 0) return comparison(dice, dice.one_of(names));
  const auto part = [&] { return "(" + condition(dice, depth - 1) + ")"; };
  switch (dice.below(4)) {
    case 0:
      return part() + " OR " + part();
    case 1:
      return (dice.below(4) == 0 ? "NOT " : "") + part();
    default:
      return part() + " AND " + part();
  }
}

/// All items that the pages give, as text, and sorted.
std::vector<std::string> pages(Engine& engine, const std::shared_ptr<const Table>& table,
                               const std::string& statement, std::size_t limit) {
  std::vector<std::string> all;
  std::optional<Item> after;
  do {
    const BoundSelect select(BoundRead(Statement::parse(statement, {}), table, false));
    std::size_t shown = 0;
    auto page = select.read(engine.reader, limit, after, [&](MapView item) {
      all.push_back(json_of(item));
      ++shown;
    });
    EXPECT_LE(shown, limit);
    after.reset();
    if (!page.last_key) break;
    const std::string token = PageToken(statement, *page.last_key).text();
    after = PageToken(token).last_key_for(statement, select.source());
  } while (all.size() < 1000);
  return all;
}

TEST(PartiqlSelectPropertyTest, PagesGiveWhatAFilterOverAllItemsGives) {
  int queries = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    Dice dice(seed);
    Engine engine;
    const auto table = make_table(engine);
    const auto items = fill(engine, table, dice);
    for (int step = 0; step < 100; ++step) {
      const std::string where = condition(dice, dice.below(4));
      const auto from = dice.one_of<std::string>({"t", "t", "t.g", "t.two", "t.l"});
      const std::string statement = "SELECT * FROM " + from + " WHERE " + where;
      SCOPED_TRACE(statement + ", seed " + std::to_string(seed));
      auto tree = partiql::parse("SELECT * FROM t WHERE " + where, {});
      const auto filter = Condition::of(std::move(*std::get<Select>(tree).where));
      std::vector<std::string> expected;
      for (const auto& item : items) {
        const bool has_g = item.find("g").has_value();
        const bool has_h = item.find("h").has_value();
        const bool is_there = from == "t" || (from == "t.l" ? has_h : has_g && has_h);
        if (is_there && filter.holds(item)) expected.push_back(json_of(item));
      }
      if (BoundRead(Statement::parse(statement, {}), table, false).is_of_one_item()) continue;
      ++queries;
      const std::size_t limit = dice.below(3) == 0 ? 1000 : 1 + dice.below(5);
      auto found = pages(engine, table, statement, limit);
      std::sort(found.begin(), found.end());
      std::sort(expected.begin(), expected.end());
      ASSERT_EQ(found, expected);
    }
  }
  EXPECT_GT(queries, 3000);
}

}  // namespace
}  // namespace engine::partiql
