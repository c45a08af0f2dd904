#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <nlohmann/json.hpp>

#include "api/control/operations.h"
#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/movable_clock.h"
#include "engine/random.h"
#include "mapping/journey.h"
#include "mapping/timeline.h"
#include "tests/api/present.h"
#include "tests/mapping/fake_clock.h"

namespace api {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// GET and POST /_dynamill/clock; the machine's time is in the test's hands.
class ClockTest : public ::testing::Test {
 protected:
  std::string answer(boost::asio::awaitable<RestAnswer> (*operation)(Services&, RestCall),
                     std::string body) {
    std::string text;
    RestCall call;
    call.body = std::move(body);
    boost::asio::co_spawn(context, operation(services, std::move(call)),
                          [&text](const std::exception_ptr& thrown, const RestAnswer& answer) {
                            try {
                              if (thrown) std::rethrow_exception(thrown);
                              text = answer.body;
                              EXPECT_EQ(answer.status, 200);
                            } catch (const engine::ApiError& error) {
                              text = std::to_string(error.status) + " " + error.message;
                            }
                          });
    context.restart();
    context.poll();
    return text;
  }
  Json get() { return Json::parse(answer(control::clock, "")); }
  Json post(const Json& body) { return Json::parse(answer(control::move_clock, body.dump())); }
  std::string refusal(const std::string& body) { return answer(control::move_clock, body); }

  boost::asio::io_context context;
  FakeClock machine{engine::from_epoch_milliseconds(1'764'000'000'250)};
  engine::Random random{7};
  storage::Store store{{.in_memory = true}};
  engine::Documents documents{store};
  engine::MovableClock clock{documents, machine};
  mapping::Timeline timeline{context, clock};
  mapping::Journey journey{context, clock, timeline};
  Services services = Present{.clock = clock,
                              .random = random,
                              .documents = documents,
                              .timeline = timeline,
                              .journey = &journey}
                          .services();
};

TEST_F(ClockTest, TellsWhereItStands) {
  EXPECT_EQ(get(), Json::parse(R"({"now": 1764000000.25, "mode": "running", "offsetSeconds": 0})"));
  machine.advance(milliseconds(750));
  EXPECT_EQ(get(), Json::parse(R"({"now": 1764000001, "mode": "running", "offsetSeconds": 0})"));
}

TEST_F(ClockTest, Advances) {
  const auto advanced = post({{"advanceSeconds", 3600}});
  EXPECT_EQ(advanced,
            Json::parse(R"({"now": 1764003600.25, "mode": "running", "offsetSeconds": 3600})"));
  EXPECT_EQ(get(), advanced);
  EXPECT_EQ(post({{"advanceSeconds", 0.0015}})["offsetSeconds"], 3600.002);
  EXPECT_EQ(post({{"advanceSeconds", 0}})["offsetSeconds"], 3600.002);
}

TEST_F(ClockTest, FreezesAndGoesOn) {
  EXPECT_EQ(post({{"freeze", true}}),
            Json::parse(R"({"now": 1764000000.25, "mode": "frozen", "offsetSeconds": 0})"));
  machine.advance(seconds(9));
  EXPECT_EQ(get(), Json::parse(R"({"now": 1764000000.25, "mode": "frozen", "offsetSeconds": -9})"));
  EXPECT_EQ(post({{"freeze", false}}),
            Json::parse(R"({"now": 1764000000.25, "mode": "running", "offsetSeconds": -9})"));
}

TEST_F(ClockTest, IsSetForwardsAndBackwards) {
  EXPECT_EQ(post({{"set", "2025-11-24T17:00:00+01:00"}})["now"], 1764000000);
  EXPECT_EQ(post({{"set", "2025-11-25T16:00:00.5Z"}})["offsetSeconds"], 86400.25);
  EXPECT_EQ(post({{"set", "1970-01-01T00:00:00Z"}})["now"], 0);
  EXPECT_EQ(post({{"set", "2025-11-24T16:00:00.250Z"}})["offsetSeconds"], 0);
}

TEST_F(ClockTest, FreezesBeforeItTravels) {
  EXPECT_EQ(post({{"freeze", true}, {"advanceSeconds", 60}}),
            Json::parse(R"({"now": 1764000060.25, "mode": "frozen", "offsetSeconds": 60})"));
  EXPECT_EQ(post({{"set", "2025-11-24T16:00:00Z"}, {"freeze", false}}),
            Json::parse(R"({"now": 1764000000, "mode": "running", "offsetSeconds": -0.25})"));
}

TEST_F(ClockTest, RefusesWhatItDoesNotUnderstandAndNamesIt) {
  const auto object = "400 the body is not a JSON object";
  for (const auto* body : {"", "[]", "null", "3", "{", "{\"freeze\": true} x", "\"freeze\""}) {
    EXPECT_EQ(refusal(body), object) << body;
  }
  EXPECT_EQ(refusal("{}"), "400 the body has one of advanceSeconds, freeze and set");
  EXPECT_EQ(refusal(R"({"advance": 1})"),
            "400 there is no member advance; there are advanceSeconds, freeze and set");
  EXPECT_EQ(refusal(R"({"freeze": true, "Set": 1})"),
            "400 there is no member Set; there are advanceSeconds, freeze and set");
  EXPECT_EQ(refusal(R"({"advanceSeconds": 1, "set": "2030-01-01T00:00:00Z"})"),
            "400 advanceSeconds and set do not go together");
  for (const auto* value : {"1", "0", "\"true\"", "null", "{}"}) {
    EXPECT_EQ(refusal(std::string("{\"freeze\": ") + value + "}"), "400 freeze is true or false");
  }
  for (const auto* value :
       {"-1", "-0.001", "3155760000.001", "1e300", "\"1\"", "true", "null", "[1]"}) {
    EXPECT_EQ(refusal(std::string("{\"advanceSeconds\": ") + value + "}"),
              "400 advanceSeconds is a number from 0 to 3155760000")
        << value;
  }
  for (const auto* value : {"1764000000", "\"\"", "\"tomorrow\"", "\"2030-01-01\"", "null",
                            "\"2030-01-01T00:00:00\"", "\"2030-02-30T00:00:00Z\""}) {
    EXPECT_THAT(refusal(std::string("{\"set\": ") + value + "}"),
                ::testing::StartsWith("400 set is a time with its offset, like "))
        << value;
  }
  const auto range = "400 set is a time from 1970-01-01T00:00:00Z to the end of 9999";
  EXPECT_EQ(refusal(R"({"set": "1969-12-31T23:59:59.999Z"})"), range);
  EXPECT_EQ(refusal(R"({"set": "9999-12-31T23:59:59-01:00"})"), range);
  EXPECT_EQ(refusal(R"({"set": "2125-11-25T17:00:00Z"})"),
            "400 set is at most 100 years ahead of the clock");
  EXPECT_EQ(get()["now"], 1764000000.25);  // Nothing of it was done.
}

TEST_F(ClockTest, GoesAHundredYearsAtATimeAndToTheYear9999) {
  EXPECT_EQ(post({{"advanceSeconds", 3155760000}})["offsetSeconds"], 3155760000);
  std::string said;
  for (int i = 0; i < 100 && said.empty(); ++i) {
    const auto text = refusal(R"({"advanceSeconds": 3155760000})");
    if (text.starts_with("400")) said = text;
  }
  EXPECT_EQ(said, "400 advanceSeconds leads beyond the year 9999");
}

}  // namespace
}  // namespace api
