#include <gtest/gtest.h>

#include "engine/capacity.h"
#include "engine/throttle/meter.h"
#include "expression_fixture.h"
#include "fixture.h"

namespace engine {
namespace {

std::shared_ptr<const Table> table_with(Engine& engine, long long reads, long long writes) {
  TableSpec spec;
  spec.name = "t";
  spec.key.partition = {"pk", Type::string};
  spec.attribute_definitions = {{"pk", Type::string}};
  spec.throughput = {reads, writes};
  engine.catalog.create(spec, Caller{});
  return engine.catalog.table("t");
}

bool can_write(ThroughputMeter& meter, const Table& table) {
  return !meter.refusal_of_write(table, {}).has_value();
}

Capacity units(double count) { return {.table = count, .local_indexes = {}, .global_indexes = {}}; }

TEST(ThroughputMeterTest, DoesNothingUnlessItIsEnforced) {
  Engine engine;
  const auto table = table_with(engine, 1, 1);
  ThroughputMeter meter(engine.clock);
  meter.take_write(*table, units(1000));
  EXPECT_TRUE(can_write(meter, *table));
  EXPECT_NO_THROW(meter.require_write(*table));
}

TEST(ThroughputMeterTest, KeepsWhatIsNotUsedFor300Seconds) {
  Engine engine;
  const auto table = table_with(engine, 1, 2);
  ThroughputMeter meter(engine.clock, true);
  meter.take_write(*table, units(599));
  EXPECT_TRUE(can_write(meter, *table));
  meter.take_write(*table, units(1));
  EXPECT_FALSE(can_write(meter, *table));

  engine.clock.time += std::chrono::milliseconds(500);
  EXPECT_TRUE(can_write(meter, *table));
  engine.clock.time += std::chrono::hours(1);
  meter.take_write(*table, units(600));
  EXPECT_FALSE(can_write(meter, *table));
}

TEST(ThroughputMeterTest, WhatWasTakenTooMuchIsPaidBackFirst) {
  Engine engine;
  const auto table = table_with(engine, 1, 1);
  ThroughputMeter meter(engine.clock, true);
  meter.take_write(*table, units(310));
  engine.clock.time += std::chrono::seconds(10);
  EXPECT_FALSE(can_write(meter, *table));
  engine.clock.time += std::chrono::seconds(1);
  EXPECT_TRUE(can_write(meter, *table));
}

TEST(ThroughputMeterTest, AClockThatIsSetBackGivesNothing) {
  Engine engine;
  const auto table = table_with(engine, 1, 1);
  ThroughputMeter meter(engine.clock, true);
  meter.take_write(*table, units(300));
  engine.clock.time -= std::chrono::hours(1);
  EXPECT_FALSE(can_write(meter, *table));
  engine.clock.time += std::chrono::seconds(1);
  EXPECT_TRUE(can_write(meter, *table));
}

TEST(ThroughputMeterTest, ReadsAndWritesAreApart) {
  Engine engine;
  const auto table = table_with(engine, 1, 1);
  ThroughputMeter meter(engine.clock, true);
  meter.take_read(*table, 300.0);
  EXPECT_THROW(meter.require_read(*table), ApiError);
  EXPECT_NO_THROW(meter.require_write(*table));
}

TEST(ThroughputMeterTest, ANewTableOfTheSameNameBeginsAnew) {
  Engine engine;
  ThroughputMeter meter(engine.clock, true);
  meter.take_write(*table_with(engine, 1, 1), units(300));
  engine.catalog.remove("t");
  EXPECT_TRUE(can_write(meter, *table_with(engine, 1, 1)));
}

TEST(ThroughputMeterTest, ChangedThroughputCountsFromThenOn) {
  Engine engine;
  const auto table = table_with(engine, 1, 1);
  ThroughputMeter meter(engine.clock, true);
  meter.take_write(*table, units(300));
  Table faster = *table;
  faster.throughput.write_units = 100;
  engine.clock.time += std::chrono::seconds(1);
  meter.take_write(faster, units(99));
  EXPECT_TRUE(can_write(meter, faster));
  meter.take_write(faster, units(1));
  EXPECT_FALSE(can_write(meter, faster));
}

TEST(ThroughputMeterTest, OnDemandOnlyALimitCanBeUsedUp) {
  Engine engine;
  ThroughputMeter meter(engine.clock, true);
  Table table = *engine.make_table("free");
  meter.take_write(table, units(1e6));
  EXPECT_TRUE(can_write(meter, table));

  table.on_demand_limits.write_units = 1;
  meter.take_write(table, units(300));
  const auto refusal = meter.refusal_of_write(table, {});
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->code, "ThrottlingException");
  EXPECT_EQ(refusal->members,
            R"("throttlingReasons":[{"reason":"TableWriteMaxOnDemandThroughputExceeded",)"
            R"("resource":")" +
                table.arn + R"("}])");
  EXPECT_NO_THROW(meter.require_read(table));
  EXPECT_EQ(throttled(*refusal).code, "ThrottlingError");
}

/// What the writer takes is what it says that it took.
TEST(ThroughputMeterTest, TheWriterTakesWhatWasWritten) {
  Engine engine;
  const auto table = table_with(engine, 1, 1);
  ThroughputMeter meter(engine.clock, true);
  engine.writer.set_meter(meter);
  const Item large = item("a", "s", Value::string(std::string(299 * 1024, 'x')));
  engine.put(table, large);  // 300 units.
  EXPECT_THROW(engine.put(table, item("b")), ApiError);
  EXPECT_FALSE(engine.reader.item(table->key_of_key(item("b"))).has_value());
  engine.clock.time += std::chrono::seconds(1);
  EXPECT_NO_THROW(engine.put(table, item("b")));
}

}  // namespace
}  // namespace engine
