// What is said of tables and vector indexes while they are being made.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/dynamodb/operations.h"
#include "engine/api_error.h"
#include "engine/documents.h"
#include "tests/api/present.h"
#include "tests/engine/fixture.h"

namespace api {
namespace {

using nlohmann::json;

/// The operations on an engine whose tables take a minute.
class SettlingTest : public testing::Test {
 protected:
  json call(void (*operation)(Services&, const Call&, std::string&), const json& input) {
    simdjson::dom::parser parser;
    const std::string text = input.dump();
    Call call;
    call.body = parser.parse(text);
    call.text = text;
    std::string out;
    operation(services_, call, out);
    return json::parse(out, nullptr, false);
  }

  std::string refusal(void (*operation)(Services&, const Call&, std::string&), const json& input) {
    try {
      call(operation, input);
    } catch (const engine::ApiError& error) {
      return error.code + ": " + error.message;
    }
    return "no refusal";
  }

  void pass(std::chrono::seconds time) {
    engine_.clock.time += time;
    engine_.catalog.perform(engine_.clock.now());
  }

  void fill() {
    while (engine_.backfill.next_due()) engine_.backfill.perform(engine_.clock.now());
  }

  json vector_index() {
    json table = call(describe_table, {{"TableName", "Music"}});
    return table["Table"]["VectorIndexes"][0];
  }

  std::string search() {
    return refusal(search_vectors, {{"TableName", "Music"},
                                    {"IndexName", "near"},
                                    {"TopK", 1},
                                    {"SearchVector", {{{"N", "1"}}}}});
  }

  const json table_ = {
      {"TableName", "Music"},
      {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
      {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
      {"BillingMode", "PAY_PER_REQUEST"}};
  const json index_ = {{"IndexName", "near"},
                       {"VectorAttribute", {{"AttributeName", "v"}}},
                       {"Dimensions", 1},
                       {"DistanceFunction", "COSINE"},
                       {"Projection", {{"ProjectionType", "ALL"}}}};

  engine::Engine engine_{{.in_memory = true}, 1, std::chrono::minutes(1)};
  engine::Documents documents_{engine_.store};
  Services services_{.clock = engine_.clock,
                     .random = engine_.random,
                     .documents = documents_,
                     .catalog = engine_.catalog,
                     .streams = engine_.streams,
                     .reader = engine_.reader,
                     .writer = engine_.writer,
                     .transactions = engine_.transactions,
                     .expiry = engine_.expiry,
                     .backfill = engine_.backfill,
                     .backups = Present::or_absent<engine::Backups>(),
                     .transfers = Present::or_absent<engine::Transfers>(),
                     .meter = Present::or_absent<engine::ThroughputMeter>(),
                     .stream_reader = engine_.stream_reader,
                     .queues = Present::or_absent<engine::Queues>(),
                     .topics = Present::or_absent<engine::Topics>(),
                     .buckets = Present::or_absent<engine::Buckets>(),
                     .timeline = Present::or_absent<mapping::Timeline>(),
                     .journey = Present::or_absent<mapping::Journey>(),
                     .arrivals = Present::or_absent<mapping::Arrivals>(),
                     .functions = Present::or_absent<mapping::Functions>(),
                     .invoker = Present::or_absent<mapping::Invoker>(),
                     .faults = Present::or_absent<mapping::Faults>(),
                     .registry = Present::or_absent<mapping::Registry>()};
};

TEST_F(SettlingTest, NothingIsToldOfTimeToLiveUntilATableIsThere) {
  call(create_table, table_);
  EXPECT_EQ(refusal(describe_time_to_live, {{"TableName", "Music"}}),
            "ValidationException: Cannot describe time to live while table is in CREATING state: "
            "Current table state is CREATING");
  EXPECT_EQ(refusal(update_time_to_live,
                    {{"TableName", "Music"},
                     {"TimeToLiveSpecification", {{"AttributeName", "a"}, {"Enabled", true}}}}),
            "ResourceInUseException: Attempt to change a resource which is still in use: Table is "
            "being created: Music");
  EXPECT_EQ(refusal(update_contributor_insights,
                    {{"TableName", "Music"}, {"ContributorInsightsAction", "ENABLE"}}),
            "ResourceInUseException: Attempt to change a resource which is still in use: Table is "
            "being created: Music");
  pass(std::chrono::minutes(1));
  EXPECT_EQ(refusal(describe_time_to_live, {{"TableName", "Music"}}), "no refusal");
}

TEST_F(SettlingTest, AVectorIndexIsActiveWithItsTable) {
  auto with_index = table_;
  with_index["VectorIndexes"] = {index_};
  call(create_table, with_index);
  EXPECT_EQ(vector_index()["IndexStatus"], "CREATING");
  EXPECT_FALSE(vector_index().contains("Backfilling"));
  EXPECT_EQ(search(), "ResourceNotFoundException: Requested resource not found");
  pass(std::chrono::minutes(1));
  EXPECT_EQ(vector_index()["IndexStatus"], "ACTIVE");
  EXPECT_EQ(search(), "no refusal");
}

TEST_F(SettlingTest, AVectorIndexMadeLaterIsAllocatedThenFilledAndThenThere) {
  call(create_table, table_);
  pass(std::chrono::minutes(1));
  call(put_item,
       {{"TableName", "Music"}, {"Item", {{"id", {{"S", "a"}}}, {"v", {{"L", {{{"N", "2"}}}}}}}}});
  call(update_table, {{"TableName", "Music"}, {"VectorIndexUpdates", {{{"Create", index_}}}}});
  EXPECT_EQ(vector_index()["IndexStatus"], "CREATING");
  EXPECT_EQ(vector_index()["Backfilling"], false);
  EXPECT_EQ(search(), "ValidationException: The table does not have the specified index: near");
  const json removal = {{"TableName", "Music"},
                        {"VectorIndexUpdates", {{{"Delete", {{"IndexName", "near"}}}}}}};
  EXPECT_EQ(refusal(update_table, removal),
            "ResourceInUseException: Attempt to change a resource which is still in use: Index "
            "creation is in resource allocation phase. Retry deletion during backfilling phase or "
            "when the index is active. Table: Music Index: near");

  pass(std::chrono::minutes(1));
  EXPECT_EQ(vector_index()["Backfilling"], true);
  EXPECT_EQ(search(), "ValidationException: Cannot search backfilling vector index: near");
  auto another = index_;
  another["IndexName"] = "another";
  EXPECT_EQ(refusal(update_table,
                    {{"TableName", "Music"}, {"VectorIndexUpdates", {{{"Create", another}}}}}),
            "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created "
            "or deleted simultaneously per table");

  fill();
  pass(std::chrono::minutes(1));
  EXPECT_EQ(vector_index()["IndexStatus"], "ACTIVE");
  EXPECT_FALSE(vector_index().contains("Backfilling"));
  EXPECT_EQ(vector_index()["ItemCount"], 1);
  EXPECT_EQ(search(), "no refusal");

  call(update_table, removal);
  EXPECT_EQ(vector_index()["IndexStatus"], "DELETING");
  EXPECT_EQ(search(), "ValidationException: The table does not have the specified index: near");
  EXPECT_EQ(refusal(update_table, removal),
            "ResourceInUseException: Attempt to change a resource which is still in use: Index is "
            "being deleted. Table: Music Index: near");
  pass(std::chrono::minutes(1));
  EXPECT_TRUE(vector_index().is_null());
}

}  // namespace
}  // namespace api
