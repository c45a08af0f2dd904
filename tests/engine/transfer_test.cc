#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/api_error.h"
#include "engine/backup/gzip.h"
#include "engine/backup/item_text.h"
#include "engine/digest.h"
#include "engine/value/json.h"
#include "tests/engine/backups_fixture.h"
#include "tests/folder.h"

namespace engine {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

std::vector<std::string> lines_of(const std::string& bytes, bool is_gzip) {
  std::vector<std::string> lines;
  LineReader reader(bytes, is_gzip);
  while (auto line = reader.next()) lines.push_back(*line);
  return lines;
}

std::string gzip(const std::string& text) {
  GzipWriter writer;
  writer.add(text);
  return writer.finish();
}

TEST(LineReaderTest, GivesLinesPlainAndCompressed) {
  for (const std::string text : {"a\nb\n\nc", "a\r\nb\n\nc\n"}) {
    EXPECT_THAT(lines_of(text, false), ElementsAre("a", "b", "", "c"));
    EXPECT_THAT(lines_of(gzip(text), true), ElementsAre("a", "b", "", "c"));
  }
  EXPECT_THAT(lines_of("", false), IsEmpty());
  EXPECT_THAT(lines_of(gzip(""), true), IsEmpty());
  EXPECT_THAT(lines_of(gzip("a\n") + gzip("b\n"), true), ElementsAre("a", "b"));
  const std::string long_line(1'000'000, 'x');
  EXPECT_THAT(lines_of(gzip(long_line + "\n" + long_line), true),
              ElementsAre(long_line, long_line));
}

TEST(LineReaderTest, SaysWhatCannotBeRead) {
  EXPECT_THROW(lines_of("no gzip", true), LineReader::Damaged);
  const auto whole = gzip("some text\n");
  EXPECT_THROW(lines_of(whole.substr(0, whole.size() - 9), true), LineReader::Damaged);
  EXPECT_THROW(lines_of(gzip(std::string(LineReader::line_bytes_max + 200'000, 'x')), true),
               LineReader::Damaged);
}

TEST(CsvReaderTest, ReadsQuotesAndTypes) {
  BackupEngine engine;
  const auto table = engine.make_table("T", std::nullopt, true);
  CsvReader reader(*table, ',');
  EXPECT_THAT(reader.values_of("a,,\"b,\"\"c\"\"\""), ElementsAre("a", "", "b,\"c\""));
  EXPECT_THROW(reader.values_of("a\"b"), ApiError);
  EXPECT_THROW(reader.values_of("\"a\"b"), ApiError);
  EXPECT_THROW(reader.values_of("\"a"), ApiError);
  EXPECT_THROW(reader.values_of("\xff"), ApiError);
  reader.set_header({"pk", "sk", "n"});
  EXPECT_EQ(reader.item_of("a,1,2"), Item::of({{"pk", Value::string("a")},
                                               {"sk", Value::number("1")},
                                               {"n", Value::string("2")}}));
  EXPECT_THROW(reader.item_of("a,one,2"), ApiError);
  EXPECT_THROW(reader.item_of("a,1"), ApiError);
  reader.set_header({"pk", "sk", "pk"});
  EXPECT_THROW(reader.item_of("a,1,2"), ApiError);
}

TEST(ItemTextTest, ReadsAnItemOfALine) {
  EXPECT_EQ(item_of_json_line(R"({"Item":{"pk":{"S":"a"}}})"), item("a"));
  for (const auto* line :
       {"", "[]", "{}", R"({"Item":1})", R"({"Item":{"pk":{"S":1}}})", "{\"It"}) {
    EXPECT_THROW(item_of_json_line(line), ApiError) << line;
  }
}

/// A table with recovery, and a bucket.
struct Exporter : BackupEngine {
  explicit Exporter(const storage::StoreOptions& options = {.in_memory = true})
      : BackupEngine(options) {}

  std::shared_ptr<const Table> make() {
    const auto table = make_table("T");
    enable_recovery("T");
    buckets.create("b", Caller{});
    return table;
  }

  Export wanted() {
    Export wanted;
    wanted.bucket = "b";
    wanted.prefix = "p";
    wanted.moment = clock.time;
    return wanted;
  }

  json object(const std::string& key) { return json::parse(buckets.get("b", key)->bytes); }

  /// All lines of the files of data, of which the manifest tells.
  std::vector<std::string> data_of(const Export& done) {
    std::vector<std::string> all;
    const auto summary = object(done.manifest);
    const auto files = buckets.get("b", std::string(summary.at("manifestFilesS3Key")))->bytes;
    long long items = 0;
    for (const auto& line : lines_of(files, false)) {
      const auto file = json::parse(line);
      const auto bytes = buckets.get("b", std::string(file.at("dataFileS3Key")))->bytes;
      std::string digest;
      append_base64(digest, md5(bytes));
      EXPECT_EQ(file.at("md5Checksum"), digest);
      EXPECT_LE(bytes.size(), std::size_t{16} << 20);
      const auto lines = lines_of(bytes, true);
      EXPECT_EQ(file.at("itemCount"), lines.size());
      items += static_cast<long long>(lines.size());
      all.insert(all.end(), lines.begin(), lines.end());
    }
    EXPECT_EQ(summary.at("itemCount"), items);
    std::string digest;
    append_base64(digest, md5(buckets.get("b", done.manifest)->bytes));
    const auto stem = done.manifest.substr(0, done.manifest.size() - 5);
    EXPECT_EQ(buckets.get("b", stem + ".md5")->bytes, digest);
    return all;
  }
};

TEST(ExportTest, WritesAllItemsInFilesThatABucketTakes) {
  Exporter engine;
  const auto table = engine.make();
  // Bytes that do not compress.
  for (int i = 0; i < 40; ++i) {
    std::string text;
    while (text.size() < 380'000) text += engine.random.hex(16);
    engine.put(table, item(std::to_string(i), "text", Value::string(text)));
  }
  for (int i = 40; i < 90; ++i) engine.put(table, item(std::to_string(i)));
  const auto begun = engine.transfers.begin(engine.wanted(), table);
  EXPECT_EQ(begun.status, Transfer::Status::in_progress);
  engine.settle();
  const auto done = engine.transfers.existing_export(begun.arn);
  EXPECT_EQ(done.status, Transfer::Status::completed);
  EXPECT_EQ(done.items, 90);
  EXPECT_THAT(engine.data_of(done), SizeIs(90));
  const auto page = engine.buckets.list_objects("b", {.prefix = "p/AWSDynamoDB/"});
  EXPECT_GT(page.objects.size(), 6u);  // More than one file of data.
}

TEST(ExportTest, AnEmptyTableHasAnEmptyFile) {
  Exporter engine;
  const auto table = engine.make();
  const auto begun = engine.transfers.begin(engine.wanted(), table);
  const auto done = engine.transfers.existing_export(begun.arn);
  EXPECT_THAT(engine.data_of(done), IsEmpty());
  EXPECT_EQ(engine.buckets.list_objects("b", {.prefix = "p/"}).objects.size(), 6u);
}

TEST(ExportTest, AnIncrementalOneTellsWhatChanged) {
  Exporter engine;
  const auto table = engine.make();
  const auto value = [](const char* pk, const char* text) {
    return item(pk, "v", Value::string(text));
  };
  engine.put(table, value("same", "1"));
  engine.put(table, value("changed", "1"));
  engine.put(table, value("removed", "1"));
  engine.clock.time = from_epoch_milliseconds(1'800'000'000'000);
  auto wanted = engine.wanted();
  wanted.is_incremental = true;
  wanted.from = engine.clock.time;
  engine.put(table, value("changed", "2"));
  engine.put(table, value("new", "1"));
  engine.put(table, value("passing", "1"));
  engine.clock.time += std::chrono::minutes(10);
  engine.put(table, value("changed", "3"));
  engine.remove(table, item("removed"));
  engine.remove(table, item("passing"));
  engine.clock.time += std::chrono::minutes(10);
  wanted.to = engine.clock.time;
  engine.put(table, value("late", "1"));

  const std::string early = R"({"Metadata":{"WriteTimestampMicros":{"N":"1800000000000000"}},)";
  const std::string late = R"({"Metadata":{"WriteTimestampMicros":{"N":"1800000600000000"}},)";
  const auto image = [](const std::string& pk, const std::string& v) {
    return R"({"pk":{"S":")" + pk + R"("},"v":{"S":")" + v + R"("}})";
  };
  const auto begun = engine.transfers.begin(wanted, table);
  EXPECT_THAT(
      engine.data_of(engine.transfers.existing_export(begun.arn)),
      UnorderedElementsAre(
          late + R"("Keys":{"pk":{"S":"changed"}},"OldImage":)" + image("changed", "1") +
              R"(,"NewImage":)" + image("changed", "3") + "}",
          late + R"("Keys":{"pk":{"S":"removed"}},"OldImage":)" + image("removed", "1") + "}",
          early + R"("Keys":{"pk":{"S":"new"}},"NewImage":)" + image("new", "1") + "}"));
  wanted.has_old_images = false;
  const auto second = engine.transfers.begin(wanted, table);
  EXPECT_THAT(
      engine.data_of(engine.transfers.existing_export(second.arn)),
      UnorderedElementsAre(
          late + R"("Keys":{"pk":{"S":"changed"}},"NewImage":)" + image("changed", "3") + "}",
          late + R"("Keys":{"pk":{"S":"removed"}}})",
          early + R"("Keys":{"pk":{"S":"new"}},"NewImage":)" + image("new", "1") + "}"));
}

/// An import of everything in the bucket `b`.
Import import_of_all() {
  Import wanted;
  wanted.bucket = "b";
  return wanted;
}

TEST(ImportTest, GoesOnWhenTheProgramComesBack) {
  const Folder folder;
  const storage::StoreOptions options{.folder = folder.path() + "/store"};
  constexpr int count = 30'000;
  std::string arn;
  {
    Exporter engine(options);
    const auto table = engine.make();
    std::string lines;
    for (int i = 0; i < count; ++i) {
      lines += R"({"Item":{"pk":{"S":")" + std::to_string(i) + "\"}}}\n";
    }
    engine.buckets.put("b", "1", gzip(lines), {});
    auto wanted = import_of_all();
    wanted.is_gzip = true;
    arn = engine.transfers.begin(wanted, spec_of(*table, "I"), Caller{}).arn;
    EXPECT_EQ(engine.transfers.existing_import(arn).status, Transfer::Status::in_progress);
    EXPECT_EQ(engine.catalog.find("I")->status, TableStatus::creating);
  }
  Exporter engine(options);
  engine.settle();
  const auto done = engine.transfers.existing_import(arn);
  EXPECT_EQ(done.status, Transfer::Status::completed);
  EXPECT_EQ(done.imported_items, count);
  EXPECT_EQ(engine.reader.size_of(*engine.catalog.table("I")).items.load(), count);
}

TEST(ImportTest, DamagedObjectsDoNotEndIt) {
  Exporter engine;
  const auto table = engine.make();
  const std::string line = R"({"Item":{"pk":{"S":"a"}}})";
  engine.buckets.put("b", "1", "no gzip", {});
  engine.buckets.put("b", "2", gzip(line), {});
  engine.buckets.put("b", "3", "", {});
  auto wanted = import_of_all();
  wanted.is_gzip = true;
  const auto arn = engine.transfers.begin(wanted, spec_of(*table, "I"), Caller{}).arn;
  const auto done = engine.transfers.existing_import(arn);
  EXPECT_EQ(done.status, Transfer::Status::completed);
  EXPECT_EQ(done.errors, 1);
  EXPECT_EQ(done.imported_items, 1);
}

TEST(ImportTest, AHeaderMayBeTheFirstLineOfEachObject) {
  Exporter engine;
  const auto table = engine.make();
  engine.buckets.put("b", "1", "pk,a\n1,x\n2,y\n", {});
  engine.buckets.put("b", "2", "b,pk\nz,3\n", {});
  auto wanted = import_of_all();
  wanted.format = ImportFormat::csv;
  engine.transfers.begin(wanted, spec_of(*table, "I"), Caller{});
  const auto made = engine.catalog.table("I");
  EXPECT_EQ(engine.reader.size_of(*made).items.load(), 3);
  EXPECT_EQ(engine.reader.item(made->key_of(item("3"))), item("3", "b", Value::string("z")));
}

}  // namespace
}  // namespace engine
