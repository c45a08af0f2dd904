// Faults on demand: what a plan may say, which calls it strikes, and what a mapping makes of it.

#include "mapping/faults/faults.h"

#include <gmock/gmock.h>

#include "engine/api_error.h"
#include "mapping/faults/invoker.h"
#include "tests/mapping/fixture.h"

namespace mapping {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const auto now = engine::from_epoch_milliseconds(1'764'085'660'123);

std::string refusal_of(const std::string& request) {
  try {
    FaultPlan::of_request(Json::parse(request), now, 1);
  } catch (const engine::ApiError& error) {
    EXPECT_EQ(error.code, "ValidationException");
    return error.message;
  }
  return "none";
}

TEST(FaultPlanTest, WhatIsWrongIsNamed) {
  for (const auto& [request, words] : std::vector<std::pair<std::string, std::string>>{
           {R"({})", "fault is one of fail, timeout, throttle, delay, crash, loseAnswer"},
           {R"({"fault":"explode","handler":{},"times":1})", "fault is one of"},
           {R"({"fault":7,"handler":{},"times":1})", "fault is a text"},
           {R"({"fault":"fail","handler":{}})", "a plan has an end: times, until, or both"},
           {R"({"fault":"fail","times":1})", "a plan is for one of handler and dynamodb"},
           {R"({"fault":"fail","handler":{},"dynamodb":{},"times":1})", "one of handler and"},
           {R"({"fault":"fail","handler":[],"times":1})", "handler is an object"},
           {R"({"fault":"fail","handler":{"function":""},"times":1})", "handler.function is a"},
           {R"({"fault":"fail","handler":{"name":"f"},"times":1})",
            "there is no member handler.name; there are function, mappingUuid, keys, attempts"},
           {R"({"fault":"fail","handler":{},"times":1,"often":true})", "there is no member often"},
           {R"({"fault":"fail","handler":{"keys":[]},"times":1})", "handler.keys is a list that"},
           {R"({"fault":"fail","handler":{"keys":["a"]},"times":1})", "handler.keys is a list of"},
           {R"({"fault":"fail","handler":{"keys":[{"pk":"a"}]},"times":1})", "pk is an S, an N"},
           {R"({"fault":"fail","handler":{"keys":[{"pk":{"N":"x"}}]},"times":1})", "numeric"},
           {R"({"fault":"fail","handler":{"attempts":[0]},"times":1})", "handler.attempts: each"},
           {R"({"fault":"fail","handler":{"attempts":1},"times":1})", "handler.attempts is a list"},
           {R"({"fault":"fail","handler":{},"times":0})", "times is a whole number from 1"},
           {R"({"fault":"fail","handler":{},"times":1.5})", "times is a whole number from 1"},
           {R"({"fault":"fail","handler":{},"until":"soon"})", "until is a time"},
           {R"({"fault":"fail","handler":{},"until":"2020-01-01T00:00:00Z"})", "has passed"},
           {R"({"fault":"fail","handler":{},"times":1,"probability":0})",
            "probability is a number"},
           {R"({"fault":"fail","handler":{},"times":1,"probability":1.1})", "probability is"},
           {R"({"fault":"fail","handler":{},"times":1,"seed":5})", "seed goes with probability"},
           {R"({"fault":"delay","handler":{},"times":1})", "delaySeconds goes with fault delay"},
           {R"({"fault":"fail","handler":{},"times":1,"delaySeconds":1})", "delaySeconds goes"},
           {R"({"fault":"delay","handler":{},"times":1,"delaySeconds":0})", "delaySeconds is a"},
           {R"({"fault":"crash","dynamodb":{},"times":1})", "fault crash is for handler only"},
           {R"({"fault":"crash","handler":{},"times":1,"errorType":"E"})", "errorType and"},
           {R"({"fault":"fail","dynamodb":{"tables":[1]},"times":1})", "dynamodb.tables is a list"},
           {R"({"fault":"fail","dynamodb":{"table":"T"},"times":1})",
            "no member dynamodb.table"}}) {
    EXPECT_THAT(refusal_of(request), HasSubstr(words)) << request;
  }
}

TEST(FaultPlanTest, ComesBackAsItWasSaidAndFromItsDocument) {
  const auto request = Json::parse(
      R"({"fault":"fail","handler":{"function":"f","mappingUuid":"u","keys":[{"n":{"N":"1.50"}}],)"
      R"("attempts":[1,2]},"errorType":"E","errorMessage":"m","probability":0.5,"seed":7,)"
      R"("times":3,"until":"2030-01-01T02:00:00+02:00"})");
  auto plan = FaultPlan::of_request(request, now, 1);
  plan.id = "4";
  plan.calls = 9;
  plan.strikes = 3;
  auto expected = request;
  expected["handler"]["keys"][0]["n"]["N"] = "1.5";
  expected["until"] = "2030-01-01T00:00:00.000Z";
  expected.update({{"id", "4"}, {"calls", 9}, {"strikes", 3}, {"hasEnded", true}});
  EXPECT_EQ(plan.to_json(now), expected);
  EXPECT_EQ(FaultPlan::from_document(plan.to_document()).to_json(now), expected);
}

TEST(FaultPlanTest, TheSeedTellsWhichCallsAreStruck) {
  const auto strikes = [](std::uint64_t seed) {
    auto request = Json::parse(R"({"fault":"fail","handler":{},"times":1000,"probability":0.25})");
    request["seed"] = seed;
    auto plan = FaultPlan::of_request(request, now, 1);
    std::vector<bool> struck;
    for (int call = 0; call < 400; ++call) struck.push_back(plan.strikes_next());
    return struck;
  };
  EXPECT_EQ(strikes(7), strikes(7));
  EXPECT_NE(strikes(7), strikes(8));
  const auto struck = strikes(7);
  EXPECT_NEAR(static_cast<double>(std::count(struck.begin(), struck.end(), true)), 100, 40);
}

struct FaultsTest : testing::Test {
  engine::Engine engine;
  engine::Documents documents{engine.store};
  std::optional<Faults> faults{std::in_place, documents, engine.clock, engine.random};

  std::string add(const std::string& request) {
    return faults->add(Json::parse(request)).at("id").get<std::string>();
  }
  static InvocationRequest call(const std::string& function, int attempt = 1,
                                const std::string& event = "{}") {
    InvocationRequest request;
    request.arn = "arn:aws:lambda:us-east-1:000000000000:function:" + function;
    request.payload = std::make_shared<const std::string>(event);
    request.attempt = attempt;
    request.mapping_uuid = "u";
    return request;
  }
  bool is_struck(const InvocationRequest& request) { return faults->strike(request).has_value(); }
  bool is_struck(const std::string& operation, const std::vector<std::string>& tables) {
    return faults->strike(operation, [&] { return tables; }).has_value();
  }
};

TEST_F(FaultsTest, WithoutPlansNothingIsAsked) {
  EXPECT_FALSE(faults->has_handler_plans());
  EXPECT_FALSE(faults->has_operation_plans());
  add(R"({"fault":"fail","handler":{},"times":1})");
  EXPECT_TRUE(faults->has_handler_plans());
  EXPECT_FALSE(faults->has_operation_plans());
  EXPECT_TRUE(is_struck(call("f")));
  EXPECT_FALSE(faults->has_handler_plans());
}

TEST_F(FaultsTest, APlanIsForTheCallsThatMeetAllItSays) {
  add(R"({"fault":"fail","handler":{"function":"f","attempts":[2,3]},"times":100})");
  EXPECT_FALSE(is_struck(call("f", 1)));
  EXPECT_TRUE(is_struck(call("f", 2)));
  EXPECT_TRUE(is_struck(call("f:$LATEST", 3)));
  EXPECT_FALSE(is_struck(call("g", 2)));
  faults->remove_all();
  add(R"({"fault":"fail","handler":{"mappingUuid":"v"},"times":100})");
  EXPECT_FALSE(is_struck(call("f")));
  faults->remove_all();
  add(R"({"fault":"fail","handler":{"function":"000000000000:function:f"},"times":100})");
  EXPECT_TRUE(is_struck(call("f")));
}

TEST_F(FaultsTest, RecordsAreKnownByTheirKeys) {
  add(R"({"fault":"fail","handler":{"keys":[{"pk":{"S":"a"}},{"pk":{"S":"b"},"sk":{"N":"1.0"}}]},)"
      R"("times":100})");
  const auto event = [](const std::string& keys) {
    return R"({"Records":[{"dynamodb":{"Keys":{"pk":{"S":"x"}}}},{"dynamodb":{"Keys":)" + keys +
           "}}]}";
  };
  EXPECT_TRUE(is_struck(call("f", 1, event(R"({"pk":{"S":"a"},"sk":{"N":"7"}})"))));
  EXPECT_TRUE(is_struck(call("f", 1, event(R"({"pk":{"S":"b"},"sk":{"N":"1"}})"))));
  EXPECT_FALSE(is_struck(call("f", 1, event(R"({"pk":{"S":"b"},"sk":{"N":"2"}})"))));
  EXPECT_FALSE(is_struck(call("f", 1, event(R"({"pk":{"S":"c"}})"))));
  EXPECT_FALSE(is_struck(call("f", 1, R"({"Records":[1]})")));
  EXPECT_FALSE(is_struck(call("f", 1, "7")));
}

TEST_F(FaultsTest, OperationsByNameAndTable) {
  add(R"({"fault":"throttle","dynamodb":{"operations":["PutItem"],"tables":["T"]},"times":100})");
  EXPECT_TRUE(is_struck("PutItem", {"S", "T"}));
  EXPECT_FALSE(is_struck("PutItem", {"S"}));
  EXPECT_FALSE(is_struck("GetItem", {"T"}));
  EXPECT_FALSE(is_struck(call("f")));
}

TEST_F(FaultsTest, APlanEndsAfterSoManyTimesOrAtItsInstant) {
  add(R"({"fault":"fail","handler":{},"times":2})");
  EXPECT_TRUE(is_struck(call("f")));
  EXPECT_FALSE(faults->list()[0].at("hasEnded"));
  EXPECT_TRUE(is_struck(call("f")));
  EXPECT_FALSE(is_struck(call("f")));
  EXPECT_TRUE(faults->list()[0].at("hasEnded"));

  add(R"({"fault":"fail","handler":{},"until":"2030-01-01T00:00:00Z"})");
  EXPECT_TRUE(is_struck(call("f")));
  engine.clock.time = engine::from_epoch_milliseconds(1'893'456'000'000);
  EXPECT_FALSE(is_struck(call("f")));
}

TEST_F(FaultsTest, DelaysAddUpAndTheFirstOtherFaultIsTheOne) {
  add(R"({"fault":"delay","delaySeconds":1.5,"handler":{},"times":1})");
  add(R"({"fault":"delay","delaySeconds":2,"handler":{},"times":1})");
  add(R"({"fault":"crash","handler":{},"times":1})");
  add(R"({"fault":"fail","handler":{},"times":1})");
  const auto strike = faults->strike(call("f")).value();
  EXPECT_EQ(strike.plans, "1,2,3");
  EXPECT_EQ(strike.delay, engine::Duration(3500));
  EXPECT_EQ(strike.fault, Fault::crash);
}

TEST_F(FaultsTest, PlansAndTheirStrikesSurviveARestartAndIdsAreGivenOnce) {
  add(R"({"fault":"fail","handler":{},"times":2})");
  const auto removed = add(R"({"fault":"fail","handler":{},"times":2})");
  EXPECT_TRUE(is_struck(call("f")));
  EXPECT_TRUE(faults->remove(removed));
  EXPECT_FALSE(faults->remove(removed));
  const auto before = faults->list();

  faults.emplace(documents, engine.clock, engine.random);
  EXPECT_EQ(faults->list(), before);
  EXPECT_EQ(faults->find("1"), before[0]);
  EXPECT_EQ(faults->find("2"), std::nullopt);
  EXPECT_EQ(faults->find("x"), std::nullopt);
  EXPECT_TRUE(is_struck(call("f")));
  EXPECT_FALSE(is_struck(call("f")));
  EXPECT_EQ(add(R"({"fault":"fail","handler":{},"times":2})"), "3");
  EXPECT_THAT(faults->remove_all(), ElementsAre("1", "3"));
}

/// Passes calls on, and keeps them.
struct Witness final : Invoker {
  explicit Witness(Invoker& next) : next(next) {}
  boost::asio::awaitable<std::optional<std::string>> resolve(std::string name,
                                                             engine::Caller caller) override {
    return next.resolve(std::move(name), std::move(caller));
  }
  boost::asio::awaitable<Invocation> invoke(InvocationRequest request) override {
    calls.push_back(request);
    return next.invoke(std::move(request));
  }
  boost::asio::awaitable<std::optional<engine::Duration>> timeout(std::string) override {
    co_return std::chrono::seconds(3);
  }

  Invoker& next;
  std::vector<InvocationRequest> calls;
};

/// A world where what is planned is done.
struct FaultyWorld : World {
  FaultyWorld() {
    close();
    faulty_means.backoff = means.backoff;
    registry = std::make_unique<Registry>(faulty_means);
    registry->start();
    settle();
    stream_arn = make_stream("T");
  }
  ~FaultyWorld() {
    invoker.stop();
    close();
  }

  void plan(const std::string& request) { faults.add(Json::parse(request)); }
  MappingView create() {
    MappingSpec spec;
    spec.event_source_arn = stream_arn;
    return World::create(std::move(spec));
  }
  std::vector<std::string> outcomes(const std::string& uuid) {
    std::vector<std::string> all;
    for (const auto& delivery : deliveries(uuid)) {
      all.push_back(delivery.at("outcome").get<std::string>() + " " +
                    std::to_string(delivery.at("attempt").get<int>()));
    }
    return all;
  }

  Witness witness{function};
  Faults faults{documents, engine.clock, engine.random};
  FaultyInvoker invoker{witness, faults, timeline, engine.clock, engine.random};
  Means faulty_means{
      context,  engine.clock, engine.random, documents, engine.streams, engine.stream_reader,
      timeline, doorbell,     queues,        arrivals,  invoker,        destination};
  std::string stream_arn;
};

TEST(FaultyInvokerTest, FailsWithoutTheHandlerAndIsTriedAgain) {
  FaultyWorld world;
  world.plan(R"({"fault":"fail","handler":{"function":"f","attempts":[1,2]},"times":9})");
  const auto mapping = world.create();
  world.put("T", "a");
  EXPECT_THAT(world.outcomes(mapping.mapping.uuid),
              ElementsAre("failed 1", "failed 2", "succeeded 3"));
  EXPECT_EQ(world.function.calls.size(), 1u);
  EXPECT_EQ(world.deliveries(mapping.mapping.uuid)[0].at("errorType"), "Fault");
}

TEST(FaultyInvokerTest, FailsWithTheErrorThatIsAsked) {
  FaultyWorld world;
  world.plan(R"({"fault":"fail","handler":{},"errorType":"Boom","errorMessage":"bang","times":1})");
  InvocationRequest request = FaultsTest::call("f");
  const auto invocation = world.run(world.invoker.invoke(request));
  EXPECT_EQ(invocation.result, Invocation::Result::failed);
  EXPECT_EQ(invocation.payload, R"({"errorType":"Boom","errorMessage":"bang"})");
  EXPECT_EQ(invocation.fault, "1");
  EXPECT_FALSE(invocation.request_id.empty());
}

TEST(FaultyInvokerTest, AThrottleUsesUpNoAttempt) {
  FaultyWorld world;
  world.plan(R"({"fault":"throttle","handler":{},"times":2})");
  const auto mapping = world.create();
  world.put("T", "a");
  EXPECT_THAT(world.outcomes(mapping.mapping.uuid),
              ElementsAre("throttled 1", "throttled 1", "succeeded 1"));
  EXPECT_EQ(world.function.calls.size(), 1u);
}

TEST(FaultyInvokerTest, ALostAnswerIsAskedForAgainAndUsesUpNoAttempt) {
  FaultyWorld world;
  world.plan(R"({"fault":"loseAnswer","handler":{},"times":1})");
  const auto mapping = world.create();
  world.put("T", "a");
  EXPECT_THAT(world.outcomes(mapping.mapping.uuid), ElementsAre("throttled 1", "succeeded 1"));
  EXPECT_EQ(world.function.calls.size(), 2u);
  EXPECT_EQ(world.deliveries(mapping.mapping.uuid)[0].at("errorType"), "ServiceException");
}

TEST(FaultyInvokerTest, ADelayIsOfTheOneClock) {
  FaultyWorld world;
  world.plan(R"({"fault":"delay","delaySeconds":60,"handler":{},"times":1})");
  const auto mapping = world.create();
  world.put("T", "a");
  EXPECT_TRUE(world.function.calls.empty());
  world.advance(engine::Duration(59'999));
  EXPECT_TRUE(world.function.calls.empty());
  world.advance(engine::Duration(1));
  EXPECT_EQ(world.function.calls.size(), 1u);
  EXPECT_THAT(world.outcomes(mapping.mapping.uuid), ElementsAre("succeeded 1"));
}

TEST(FaultyInvokerTest, ATimeOutTakesTheFunctionsTime) {
  FaultyWorld world;
  world.plan(R"({"fault":"timeout","handler":{},"times":1})");
  world.create();
  world.put("T", "a");
  EXPECT_TRUE(world.witness.calls.empty());
  world.advance(engine::Duration(3000));
  ASSERT_FALSE(world.witness.calls.empty());
  EXPECT_EQ(world.witness.calls[0].mishap, Mishap::time_out);
}

TEST(FaultyInvokerTest, ACrashIsLeftToTheProcess) {
  FaultyWorld world;
  world.plan(R"({"fault":"crash","handler":{"keys":[{"pk":{"S":"b"}}]},"times":1})");
  world.create();
  world.put("T", "a");
  world.put("T", "b");
  ASSERT_EQ(world.witness.calls.size(), 2u);
  EXPECT_EQ(world.witness.calls[0].mishap, Mishap::none);
  EXPECT_EQ(world.witness.calls[1].mishap, Mishap::crash);
}

TEST(FaultyInvokerTest, NobodyIsDelayedBeyondTheEnd) {
  FaultyWorld world;
  world.plan(R"({"fault":"delay","delaySeconds":600,"handler":{},"times":1})");
  world.create();
  world.put("T", "a");
  world.invoker.stop();
  world.settle();
  EXPECT_TRUE(world.function.calls.size() <= 1);
}

}  // namespace
}  // namespace mapping
