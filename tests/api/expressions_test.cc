#include "api/dynamodb/expressions.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/api_error.h"

namespace api {
namespace {

/// What is wrong with a condition whose `:v` is `value`, in the words of `layer`.
std::string said(Layer layer, const std::string& value) {
  simdjson::dom::parser parser;
  const JsonView values = parser.parse("{\":v\":" + value + "}");
  ExpressionParameters parameters;
  parameters.condition = "a = :v";
  parameters.values = values;
  try {
    checked(layer, [&] { parameters.parse(); });
  } catch (const engine::ApiError& error) {
    return error.message;
  }
  return "fine";
}

// dynamodb.md 4.2
TEST(ExpressionsTest, OlderOperationsNameThePlaceholderOfABadValue) {
  EXPECT_EQ(
      said(Layer::old_layer, R"({"N":"x"})"),
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to "
      "a numeric value: x for key :v");
  EXPECT_EQ(said(Layer::old_layer, R"({"SS":["b","a","b"]})"),
            "ExpressionAttributeValues contains invalid value: One or more parameter values were "
            "invalid: Input collection [b, a, b] contains duplicates. for key :v");
  EXPECT_EQ(said(Layer::old_layer, "{}"),
            "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, "
            "must contain exactly one of the supported datatypes for key :v");
  EXPECT_EQ(said(Layer::old_layer, R"({"S":""})"), "fine");
}

TEST(ExpressionsTest, NewerOnesDoNot) {
  EXPECT_EQ(said(Layer::new_bare, R"({"N":"x"})"),
            "The parameter cannot be converted to a numeric value: x");
  EXPECT_EQ(said(Layer::new_enveloped, R"({"SS":["b","a","b"]})"),
            "1 validation error detected: One or more parameter values were invalid: Input "
            "collection [\"a\", \"b\", \"b\"] contains duplicates.");
}

}  // namespace
}  // namespace api
