#include "mapping/queue/item_failures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mapping::queue {
namespace {

using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

const std::set<std::string> ids{"a", "b", "c"};

TEST(ItemFailuresTest, SomeOfTheBatch) {
  const auto failed = item_failures(
      R"({"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"},
          {"itemIdentifier":"a"}]})",
      ids);
  EXPECT_THAT(failed, Optional(UnorderedElementsAre("a", "c")));
}

TEST(ItemFailuresTest, WhatIsSuccess) {
  for (const auto* reply : {"", "null", "{}", "[]", "\"\"", R"({"batchItemFailures":[]})",
                            R"({"batchItemFailures":null})", R"({"other":1})"}) {
    EXPECT_THAT(item_failures(reply, ids), Optional(IsEmpty())) << reply;
  }
}

TEST(ItemFailuresTest, WhatFailsTheWholeBatch) {
  for (const auto* reply :
       {"{", "nonsense", "\"text\"", "1", "[1]", R"({"batchItemFailures":{}})",
        R"({"batchItemFailures":"a"})", R"({"batchItemFailures":["a"]})",
        R"({"batchItemFailures":[{"itemIdentifier":""}]})",
        R"({"batchItemFailures":[{"itemIdentifier":null}]})",
        R"({"batchItemFailures":[{"itemIdentifier":123}]})",
        R"({"batchItemFailures":[{"foo":"notvalid"}]})", R"({"batchItemFailures":[{}]})",
        R"({"batchItemFailures":[{"itemIdentifier":"unknown"}]})",
        R"({"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"unknown"}]})"}) {
    EXPECT_EQ(item_failures(reply, ids), std::nullopt) << reply;
  }
}

}  // namespace
}  // namespace mapping::queue
