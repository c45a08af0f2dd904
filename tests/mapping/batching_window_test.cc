// MaximumBatchingWindowInSeconds (event-source-mapping.md 3.4).
// Numbers in names are those of section 9.

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

TEST(BatchingWindowTest, Behaviour29TheFirstWindowBeginsAtTheFirstRecord) {
  DrivenShard shard({.batch_size = 10, .batching_window = seconds(20)});
  EXPECT_FALSE(shard.waits());
  shard.now += seconds(7);
  shard.write(records(1, 1));
  EXPECT_EQ(shard.waits(), t0 + seconds(27));
  shard.now += seconds(10);
  shard.write(records(2, 2));
  EXPECT_EQ(shard.waits(), t0 + seconds(27));  // A later record prolongs nothing.
  shard.now = t0 + seconds(27) - milliseconds(1);
  EXPECT_EQ(shard.waits(), t0 + seconds(27));
  shard.now = t0 + seconds(27);
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
}

TEST(BatchingWindowTest, Behaviour29AFullBatchGoesAtOnce) {
  DrivenShard shard({.batch_size = 3, .batching_window = seconds(20)});
  shard.write(records(1, 2));
  EXPECT_TRUE(shard.waits());
  shard.write(records(3, 4));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3));
}

TEST(BatchingWindowTest, ABatchThatIsFullOfBytesGoesAtOnce) {
  DrivenShard shard(
      {.batch_size = 10, .batching_window = seconds(20), .event_bytes_max = 14 + 2 * 101});
  shard.write(records(1, 2));
  EXPECT_TRUE(shard.waits());  // A small one may still fit, for all we know.
  shard.write(records(3, 3));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
}

TEST(BatchingWindowTest, TheNextWindowBeginsAtTheEndOfTheCall) {
  DrivenShard shard({.batch_size = 2, .batching_window = seconds(20)});
  shard.write(records(1, 3));
  shard.calls();
  shard.now += seconds(5);
  shard.succeeds();
  EXPECT_EQ(shard.waits(), t0 + seconds(25));
  shard.now += seconds(20);
  EXPECT_THAT(shard.calls(), ElementsAre(3));
}

TEST(BatchingWindowTest, RecordsThatComeDuringTheCallWaitFromItsEnd) {
  DrivenShard shard({.batch_size = 2, .batching_window = seconds(20)});
  shard.write(records(1, 2));
  shard.calls();
  shard.now += seconds(3);
  shard.write(records(3, 3));
  EXPECT_FALSE(shard.waits());
  shard.now += seconds(3);
  shard.succeeds();
  EXPECT_EQ(shard.waits(), t0 + seconds(26));
}

TEST(BatchingWindowTest, ARecordInAWindowThatRunsAlreadyWaitsForItsEndOnly) {
  DrivenShard shard({.batch_size = 2, .batching_window = seconds(20)});
  shard.write(records(1, 2));
  shard.calls();
  shard.succeeds();
  EXPECT_FALSE(shard.waits());
  shard.now += seconds(15);
  shard.write(records(3, 3));
  EXPECT_EQ(shard.waits(), t0 + seconds(20));
}

TEST(BatchingWindowTest, Behaviour34EmptyWindowsPassInSilence) {
  DrivenShard shard({.batch_size = 2, .batching_window = seconds(20)});
  shard.write(records(1, 2));
  shard.calls();
  shard.succeeds();
  shard.now += seconds(3600 + 5);
  EXPECT_FALSE(shard.waits());
  shard.write(records(3, 3));
  EXPECT_EQ(shard.waits(), t0 + seconds(3600 + 20));
}

TEST(BatchingWindowTest, TheEndOfTheShardWaitsForNothing) {
  DrivenShard shard({.batch_size = 10, .batching_window = seconds(300)});
  shard.write(records(1, 2));
  EXPECT_TRUE(shard.waits());
  shard.close();
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.succeeds();
  EXPECT_TRUE(shard.has_ended());
}

TEST(BatchingWindowTest, FilteredRecordsBeginNoWindow) {
  DrivenShard shard({.batch_size = 2, .batching_window = seconds(20)});
  shard.filtered = {1};
  shard.write(records(1, 1));
  EXPECT_FALSE(shard.waits());
  shard.now += seconds(5);
  shard.write(records(2, 2));
  EXPECT_EQ(shard.waits(), t0 + seconds(25));
}

TEST(BatchingWindowTest, ARetryWaitsForNoWindow) {
  DrivenShard shard(at_once({.batch_size = 2, .batching_window = seconds(20)}));
  shard.write(records(1, 2));
  shard.calls();
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.succeeds_before(2);
  EXPECT_THAT(shard.calls(), ElementsAre(2));
}

TEST(BatchingWindowTest, AWindowGoesOnAfterACrash) {
  DrivenShard shard({.batch_size = 10, .batching_window = seconds(20)});
  shard.write(records(1, 1));
  EXPECT_EQ(shard.waits(), t0 + seconds(20));
  shard.now += seconds(15);
  shard.crash();
  EXPECT_EQ(shard.waits(), t0 + seconds(20));
  // Also when it ended meanwhile: the record has waited long enough.
  shard.now += seconds(15);
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(1));
}

TEST(BatchingWindowTest, AWindowThatRunsAfterACallGoesOnAfterACrash) {
  DrivenShard shard({.batch_size = 2, .batching_window = seconds(20)});
  shard.write(records(1, 3));
  shard.calls();
  shard.succeeds();
  EXPECT_EQ(shard.waits(), t0 + seconds(20));
  shard.now += seconds(30);
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(3));
}

TEST(BatchingWindowTest, ANewWindowCountsAtOnce) {
  DrivenShard shard({.batch_size = 10, .batching_window = seconds(300)});
  shard.write(records(1, 1));
  EXPECT_EQ(shard.waits(), t0 + seconds(300));
  shard.now += seconds(10);
  shard.change({.batch_size = 10, .batching_window = seconds(30)});
  EXPECT_EQ(shard.waits(), t0 + seconds(30));
  shard.change({.batch_size = 10});
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  // And one that comes during a call, for what waits behind it.
  shard.write(records(2, 2));
  EXPECT_FALSE(shard.waits());
  shard.change({.batch_size = 10, .batching_window = seconds(30)});
  shard.now += seconds(1);
  shard.succeeds();
  EXPECT_EQ(shard.waits(), t0 + seconds(41));
}

TEST(BatchingWindowTest, EveryLaneHasItsOwn) {
  DrivenShard shard(
      {.batch_size = 10, .batching_window = seconds(20), .parallelization_factor = 2});
  shard.write({record(1, t0, key_of_lane(0, 2))});
  EXPECT_EQ(shard.waits(), t0 + seconds(20));
  shard.now += seconds(5);
  shard.write({record(2, t0, key_of_lane(1, 2))});
  EXPECT_EQ(shard.waits(), t0 + seconds(20));
  shard.now = t0 + seconds(20);
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  EXPECT_EQ(shard.waits(), t0 + seconds(25));
  shard.now = t0 + seconds(25);
  EXPECT_THAT(shard.calls(), ElementsAre(2));
}

TEST(BatchingWindowTest, AClockThatIsSetBackDoesNotProlongAWindowYetToBegin) {
  DrivenShard shard({.batch_size = 2, .batching_window = seconds(20)});
  shard.now += seconds(1000);
  shard.write(records(1, 2));
  shard.calls();
  shard.succeeds();
  EXPECT_FALSE(shard.waits());
  shard.now = t0;
  shard.write(records(3, 3));
  EXPECT_EQ(shard.waits(), t0 + seconds(20));
}

}  // namespace
}  // namespace mapping
