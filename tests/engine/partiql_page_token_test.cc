#include <gtest/gtest.h>

#include "engine/partiql/page_token.h"
#include "expression_fixture.h"
#include "fixture.h"

namespace engine::partiql {
namespace {

struct PageTokenTest : testing::Test {
  Engine engine;
  const Source source{engine.make_table("t", std::nullopt, /*has_sort_key=*/true)};
  const Item key = item("a", "sk", Value::number("1"));

  std::string tried(const std::string& text, const std::string& request = "SELECT") {
    return refusal([&] { PageToken(text).last_key_for(request, source); });
  }
};

TEST_F(PageTokenTest, GivesItsKeyBack) {
  const std::string text = PageToken("SELECT", key).text();
  EXPECT_EQ(PageToken(text).last_key_for("SELECT", source), key);
}

TEST_F(PageTokenTest, BelongsToOneRequest) {
  EXPECT_EQ(tried(PageToken("SELECT", key).text(), "select"), "NextToken does not match request");
}

/// Made by hand, or for a table with other keys.
TEST_F(PageTokenTest, HasTheKeyOfItsTable) {
  EXPECT_EQ(tried(PageToken("SELECT", item("a")).text()), "NextToken does not match request");
  EXPECT_EQ(tried(PageToken("SELECT", item("a", "sk", Value::string("1"))).text()),
            "NextToken does not match request");
}

TEST_F(PageTokenTest, AnyOtherTextIsInvalid) {
  const std::string text = PageToken("SELECT", key).text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(tried(changed), "Invalid NextToken") << i;
    EXPECT_EQ(tried(text.substr(0, i)), "Invalid NextToken") << i;
  }
  EXPECT_EQ(tried(text + "AAAA"), "Invalid NextToken");
}

}  // namespace
}  // namespace engine::partiql
