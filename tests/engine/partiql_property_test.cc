#include <gtest/gtest.h>

#include <string>

#include "dice.h"
#include "engine/partiql/bound_write.h"
#include "engine/write/item_update.h"
#include "expression_fixture.h"
#include "fixture.h"

namespace engine::partiql {
namespace {

/// A statement, and what an item operation has to say for the same.
struct Pair {
  std::string pk;
  std::string statement;
  std::string update;     ///< UpdateExpression; empty: the item is deleted.
  std::string condition;  ///< Empty: there is none.
  std::string values = "{}";
};

/// Everything that is written, of few items and few values: so that much of it is there already.
Pair draw(Dice& dice) {
  const std::string pk = dice.one_of<std::string>({"a", "b", "c"});
  const std::string number = std::to_string(dice.below(3));
  const std::string element = dice.one_of<std::string>({"x", "y"});
  const std::string where = " WHERE pk = '" + pk + "'";
  const std::string values = R"({":n":{"N":")" + number + R"("},":s":{"SS":[")" + element +
                             R"("]},":e":{"L":[{"S":")" + element + R"("}]}})";
  const std::string exists = "attribute_exists(pk)";
  const auto update = [&](const std::string& clauses, const std::string& expression) {
    return Pair{pk, "UPDATE t " + clauses + where, expression, exists, values};
  };
  switch (dice.below(12)) {
    case 0:
      return {pk, "INSERT INTO t VALUE {'pk': '" + pk + "', 'n': " + number + ", 'l': []}",
              "SET n = :n, l = :l", "attribute_not_exists(pk)",
              R"({":l":{"L":[]},":n":{"N":")" + number + R"("}})"};
    case 1:
      return {pk, "DELETE FROM t" + where};
    case 2:
      return {pk, "DELETE FROM t" + where + " AND n > " + number, "", "n > :n", values};
    case 3:
      return {pk, "DELETE FROM t" + where + " AND n IS MISSING", "", "attribute_not_exists(n)"};
    case 4:
      return update("SET n = " + number, "SET n = :n");
    case 5:
      return update("SET n = n + " + number, "SET n = n + :n");
    case 6:
      return update("REMOVE n", "REMOVE n");
    case 7:
      return update("SET ss = set_add(ss, <<'" + element + "'>>)", "ADD ss :s");
    case 8:
      return update("SET ss = SET_DELETE(ss, <<'" + element + "'>>)", "DELETE ss :s");
    case 9:
      return update("SET l = list_append(l, ['" + element + "'])", "SET l = list_append(l, :e)");
    case 10:
      return update("REMOVE l[1], n", "REMOVE l[1], n");
    default:
      return update("SET l[0] = " + number + ", n = l[0]", "SET l[0] = :n, n = l[0]");
  }
}

Write write_of(const Pair& pair, const std::shared_ptr<const Table>& table,
               const std::optional<Condition>& condition,
               const std::optional<engine::Update>& update) {
  Write write;
  write.table = table;
  const Item key = item(pair.pk);
  write.key = table->key_of_key(key);
  write.condition = [&condition](const Item* old_item) {
    return !condition || condition->holds(old_item != nullptr ? old_item->view() : MapView());
  };
  write.change = [&update, table, key](const Item* old_item) {
    return update ? updated_item(*update, *table, old_item, key) : std::nullopt;
  };
  return write;
}

/// What came of a write, as text.
template <class Act>
std::string story(const Act& act) {
  try {
    const WriteOutcome outcome = act();
    if (!outcome.condition_held) return "condition";
    return outcome.new_item ? json_of(*outcome.new_item) : "nothing";
  } catch (const ApiError& error) {
    return error.message;
  }
}

std::string written_by_statement(Engine& engine, const Pair& pair,
                                 const std::shared_ptr<const Table>& table) {
  return story([&] {
    const BoundWrite bound(Statement::parse(pair.statement, {}), table);
    return engine.writer.apply(bound.write());
  });
}

std::string written_by_expressions(Engine& engine, const Pair& pair,
                                   const std::shared_ptr<const Table>& table) {
  return story([&] {
    Placeholders placeholders = placeholders_of(pair.values);
    std::optional<Condition> condition;
    std::optional<engine::Update> update;
    if (!pair.update.empty()) update = engine::Update::parse(pair.update, placeholders);
    if (!pair.condition.empty()) {
      condition = Condition::parse(ConditionKind::condition, pair.condition, placeholders);
    }
    return engine.writer.apply(write_of(pair, table, condition, update));
  });
}

std::string image(const std::optional<MapView>& image) { return image ? json_of(*image) : "-"; }

/// A statement does to the item and leaves in the stream what the item operation does.
TEST(PartiqlPropertyTest, StatementsDoWhatItemOperationsDo) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Dice dice(seed);
    Engine engine;
    const auto by_statement = engine.make_table("statements", ViewType::new_and_old_images);
    const auto by_expressions = engine.make_table("expressions", ViewType::new_and_old_images);
    for (int step = 0; step < 200; ++step) {
      const Pair pair = draw(dice);
      ASSERT_EQ(written_by_statement(engine, pair, by_statement),
                written_by_expressions(engine, pair, by_expressions))
          << pair.statement << ", seed " << seed;
    }
    const auto told = engine.records(*by_statement);
    const auto expected = engine.records(*by_expressions);
    ASSERT_EQ(told.size(), expected.size()) << "seed " << seed;
    ASSERT_GT(told.size(), 20u);
    for (std::size_t i = 0; i < told.size(); ++i) {
      const auto one = told[i].view();
      const auto other = expected[i].view();
      EXPECT_EQ(one.event_name, other.event_name);
      EXPECT_EQ(json_of(one.keys), json_of(other.keys));
      EXPECT_EQ(image(one.new_image), image(other.new_image));
      EXPECT_EQ(image(one.old_image), image(other.old_image));
    }
  }
}

}  // namespace
}  // namespace engine::partiql
