// Buckets and their objects.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/bucket/buckets.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct World {
  explicit World(const storage::StoreOptions& options = {.in_memory = true}) : store(options) {}

  std::string error_of(const std::function<void()>& ask) {
    try {
      ask();
    } catch (const ApiError& error) {
      return error.code;
    }
    return "";
  }
  void put(const std::vector<std::string>& keys) {
    for (const auto& key : keys) buckets.put("b", key, "x", {});
  }
  /// Keys, then common prefixes in brackets.
  std::vector<std::string> listed(const ObjectQuery& query) {
    const auto page = buckets.list_objects("b", query);
    std::vector<std::string> names;
    for (const auto& object : page.objects) names.push_back(object.key);
    for (const auto& prefix : page.common_prefixes) names.push_back("[" + prefix + "]");
    if (page.has_more) names.push_back("...");
    return names;
  }

  FakeClock clock;
  Random random{1};
  storage::Store store;
  Buckets buckets{store, clock, random};
};

TEST(BucketTest, NamesAreWhatS3Allows) {
  for (const auto& name : {std::string("abc"), std::string(63, 'a'), std::string("a.b-c"),
                           std::string("2015-03-31"), std::string("1.2.3")}) {
    EXPECT_TRUE(is_bucket_name(name)) << name;
  }
  for (const auto& name :
       {std::string("ab"), std::string(64, 'a'), std::string("Abc"), std::string("a_b"),
        std::string("-ab"), std::string("ab-"), std::string(".ab"), std::string("a..b"),
        std::string("192.168.5.4"), std::string("xn--abc"), std::string("sthree-abc"),
        std::string("abc-s3alias"), std::string("abc--ol-s3"), std::string("")}) {
    EXPECT_FALSE(is_bucket_name(name)) << name;
  }
  EXPECT_EQ(bucket_name_of_arn("arn:aws:s3:::abc"), "abc");
  EXPECT_EQ(bucket_name_of_arn("arn:aws:s3:::abc/key"), std::nullopt);
  EXPECT_EQ(bucket_name_of_arn("arn:aws:sqs:::abc"), std::nullopt);
}

TEST(BucketTest, KeepsAnObjectAndTellsItsETag) {
  World world;
  EXPECT_TRUE(world.buckets.create("b", Caller{}));
  EXPECT_FALSE(world.buckets.create("b", Caller{}));
  const auto put = world.buckets.put("b", "k", "hello", {{"content-type", "text/plain"}});
  EXPECT_EQ(put.etag, "5d41402abc4b2a76b9719d911017c592");
  const auto object = world.buckets.get("b", "k");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->bytes, "hello");
  EXPECT_EQ(object->description.size, 5u);
  EXPECT_EQ(object->description.modified, world.clock.time);
  EXPECT_EQ(object->description.headers.at("content-type"), "text/plain");

  world.buckets.put("b", "k", "", {});
  EXPECT_EQ(world.buckets.get("b", "k")->bytes, "");
  EXPECT_EQ(world.buckets.head("b", "k")->headers.size(), 0u);
  EXPECT_FALSE(world.buckets.get("b", "other"));
  world.buckets.remove_objects("b", {"k", "other"});
  EXPECT_FALSE(world.buckets.head("b", "k"));
}

TEST(BucketTest, SaysWhatIsNotThereOrNotEmpty) {
  World world;
  EXPECT_EQ(world.error_of([&] { world.put({"k"}); }), "NoSuchBucket");
  EXPECT_EQ(world.error_of([&] { world.buckets.get("b", "k"); }), "NoSuchBucket");
  EXPECT_EQ(world.error_of([&] { world.buckets.remove("b"); }), "NoSuchBucket");
  EXPECT_EQ(world.error_of([&] { world.buckets.list_objects("b", {}); }), "NoSuchBucket");
  world.buckets.create("b", Caller{});
  world.put({"k"});
  EXPECT_EQ(world.error_of([&] { world.buckets.remove("b"); }), "BucketNotEmpty");
  world.buckets.remove_objects("b", {"k"});
  world.buckets.remove("b");
  EXPECT_FALSE(world.buckets.find("b"));
}

TEST(BucketTest, ListsKeysByTheirBytesPageByPage) {
  World world;
  world.buckets.create("b", Caller{});
  world.put({"b", "a", "\xC3\xA9", "a/1", "B"});
  EXPECT_THAT(world.listed({}), ElementsAre("B", "a", "a/1", "b", "\xC3\xA9"));
  EXPECT_THAT(world.listed({.limit = 2}), ElementsAre("B", "a", "..."));
  EXPECT_THAT(world.listed({.after = "a", .limit = 2}), ElementsAre("a/1", "b", "..."));
  EXPECT_THAT(world.listed({.after = "b", .limit = 2}), ElementsAre("\xC3\xA9"));
  EXPECT_THAT(world.listed({.prefix = "a"}), ElementsAre("a", "a/1"));
  EXPECT_THAT(world.listed({.prefix = "a", .after = "B"}), ElementsAre("a", "a/1"));
  EXPECT_THAT(world.listed({.prefix = "a", .after = "b"}), IsEmpty());
  EXPECT_THAT(world.listed({.prefix = "c"}), IsEmpty());
}

TEST(BucketTest, KeysThatShareABeginningAreToldOnce) {
  World world;
  world.buckets.create("b", Caller{});
  world.put({"a/1", "a/2", "b", "c/1", "c/d/1"});
  EXPECT_THAT(world.listed({.delimiter = "/"}), ElementsAre("b", "[a/]", "[c/]"));
  EXPECT_THAT(world.listed({.prefix = "c/", .delimiter = "/"}), ElementsAre("c/1", "[c/d/]"));
  EXPECT_THAT(world.listed({.prefix = "c", .delimiter = "/"}), ElementsAre("[c/]"));
  EXPECT_THAT(world.listed({.delimiter = "/", .limit = 1}), ElementsAre("[a/]", "..."));
  EXPECT_THAT(world.listed({.delimiter = "/", .after = "a/", .limit = 1}), ElementsAre("b", "..."));
  EXPECT_THAT(world.listed({.delimiter = "/", .after = "b"}), ElementsAre("[c/]"));
  EXPECT_THAT(world.listed({.delimiter = "/", .after = "c/"}), IsEmpty());
}

TEST(BucketTest, BucketsDoNotSeeEachOthersObjects) {
  World world;
  world.buckets.create("b", Caller{});
  world.buckets.create("other", Caller{});
  world.put({"k"});
  EXPECT_FALSE(world.buckets.get("other", "k"));
  world.buckets.remove("other");
  EXPECT_TRUE(world.buckets.get("b", "k"));
}

TEST(BucketTest, OutlivesTheProgram) {
  const Folder folder;
  {
    World world({.folder = folder.path()});
    world.buckets.create("b", {.region = "eu-west-1", .account = "123456789012"});
    world.buckets.put("b", "k", "bytes", {{"x-amz-meta-a", "\xFF"}});
  }
  World world({.folder = folder.path()});
  EXPECT_EQ(world.buckets.describe("b").region, "eu-west-1");
  const auto object = world.buckets.get("b", "k");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->bytes, "bytes");
  EXPECT_EQ(object->description.headers.at("x-amz-meta-a"), "\xFF");
}

}  // namespace
}  // namespace engine
