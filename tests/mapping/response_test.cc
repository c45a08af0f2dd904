// The reply of a function within a tumbling window (event-source-mapping.md 4.4).

#include "mapping/event/response.h"

#include <gtest/gtest.h>

#include <string>

namespace mapping {
namespace {

TEST(ResponseTest, TheStateGoesOnAsItWasWritten) {
  EXPECT_EQ(read_window_state(R"({"state":{}})"), "{}");
  EXPECT_EQ(read_window_state(" { \"a\" : [1, {\"state\": {}}] , \"state\" : {\"b\": 1.0, \"a\": "
                              "\"}\\\"\"} , \"c\": null } "),
            "{\"b\": 1.0, \"a\": \"}\\\"\"}");
  EXPECT_EQ(read_window_state(R"({"state":{"n":12345678901234567890123}})"),
            R"({"n":12345678901234567890123})");
  EXPECT_EQ(read_window_state(R"({"state":{"a":1},"state":{"a":2}})"), R"({"a":2})");
}

TEST(ResponseTest, AStateIsAnObject) {
  for (const auto* payload :
       {"", "null", "{}", "[]", "\"state\"", R"({"state":null})", R"({"state":[]})",
        R"({"state":"{}"})", R"({"state":1})", R"({"a":{"state":{}}})", R"({"state":{})", "{"}) {
    EXPECT_FALSE(read_window_state(payload)) << payload;
  }
}

TEST(ResponseTest, ARepliesDepthAndWidthAreTaken) {
  std::string deep = R"({"state":)";
  for (int i = 0; i < 100'000; ++i) deep += R"({"a":)";
  deep += "1" + std::string(100'001, '}');
  EXPECT_TRUE(read_window_state(deep));
  EXPECT_TRUE(read_item_failures(R"({"batchItemFailures":[{"itemIdentifier":)" +
                                 std::string(100'000, '[') + std::string(100'000, ']') + "}]}")
                  .is_malformed);
  std::string wide = "{";
  for (int i = 0; i < 200'000; ++i) wide += '"' + std::to_string(i) + "\":0,";
  wide += R"("batchItemFailures":[]})";
  EXPECT_FALSE(read_item_failures(wide).is_malformed);
}

}  // namespace
}  // namespace mapping
