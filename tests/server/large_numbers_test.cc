#include "server/protocol/large_numbers.h"

#include <gtest/gtest.h>

namespace server {
namespace {

TEST(LargeNumbersTest, ReplacesNumbersThatAreTooLarge) {
  const std::string large(400, '9');
  EXPECT_EQ(with_numbers_in_range("[" + large + ",-" + large + "," + large + ".5,-1e999,1E+999]"),
            "[9223372036854775807,-9223372036854775808,1.0e308,-1.0e308,1.0e308]");
  EXPECT_EQ(with_numbers_in_range("9223372036854775808"), "9223372036854775807");
}

TEST(LargeNumbersTest, LeavesEverythingElse) {
  for (const std::string json :
       {"", "{\"a\":[1,-2.5,3e7,0,9223372036854775807,-9223372036854775808,1e-999]}",
        R"("99999999999999999999\"99999999999999999999")", R"("\\")", "\"99999999999999999999",
        // No JSON.
        "01", "099999999999999999999", "1.", ".99999999999999999999", "1e", "-", "--1", "1e999e999",
        "1.5.5", "\\99", "+99999999999999999999e", "[1"}) {
    EXPECT_EQ(with_numbers_in_range(json), json);
  }
}

}  // namespace
}  // namespace server
