// What is kept beside a table: over a restart, and no longer than the table.

#include "engine/table/table_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/api_error.h"
#include "engine/documents.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

std::vector<std::pair<std::string, std::string>> all_notes(storage::Store& store) {
  return Documents(store).list("table-note");
}

std::optional<std::string> note(Engine& engine, const std::string& table, std::string_view name) {
  const Documents documents(engine.store);
  return TableNotes(documents).get(*engine.catalog.find(table), name);
}

void keep(Engine& engine, const std::string& table, const TableNotes::Changes& changes) {
  engine.catalog.annotate(table, [&](const Table&) { return changes; });
}

TEST(TableNotesTest, AreThereAfterARestart) {
  const Folder folder;
  {
    Engine engine({.folder = folder.path()});
    engine.make_table("Music");
    engine.make_table("Books");
    keep(engine, "Music", {{"policy", "of music"}, {"other", "too"}});
    keep(engine, "Books", {{"policy", "of books"}});
    keep(engine, "Music", {{"other", std::nullopt}});
  }
  Engine engine({.folder = folder.path()});
  EXPECT_THAT(note(engine, "Music", "policy"), Optional(std::string("of music")));
  EXPECT_THAT(note(engine, "Books", "policy"), Optional(std::string("of books")));
  EXPECT_EQ(note(engine, "Music", "other"), std::nullopt);
}

TEST(TableNotesTest, GoWithTheirTable) {
  Engine engine({.in_memory = true}, 1, std::chrono::minutes(1));
  const auto pass_a_minute = [&] {
    engine.clock.time += std::chrono::minutes(1);
    engine.catalog.perform(engine.clock.now());
  };
  TableSpec spec;
  spec.name = "Music";
  spec.key.partition = {"pk", Type::string};
  spec.attribute_definitions = {{"pk", Type::string}};
  spec.notes = {{"policy", "from the beginning"}};
  engine.catalog.create(spec, Caller{});
  engine.make_table("Books");
  pass_a_minute();
  keep(engine, "Books", {{"policy", "stays"}});
  EXPECT_THAT(all_notes(engine.store), SizeIs(2));

  engine.catalog.remove("Music");
  EXPECT_THROW(keep(engine, "Music", {{"policy", "too late"}}), ApiError);
  pass_a_minute();
  EXPECT_THAT(all_notes(engine.store), SizeIs(1));
  engine.catalog.create(spec, Caller{});
  engine.catalog.remove("Books");
  pass_a_minute();
  EXPECT_THAT(all_notes(engine.store), SizeIs(1));
  EXPECT_THAT(note(engine, "Music", "policy"), Optional(std::string("from the beginning")));
  engine.catalog.remove("Music");
  pass_a_minute();
  EXPECT_THAT(all_notes(engine.store), IsEmpty());
}

TEST(TableNotesTest, AChangeThatThrowsChangesNothing) {
  Engine engine;
  engine.make_table("Music");
  keep(engine, "Music", {{"policy", "as it was"}});
  EXPECT_THROW(
      engine.catalog.annotate(
          "Music", [](const Table&) -> TableNotes::Changes { throw validation_error("no"); }),
      ApiError);
  EXPECT_THROW(keep(engine, "Nowhere", {}), ApiError);
  EXPECT_THAT(note(engine, "Music", "policy"), Optional(std::string("as it was")));
}

}  // namespace
}  // namespace engine
