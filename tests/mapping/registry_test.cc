// Mappings at work on a real engine in memory, with a function and a destination in the test's
// hands. Numbers in comments are those of event-source-mapping.md section 9.

#include "mapping/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/api_error.h"
#include "engine/stream/reader.h"
#include "tests/mapping/fixture.h"

namespace mapping {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

using Batch = std::vector<std::string>;

MATCHER_P2(RefusedWith, code, message, "") {
  try {
    arg();
  } catch (const engine::ApiError& error) {
    *result_listener << error.code << ": " << error.message;
    return error.code == code && error.message == message;
  }
  return false;
}

// Behaviours 1, 22, 30.
TEST(RegistryTest, DeliversARecordAtOnce) {
  World world;
  const auto stream = world.make_stream("T");
  const auto created = world.create({.event_source_arn = stream});
  EXPECT_EQ(created.state, MappingState::creating);
  EXPECT_EQ(created.last_processing_result, "No records processed");
  const auto uuid = created.mapping.uuid;
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::enabled);

  world.put("T", "a");
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}));
  EXPECT_EQ(world.function.calls[0].arn, created.mapping.function_arn);
  EXPECT_EQ(world.run(world.registry->get(uuid)).last_processing_result, "OK");

  world.function.answer = [&](const auto& call) {
    return world.function.calls.size() == 2 ? FakeFunction::refuse(call)
                                            : FakeFunction::throttle(call);
  };
  world.function.is_held = [&](const auto&) { return world.function.calls.size() == 3; };
  world.put("T", "b");
  EXPECT_EQ(world.run(world.registry->get(uuid)).last_processing_result,
            "PROBLEM: Function call failed");
  world.function.answer = FakeFunction::accept;
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_EQ(world.run(world.registry->get(uuid)).last_processing_result, "OK");
}

// Behaviours 35, 36, 37.
TEST(RegistryTest, TheEventHoldsTheRecordsAndNothingElse) {
  World world;
  const auto stream = world.make_stream("T");
  world.create({.event_source_arn = stream});
  world.put("T", "a", 7);
  const auto& text = world.function.calls.at(0).event;
  const auto event = json::parse(text);
  EXPECT_EQ(event.size(), 1u);
  const auto& record = event.at("Records").at(0);
  EXPECT_EQ(record.at("eventName"), "INSERT");
  EXPECT_EQ(record.at("eventVersion"), "1.1");
  EXPECT_EQ(record.at("eventSourceARN"), stream);
  EXPECT_EQ(record.at("dynamodb").at("NewImage"), json::parse(R"({"n":{"N":"7"},"pk":{"S":"a"}})"));
  EXPECT_FALSE(record.at("dynamodb").contains("OldImage"));
  EXPECT_NE(text.find("\"ApproximateCreationDateTime\":1764085660.0,"), std::string::npos) << text;
}

// Behaviours 23, 28.
TEST(RegistryTest, TrimHorizonBringsWhatIsOlderInBatches) {
  World world;
  const auto stream = world.make_stream("T");
  for (const auto* key : {"a", "b", "c", "d", "e"}) world.put("T", key);
  world.create({.event_source_arn = stream, .batch_size = 2});
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a", "b"}, Batch{"c", "d"}, Batch{"e"}));
}

// Behaviour 24.
TEST(RegistryTest, LatestBringsOnlyWhatComes) {
  World world;
  const auto stream = world.make_stream("T");
  world.put("T", "old");
  world.create({.event_source_arn = stream, .starting_position = "LATEST"});
  EXPECT_THAT(world.function.calls, IsEmpty());
  world.put("T", "new");
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"new"}));
}

TEST(RegistryTest, LatestBeginsWhenTheMappingDoes) {
  World world;
  const auto stream = world.make_stream("T");
  const auto created = world.create(
      {.event_source_arn = stream, .is_enabled = false, .starting_position = "LATEST"});
  world.put("T", "before");
  world.run(world.registry->update(created.mapping.uuid, {.is_enabled = true}, {}));
  world.settle();
  world.put("T", "after");
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"after"}));
}

TEST(RegistryTest, WhereLatestBeganOutlivesARestart) {
  World world;
  const auto stream = world.make_stream("T");
  world.put("T", "old");
  world.create({.event_source_arn = stream, .starting_position = "LATEST"});
  world.close();
  world.put("T", "while it was down");
  world.open();
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"while it was down"}));
}

// Behaviour 25.
TEST(RegistryTest, TheNextBatchWaitsForTheEndOfTheOneBefore) {
  World world;
  const auto stream = world.make_stream("T");
  world.create({.event_source_arn = stream});
  world.function.is_held = [&](const auto& call) { return call.keys.at(0) == "a"; };
  world.put("T", "a");
  world.put("T", "b");
  world.put("T", "c");
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}));
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}, Batch{"b", "c"}));
}

// Behaviour 26.
TEST(RegistryTest, ABlockedShardHoldsUpNoOther) {
  World world({.in_memory = true}, 2);
  const auto stream = world.make_stream("T");
  const auto shards = world.engine.streams.find(stream)->shards();
  ASSERT_EQ(shards.size(), 2u);
  std::vector<std::string> keys[2];
  for (int i = 0; i < 16; ++i) {
    const auto key = std::to_string(i);
    const auto before = shards[0]->newest.load();
    world.put("T", key);
    keys[shards[0]->newest.load() == before ? 1 : 0].push_back(key);
  }
  ASSERT_FALSE(keys[0].empty());
  ASSERT_FALSE(keys[1].empty());
  world.function.is_held = [&](const auto& call) { return call.keys.at(0) == keys[0].at(0); };
  world.create({.event_source_arn = stream});
  EXPECT_THAT(world.function.batches(), testing::UnorderedElementsAre(keys[0], keys[1]));
  EXPECT_EQ(world.function.in_flight, 1);
}

// Behaviours 41, 43, 61, 65.
TEST(RegistryTest, TellsTheDestinationAfterTheLastRetry) {
  World world;
  const auto stream = world.make_stream("T");
  world.function.answer = FakeFunction::refuse;
  const auto created =
      world.create({.event_source_arn = stream,
                    .maximum_retry_attempts = 2,
                    .on_failure_destination = "arn:aws:sqs:us-east-1:000000000000:q"});
  world.put("T", "a");
  ASSERT_EQ(world.function.calls.size(), 3u);
  EXPECT_EQ(world.function.calls[0].event, world.function.calls[2].event);

  const auto shard = world.engine.streams.find(stream)->shards().at(0);
  const auto number = engine::sequence_number_text(shard->newest);
  ASSERT_EQ(world.destination.sent.size(), 1u);
  EXPECT_EQ(world.destination.sent[0].destination_arn, "arn:aws:sqs:us-east-1:000000000000:q");
  EXPECT_EQ(world.destination.sent[0].json(),
            R"({"requestContext":{"requestId":"request-3",)"
            R"("functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f",)"
            R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":3},)"
            R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST",)"
            R"("functionError":"Unhandled"},"version":"1.0",)"
            R"("timestamp":"2025-11-25T15:47:40.123Z","DDBStreamBatchInfo":{"shardId":")" +
                shard->shard_id + R"(","startSequenceNumber":")" + number +
                R"(","endSequenceNumber":")" + number +
                R"(","approximateArrivalOfFirstRecord":"2025-11-25T15:47:40Z",)"
                R"("approximateArrivalOfLastRecord":"2025-11-25T15:47:40Z","batchSize":1,)"
                R"("streamArn":")" +
                stream + R"("}})");
}

// Behaviour 66.
TEST(RegistryTest, AFailingDestinationDoesNotBlockTheShard) {
  World world;
  const auto stream = world.make_stream("T");
  world.function.answer = FakeFunction::poisoned_by("a");
  world.destination.problem = "no such queue";
  const auto created =
      world.create({.event_source_arn = stream,
                    .maximum_retry_attempts = 0,
                    .on_failure_destination = "arn:aws:sqs:us-east-1:000000000000:q"});
  world.put("T", "a");
  world.put("T", "b");
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}, Batch{"b"}));
  const auto report = world.run(world.registry->report(created.mapping.uuid));
  EXPECT_EQ(report.counters().destination_failures, 1u);
  const auto deliveries = world.deliveries(created.mapping.uuid);
  EXPECT_EQ(deliveries.at(1).at("destinationError"), "no such queue");
}

// Behaviours 54 and 55; the flight recorder tells the story.
TEST(RegistryTest, TheRecorderTellsHowThePoisonedRecordWasIsolated) {
  World world;
  const auto stream = world.make_stream("T");
  for (const auto* key : {"1", "2", "3", "4"}) world.put("T", key);
  world.function.answer = FakeFunction::poisoned_by("3");
  const auto uuid = world
                        .create({.event_source_arn = stream,
                                 .maximum_retry_attempts = 1,
                                 .bisect_batch_on_function_error = true,
                                 .on_failure_destination = "arn:aws:sqs:us-east-1:000000000000:q"})
                        .mapping.uuid;
  EXPECT_THAT(world.function.batches(),
              ElementsAre(Batch{"1", "2", "3", "4"}, Batch{"1", "2"}, Batch{"3", "4"}, Batch{"3"},
                          Batch{"3"}, Batch{"4"}));
  const auto deliveries = world.deliveries(uuid);
  std::vector<std::string> story;
  for (const auto& delivery : deliveries) {
    story.push_back(std::to_string(delivery.at("deliveryId").get<int>()) + " <" +
                    std::to_string(delivery.value("splitFrom", 0)) + " x" +
                    std::to_string(delivery.at("batchSize").get<int>()) + " #" +
                    std::to_string(delivery.at("attempt").get<int>()) + " " +
                    delivery.at("outcome").get<std::string>());
  }
  EXPECT_THAT(story, ElementsAre("1 <0 x4 #1 failed", "2 <1 x2 #1 succeeded", "3 <1 x2 #1 failed",
                                 "4 <3 x1 #1 failed", "5 <3 x1 #2 failed", "6 <3 x1 #2 discarded",
                                 "7 <3 x1 #1 succeeded"));
  EXPECT_EQ(deliveries[0].at("functionError"), "Unhandled");
  EXPECT_EQ(deliveries[0].at("errorType"), "Error");
  EXPECT_EQ(deliveries[0].at("errorMessage"), "refused");
  EXPECT_EQ(deliveries[5].at("destination"), "arn:aws:sqs:us-east-1:000000000000:q");
  EXPECT_EQ(deliveries[6].at("checkpoint"), deliveries[6].at("endSequenceNumber"));
  const auto counters = world.run(world.registry->report(uuid)).counters();
  EXPECT_EQ(counters.records_delivered, 3u);
  EXPECT_EQ(counters.invocations, 6u);
  EXPECT_EQ(counters.failures, 4u);
  EXPECT_EQ(counters.splits, 2u);
  EXPECT_EQ(counters.records_discarded, 1u);
}

// Behaviour 60, on the one clock.
TEST(RegistryTest, WaitsBetweenAttempts) {
  World world;
  world.means.backoff = Backoff{.jitter = 0};
  world.close();
  world.open();
  const auto stream = world.make_stream("T");
  world.function.answer = FakeFunction::refuse;
  world.create({.event_source_arn = stream});
  world.put("T", "a");
  EXPECT_EQ(world.function.calls.size(), 1u);
  world.put("T", "b");  // Does not hurry it.
  world.advance(milliseconds(499));
  EXPECT_EQ(world.function.calls.size(), 1u);
  world.advance(milliseconds(1));
  EXPECT_EQ(world.function.calls.size(), 2u);
  world.advance(milliseconds(999));
  EXPECT_EQ(world.function.calls.size(), 2u);
  world.advance(milliseconds(1));
  EXPECT_EQ(world.function.calls.size(), 3u);
  world.function.answer = FakeFunction::accept;
  world.advance(seconds(2));
  EXPECT_THAT(world.function.batches().back(), ElementsAre("b"));
}

// Behaviour 45.
TEST(RegistryTest, AThrottleIsTriedAgainAndUsesUpNoAttempt) {
  World world;
  const auto stream = world.make_stream("T");
  world.function.answer = [&](const auto& call) {
    return world.function.calls.size() < 5 ? FakeFunction::throttle(call)
                                           : FakeFunction::accept(call);
  };
  const auto created = world.create({.event_source_arn = stream, .maximum_retry_attempts = 0});
  world.put("T", "a");
  EXPECT_EQ(world.function.calls.size(), 5u);
  const auto deliveries = world.deliveries(created.mapping.uuid);
  EXPECT_EQ(deliveries.at(3).at("outcome"), "throttled");
  EXPECT_EQ(deliveries.at(4).at("outcome"), "succeeded");
  EXPECT_EQ(deliveries.at(4).at("attempt"), 1);
}

// Behaviours 6, 21.
TEST(RegistryTest, DisablingKeepsTheCheckpoint) {
  World world;
  const auto stream = world.make_stream("T");
  const auto created = world.create({.event_source_arn = stream, .is_enabled = false});
  EXPECT_EQ(created.state, MappingState::disabled);
  const auto uuid = created.mapping.uuid;
  world.put("T", "a");
  EXPECT_THAT(world.function.calls, IsEmpty());

  EXPECT_EQ(world.run(world.registry->update(uuid, {.is_enabled = true}, {})).state,
            MappingState::enabling);
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}));
  EXPECT_EQ(world.run(world.registry->update(uuid, {.is_enabled = false}, {})).state,
            MappingState::disabling);
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::disabled);
  world.put("T", "b");
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}));
  world.run(world.registry->update(uuid, {.is_enabled = true}, {}));
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}, Batch{"b"}));
}

TEST(RegistryTest, WhileDisablingTheBatchInFlightIsFinished) {
  World world;
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  world.function.is_held = [&](const auto&) { return true; };
  world.put("T", "a");
  world.put("T", "b");
  world.run(world.registry->update(uuid, {.is_enabled = false}, {}));
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::disabling);
  EXPECT_THAT([&] { world.run(world.registry->update(uuid, {.is_enabled = true}, {})); },
              RefusedWith("ResourceInUseException",
                          "Cannot update the event source mapping because it is in use."));
  EXPECT_THAT([&] { world.run(world.registry->remove(uuid)); },
              RefusedWith("ResourceInUseException",
                          "Cannot delete the event source mapping because it is in use."));
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::disabled);
  world.run(world.registry->update(uuid, {.is_enabled = true}, {}));
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}, Batch{"b"}));
}

TEST(RegistryTest, AnUpdateThatIsRefusedChangesNothing) {
  World world;
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  const auto before = world.documents.list("mapping");
  EXPECT_THAT(
      [&] {
        world.run(world.registry->update(
            uuid, {.batch_size = 3, .maximum_record_age_in_seconds = 59}, {}));
      },
      RefusedWith("InvalidParameterValueException",
                  "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 "
                  "(inclusive)"));
  EXPECT_EQ(world.documents.list("mapping"), before);
}

TEST(RegistryTest, AMappingWithoutItsFunctionCanStillBeDisabled) {
  World world;
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  world.function.time_limit.reset();
  EXPECT_EQ(world.run(world.registry->update(uuid, {.is_enabled = false}, {})).state,
            MappingState::disabling);
}

TEST(RegistryTest, TagsOutliveARestartAndAreNoChangeOfTheMapping) {
  World world;
  const auto stream = world.make_stream("T");
  const auto made = world.create({.event_source_arn = stream, .tags = {{"team", "a"}}}).mapping;
  world.advance(seconds(1));
  world.run(world.registry->tag(made.arn, {{"team", "b"}, {"stage", "test"}}));
  world.run(world.registry->untag(made.arn, {"stage", "unknown"}));
  world.close();
  world.open();
  EXPECT_EQ(world.run(world.registry->tags(made.arn)), (Tags{{"team", "b"}}));
  EXPECT_EQ(world.run(world.registry->get(made.uuid)).mapping.last_modified, made.last_modified);
  EXPECT_THAT([&] { world.run(world.registry->tags(made.arn + "0")); },
              RefusedWith("ResourceNotFoundException",
                          "Event source mapping not found: " + made.arn + "0"));
}

// Behaviour 19.
TEST(RegistryTest, DeletedIsGone) {
  World world;
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  world.put("T", "a");
  EXPECT_EQ(world.run(world.registry->remove(uuid)).state, MappingState::deleting);
  const auto unknown =
      RefusedWith("ResourceNotFoundException", "The resource you requested does not exist.");
  EXPECT_THAT([&] { world.run(world.registry->get(uuid)); }, unknown);
  EXPECT_THAT([&] { world.run(world.registry->remove(uuid)); }, unknown);
  EXPECT_THAT([&] { world.run(world.registry->update(uuid, {}, {})); }, unknown);
  EXPECT_THAT(world.deliveries(uuid), IsEmpty());
  EXPECT_THAT(world.documents.list(shard_documents_kind(uuid)), IsEmpty());
  world.put("T", "b");
  EXPECT_EQ(world.function.calls.size(), 1u);
  // A new one has no checkpoint.
  world.create({.event_source_arn = stream});
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}, Batch{"a", "b"}));
}

TEST(RegistryTest, ADeletedMappingWithABatchInFlightIsSeenUntilItsEnd) {
  World world;
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  world.function.is_held = [&](const auto&) { return true; };
  world.put("T", "a");
  world.run(world.registry->remove(uuid));
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::deleting);
  EXPECT_THAT([&] { world.run(world.registry->remove(uuid)); },
              RefusedWith("ResourceInUseException",
                          "Cannot delete the event source mapping because it is in use."));
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_THAT(world.run(world.registry->list({}, {})).mappings, IsEmpty());
  EXPECT_THAT(world.documents.list("mapping"), IsEmpty());
}

// Behaviours 7, 8, 9, 12, 13.
TEST(RegistryTest, RefusesInTheWordsOfTheService) {
  World world;
  const auto stream = world.make_stream("T");
  const auto create = [&](const std::string& function, const std::string& source,
                          std::optional<std::string> position) {
    return [&world, function, source, position] {
      MappingSpec spec;
      spec.event_source_arn = source;
      spec.function_name = function;
      spec.starting_position = position;
      world.run(world.registry->create(spec, {}));
    };
  };
  const std::string invalid = "InvalidParameterValueException";
  EXPECT_THAT(create("missing", stream, std::nullopt),
              RefusedWith(invalid, "Function does not exist"));
  EXPECT_THAT(create("f", stream, std::nullopt),
              RefusedWith(invalid,
                          "1 validation error detected: Value null at 'startingPosition' failed to "
                          "satisfy constraint: Member must not be null."));
  EXPECT_THAT(create("f", stream, "AT_TIMESTAMP"),
              RefusedWith(invalid, "Unsupported starting position for arn type: " + stream));
  EXPECT_THAT(create("f", stream + "0", "LATEST"),
              RefusedWith(invalid, "Stream not found: " + stream + "0"));
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  EXPECT_THAT(create("f", stream, "LATEST"),
              RefusedWith("ResourceConflictException",
                          "The event source arn (\" " + stream +
                              " \") and function (\" f \") provided mapping already exists. Please "
                              "update or delete the existing mapping with UUID " +
                              uuid));
  create("g", stream, "LATEST")();
  EXPECT_EQ(world.run(world.registry->list({}, {})).mappings.size(), 2u);
}

// Behaviour 18.
TEST(RegistryTest, ListsBySourceAndByFunctionInPages) {
  World world;
  const auto first = world.make_stream("T");
  const auto second = world.make_stream("U");
  world.create({.event_source_arn = first, .function_name = "f"});
  world.create({.event_source_arn = first, .function_name = "g"});
  world.create({.event_source_arn = second, .function_name = "f"});
  const auto count = [&](MappingFilter filter) {
    return world.run(world.registry->list(std::move(filter), {})).mappings.size();
  };
  EXPECT_EQ(count({}), 3u);
  EXPECT_EQ(count({.event_source_arn = first}), 2u);
  EXPECT_EQ(count({.function_name = "f"}), 2u);
  EXPECT_EQ(count({.function_name = "arn:aws:lambda:us-east-1:000000000000:function:g"}), 1u);
  EXPECT_EQ(count({.function_name = "nobody"}), 0u);
  const auto page = world.run(world.registry->list({.limit = 2}, {}));
  ASSERT_EQ(page.mappings.size(), 2u);
  EXPECT_FALSE(page.is_last);
  const auto rest =
      world.run(world.registry->list({.after = page.mappings.back().mapping.uuid, .limit = 2}, {}));
  EXPECT_EQ(rest.mappings.size(), 1u);
  EXPECT_TRUE(rest.is_last);
}

TEST(RegistryTest, AnUpdateCountsFromTheNextBatchOn) {
  World world;
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  const auto updated =
      world.run(world.registry->update(uuid, {.function_name = "g", .batch_size = 1}, {}));
  EXPECT_EQ(updated.state, MappingState::updating);
  EXPECT_EQ(updated.mapping.function_arn, "arn:aws:lambda:us-east-1:000000000000:function:g");
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::enabled);
  world.function.is_held = [&](const auto& call) { return call.keys.at(0) == "a"; };
  world.put("T", "a");
  world.put("T", "b");
  world.put("T", "c");
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}, Batch{"b"}, Batch{"c"}));
  EXPECT_EQ(world.function.calls.back().arn, updated.mapping.function_arn);
}

// Behaviour 27, as far as streams have children: the end of a stream.
TEST(RegistryTest, ADisabledStreamIsReadToItsEnd) {
  World world;
  const auto stream = world.make_stream("T");
  world.create({.event_source_arn = stream});
  world.put("T", "a");
  world.function.answer = FakeFunction::accept;
  world.engine.catalog.update("T", {.disable_stream = true});
  world.settle();
  const auto uuid = world.run(world.registry->list({}, {})).mappings.at(0).mapping.uuid;
  const auto report = world.run(world.registry->report(uuid));
  EXPECT_TRUE(report.shards.at(0).status.progress.has_ended);
  EXPECT_EQ(report.view.state, MappingState::enabled);
  world.close();
  world.open();
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}));
}

TEST(RegistryTest, AHalfDoneBisectGoesOnAfterARestart) {
  World world;
  const auto stream = world.make_stream("T");
  for (const auto* key : {"1", "2", "3", "4"}) world.put("T", key);
  world.function.answer = FakeFunction::poisoned_by("3");
  // The program ends while the second half is with the function for the second time.
  world.function.is_held = [&](const auto& call) {
    return call.keys == Batch{"3"} && world.function.calls.size() == 5;
  };
  const auto uuid = world
                        .create({.event_source_arn = stream,
                                 .maximum_retry_attempts = 2,
                                 .bisect_batch_on_function_error = true})
                        .mapping.uuid;
  ASSERT_EQ(world.function.in_flight, 1);
  const auto before = world.documents.list(shard_documents_kind(uuid));
  world.function.answer = FakeFunction::throttle;  // What it gets, it gets no more.
  boost::asio::co_spawn(world.context, world.registry->stop(), [](const std::exception_ptr&) {});
  world.settle();
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_EQ(world.documents.list(shard_documents_kind(uuid)), before);

  world.function.calls.clear();
  world.function.answer = FakeFunction::poisoned_by("3");
  world.open();
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"3"}, Batch{"3"}, Batch{"4"}));
  const auto deliveries = world.deliveries(uuid);
  EXPECT_EQ(deliveries.at(4).at("attempt"), 2);
  EXPECT_EQ(deliveries.at(4).at("splitFrom"), 3);
}

TEST(RegistryTest, DrainWaitsForRetriesAndCascades) {
  World world;
  world.means.backoff = Backoff{.jitter = 0};
  world.close();
  world.open();
  const auto first = world.make_stream("T");
  const auto second = world.make_stream("U");
  world.create({.event_source_arn = first, .function_name = "f"});
  world.create({.event_source_arn = second, .function_name = "g"});
  bool was_refused = false;
  world.function.answer = [&](const FakeFunction::Call& call) {
    if (call.arn.ends_with(":f")) {
      if (!std::exchange(was_refused, true)) return FakeFunction::refuse(call);
      world.engine.put(world.engine.catalog.table("U"),
                       engine::Item::of({{"pk", engine::Value::string(call.keys.at(0))}}));
    }
    return FakeFunction::accept(call);
  };
  EXPECT_THAT(world.run(world.registry->drain(seconds(30))), IsEmpty());  // Nothing to do.
  world.put("T", "a");

  std::optional<std::size_t> left;
  boost::asio::co_spawn(world.context, world.registry->drain(seconds(30)),
                        [&](const std::exception_ptr&, const std::vector<Pending>& pending) {
                          left = pending.size();
                        });
  world.settle();
  EXPECT_FALSE(left);
  world.advance(milliseconds(500));
  EXPECT_EQ(left, 0u);
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}, Batch{"a"}, Batch{"a"}));
}

TEST(RegistryTest, DrainSaysWhatIsPendingAndWhy) {
  World world;
  world.means.backoff = Backoff{.jitter = 0};
  world.close();
  world.open();
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  world.function.answer = FakeFunction::refuse;
  world.put("T", "a");
  std::vector<Pending> left;
  boost::asio::co_spawn(
      world.context, world.registry->drain(milliseconds(20)),
      [&](const std::exception_ptr&, std::vector<Pending> pending) { left = std::move(pending); });
  world.settle();
  for (int i = 0; i < 3; ++i) world.advance(seconds(1));
  // The time-out is of the machine's time: a clock that stands still does not hang the caller.
  while (left.empty()) world.context.run_one();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].mapping_uuid, uuid);
  EXPECT_THAT(left[0].why, testing::HasSubstr("has failed 3 times; next attempt at "));
  EXPECT_THAT(left[0].why, testing::HasSubstr("last error: Error: refused"));
}

TEST(RegistryTest, DrainDoesNotTakeTheEndOfTheProgramForTheEndOfTheWork) {
  World world;
  const auto stream = world.make_stream("T");
  world.create({.event_source_arn = stream});
  world.function.is_held = [](const auto&) { return true; };
  world.put("T", "a");
  world.put("T", "b");
  std::optional<std::size_t> left;
  boost::asio::co_spawn(world.context, world.registry->drain(seconds(30)),
                        [&](const std::exception_ptr&, const std::vector<Pending>& pending) {
                          left = pending.size();
                        });
  boost::asio::co_spawn(world.context, world.registry->stop(), [](const std::exception_ptr&) {});
  world.settle();
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_EQ(left, 1u);
}

TEST(RegistryTest, AMappingWithoutItsStreamStays) {
  World world;
  const auto stream = world.make_stream("T");
  const auto uuid = world.create({.event_source_arn = stream}).mapping.uuid;
  world.engine.catalog.remove("T");
  world.settle();
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::enabled);
  EXPECT_THAT(world.run(world.registry->drain(seconds(1))), IsEmpty());
}

TEST(RegistryTest, RemoveAllLeavesNothing) {
  World world;
  const auto stream = world.make_stream("T");
  world.create({.event_source_arn = stream});
  world.create({.event_source_arn = stream, .function_name = "g"});
  world.put("T", "a");
  world.run(world.registry->remove_all());
  EXPECT_THAT(world.run(world.registry->list({}, {})).mappings, IsEmpty());
  EXPECT_THAT(world.documents.list("recorder"), IsEmpty());
}

TEST(RecorderTest, KeepsTheNewest) {
  storage::Store store({.in_memory = true});
  engine::Documents documents(store);
  Recorder recorder(documents, 3);
  recorder.load("m");
  const auto deliver = [&](Recorder& to) {
    Delivery delivery;
    delivery.mapping_uuid = "m";
    delivery.id = to.next_id("m");
    std::vector<engine::Documents::Change> changes;
    to.note("m", std::span(&delivery, 1), {}, changes);
    documents.commit(changes);
  };
  for (int i = 0; i < 5; ++i) deliver(recorder);
  const auto ids = [](const std::vector<std::string>& texts) {
    std::vector<int> list;
    for (const auto& text : texts) list.push_back(json::parse(text).at("deliveryId"));
    return list;
  };
  EXPECT_THAT(ids(recorder.deliveries("m", 0, 100)), ElementsAre(3, 4, 5));
  EXPECT_THAT(ids(recorder.deliveries("m", 3, 1)), ElementsAre(4));
  Recorder again(documents, 3);
  again.load("m");
  deliver(again);
  EXPECT_THAT(ids(again.deliveries("m", 0, 100)), ElementsAre(4, 5, 6));
  EXPECT_EQ(again.last_processing_result("m"), "OK");
}

}  // namespace
}  // namespace mapping
