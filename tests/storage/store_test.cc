#include "storage/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "storage/error.h"
#include "tests/folder.h"

namespace storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> keys(Cursor cursor) {
  std::vector<std::string> found;
  for (; cursor.valid(); cursor.next()) found.emplace_back(cursor.key());
  return found;
}

void put(Store& store, Column column, std::string_view key, std::string_view value) {
  Batch batch;
  batch.put(column, key, value);
  store.commit(batch);
}

std::string reason_not_to_open(const StoreOptions& options) {
  try {
    Store store(options);
  } catch (const StorageError& error) {
    return error.what();
  }
  return "";
}

TEST(StoreTest, KeepsWhatWasCommittedInMemory) {
  Store store({.in_memory = true});
  put(store, Column::items, "a", "1");
  EXPECT_EQ(store.get(Column::items, "a"), "1");
  EXPECT_EQ(store.get(Column::records, "a"), std::nullopt);
  EXPECT_EQ(store.get(Column::items, "b"), std::nullopt);
}

TEST(StoreTest, KeepsWhatWasCommittedOverAnOpening) {
  const Folder folder;
  {
    Store store({.folder = folder.path()});
    put(store, Column::items, "a", "1");
    put(store, Column::records, "r", "2");
  }
  Store store({.folder = folder.path()});
  EXPECT_EQ(store.get(Column::items, "a"), "1");
  EXPECT_EQ(store.get(Column::records, "r"), "2");
}

TEST(StoreTest, MakesItsFolderAndThoseAboveIt) {
  const Folder folder;
  Store store({.folder = folder.path() + "/deep/below", .durability = Durability::fsync});
  put(store, Column::state, "a", "1");
  EXPECT_EQ(store.get(Column::state, "a"), "1");
}

TEST(StoreTest, ABatchIsAppliedInItsOrder) {
  Store store({.in_memory = true});
  Batch batch;
  batch.put(Column::items, "a", "1");
  batch.put(Column::items, "b", "2");
  batch.remove(Column::items, "a");
  batch.remove_range(Column::items, "b", "c");
  batch.put(Column::items, "b", "3");
  store.commit(batch);
  EXPECT_EQ(store.get(Column::items, "a"), std::nullopt);
  EXPECT_EQ(store.get(Column::items, "b"), "3");
}

TEST(StoreTest, AClearedBatchIsEmptyAndUsable) {
  Store store({.in_memory = true});
  Batch batch;
  batch.put(Column::items, "a", "1");
  batch.clear();
  EXPECT_TRUE(batch.empty());
  batch.put(Column::items, "b", "2");
  store.commit(batch);
  EXPECT_EQ(store.get(Column::items, "a"), std::nullopt);
  EXPECT_EQ(store.get(Column::items, "b"), "2");
}

TEST(StoreTest, ScansARangeInOrder) {
  Store store({.in_memory = true});
  for (const char* key : {"c", "a", "d", "b"}) put(store, Column::items, key, "");
  EXPECT_THAT(keys(store.scan(Column::items, "b", "d")), ElementsAre("b", "c"));
  EXPECT_THAT(keys(store.scan(Column::items, "b", "")), ElementsAre("b", "c", "d"));
}

TEST(StoreTest, AScanSeesTheStoreAsItWas) {
  Store store({.in_memory = true});
  put(store, Column::items, "a", "");
  auto cursor = store.scan(Column::items, "", "");
  put(store, Column::items, "b", "");
  EXPECT_THAT(keys(std::move(cursor)), ElementsAre("a"));
}

TEST(StoreTest, ScansARangeBackwards) {
  Store store({.in_memory = true});
  for (const char* key : {"c", "a", "d", "b"}) put(store, Column::items, key, "");
  EXPECT_THAT(keys(store.scan_back(Column::items, "b", "d")), ElementsAre("c", "b"));
  EXPECT_THAT(keys(store.scan_back(Column::items, "b", "")), ElementsAre("d", "c", "b"));
  EXPECT_THAT(keys(store.scan_back(Column::items, "e", "")), ElementsAre());
}

TEST(StoreTest, ASnapshotStaysAsItWas) {
  Store store({.in_memory = true});
  put(store, Column::items, "a", "1");
  const auto snapshot = store.snapshot();
  put(store, Column::items, "a", "2");
  put(store, Column::items, "b", "2");
  std::string value;
  EXPECT_TRUE(snapshot.get(Column::items, "a", value));
  EXPECT_EQ(value, "1");
  EXPECT_FALSE(snapshot.get(Column::items, "b", value));
  EXPECT_THAT(keys(snapshot.scan(Column::items, "", "")), ElementsAre("a"));
  EXPECT_THAT(keys(snapshot.scan_back(Column::items, "", "")), ElementsAre("a"));
}

TEST(StoreTest, FindsTheLastOfARange) {
  Store store({.in_memory = true});
  for (const char* key : {"a", "b", "c"}) put(store, Column::records, key, key);
  EXPECT_EQ(store.last(Column::records, "a", "c")->key, "b");
  EXPECT_FALSE(store.last(Column::records, "d", "").has_value());
}

TEST(StoreTest, OneProcessPerStore) {
  const Folder folder;
  const Store store({.folder = folder.path()});
  EXPECT_THAT(reason_not_to_open({.folder = folder.path()}),
              HasSubstr("is in use by another process"));
}

TEST(StoreTest, RefusesAFormatItDoesNotKnow) {
  const Folder folder;
  {
    Store store({.folder = folder.path()});
    put(store, Column::state, "format", "999");
  }
  EXPECT_THAT(reason_not_to_open({.folder = folder.path()}),
              HasSubstr("has format 999; this program knows format 5"));
}

TEST(StoreTest, SaysWhyAFolderCannotBeUsed) {
  const Folder folder;
  std::ofstream(folder.path() + "/file") << "in the way";
  EXPECT_THAT(reason_not_to_open({.folder = folder.path() + "/file"}), HasSubstr("/file"));
}

}  // namespace
}  // namespace storage
