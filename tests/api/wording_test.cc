#include "api/wording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace api {
namespace {

using engine::ApiError;
using engine::validation_error;
using Kind = Breach::Kind;

std::string said(std::string_view operation, std::vector<Breach> breaches) {
  const auto error = error_of(operation, std::move(breaches));
  return error ? error->message : "nothing";
}

Breach breach(Kind kind, std::string_view member) {
  return {.kind = kind,
          .member = member,
          .path = "the.path",
          .wire_path = "The.Path",
          .value = "v",
          .constraint = "Member must have size"};
}

TEST(WordingTest, EveryOperationHasItsLayer) {
  for (const auto* const operation : {"PutItem", "UpdateItem", "DeleteItem"}) {
    EXPECT_EQ(layer_of(operation), Layer::new_enveloped) << operation;
  }
  EXPECT_EQ(layer_of("GetItem"), Layer::new_bare);
  for (const auto* const operation :
       {"BatchWriteItem", "CreateTable", "ListTables", "GetRecords"}) {
    EXPECT_EQ(layer_of(operation), Layer::old_layer) << operation;
  }
}

TEST(WordingTest, StaticChecksSpeakTheWordsOfTheLayer) {
  ApiError error = validation_error("new");
  error.older_message = "old";
  EXPECT_EQ(in_words_of(Layer::old_layer, error).message, "old");
  EXPECT_EQ(in_words_of(Layer::new_bare, error).message, "new");
  EXPECT_EQ(in_words_of(Layer::new_enveloped, error).message, "1 validation error detected: new");
  EXPECT_EQ(in_words_of(Layer::old_layer, validation_error("same")).message, "same");
  error.is_always_bare = true;
  EXPECT_EQ(in_words_of(Layer::new_enveloped, error).message, "new");
  EXPECT_EQ(in_words_of(Layer::new_enveloped, engine::serialization_error("x")).message, "x");
}

TEST(WordingTest, OlderWordsNameThePlaceholderOfAValue) {
  ApiError error = validation_error("new");
  const auto old_words = [](const ApiError& of) {
    return in_words_of(Layer::old_layer, with_placeholder(of, ":v")).message;
  };
  EXPECT_EQ(old_words(error), "ExpressionAttributeValues contains invalid value: new for key :v");
  error.older_message = "old";
  EXPECT_EQ(old_words(error), "ExpressionAttributeValues contains invalid value: old for key :v");
  EXPECT_EQ(in_words_of(Layer::new_bare, with_placeholder(error, ":v")).message, "new");
  EXPECT_EQ(old_words(engine::serialization_error("x")), "x");
}

TEST(WordingTest, ABreachInBothGenerations) {
  EXPECT_EQ(said("CreateTable", {breach(Kind::bound, "M")}),
            "1 validation error detected: Value 'v' at 'the.path' failed to satisfy constraint: "
            "Member must have size");
  EXPECT_EQ(said("GetItem", {breach(Kind::bound, "M")}),
            "1 validation error detected: Value at 'The.Path' failed to satisfy constraint: Member "
            "must have size");
  EXPECT_EQ(said("GetItem", {breach(Kind::form, "M")}),
            "1 validation error detected: Value 'v' at 'the.path' failed to satisfy constraint: "
            "Member must have size");
  Breach values = breach(Kind::value_set, "M");
  EXPECT_THAT(said("GetItem", {values}), testing::HasSubstr("Value 'v' at 'the.path' failed"));
  values.newer_values = "[A, B]";
  EXPECT_EQ(said("GetItem", {values}),
            "1 validation error detected: Failed to satisfy constraint: Member must satisfy enum "
            "value set: [A, B]");
  EXPECT_THAT(said("CreateTable", {values}), testing::HasSubstr("Value 'v' at 'the.path' failed"));
}

TEST(WordingTest, WithoutARequiredMemberEveryOperationSpeaksTheOldWay) {
  EXPECT_EQ(said("PutItem", {breach(Kind::bound, "TableName"), breach(Kind::missing, "Item")}),
            "2 validation errors detected: Value 'v' at 'the.path' failed to satisfy constraint: "
            "Member must have size; Value null at 'the.path' failed to satisfy constraint: Member "
            "must not be null");
}

TEST(WordingTest, SomeAreOnlyOfTheOldLayer) {
  Breach old_one = breach(Kind::form, "TableName");
  old_one.is_only_of_old_layer = true;
  EXPECT_EQ(said("PutItem", {old_one}), "nothing");
  EXPECT_THAT(said("BatchWriteItem", {old_one}), testing::StartsWith("1 validation error"));
  EXPECT_THAT(said("PutItem", {old_one, breach(Kind::missing, "Item")}),
              testing::StartsWith("2 validation errors"));
}

TEST(WordingTest, SomeAreToldWithoutTheOthers) {
  const auto put = said("PutItem", {breach(Kind::form, "A"), breach(Kind::bound, "TableName")});
  EXPECT_THAT(put, testing::StartsWith("1 validation error detected: Value at 'The.Path'"));
  const auto update =
      said("UpdateItem", {breach(Kind::bound, "A"), breach(Kind::form, "ReturnValues")});
  EXPECT_THAT(update, testing::StartsWith("1 validation error detected: Value 'v' at"));
  const auto batch =
      said("BatchWriteItem", {breach(Kind::bound, "A"), breach(Kind::missing, "RequestItems")});
  EXPECT_THAT(batch, testing::StartsWith("1 validation error detected: Value 'v' at"));
  EXPECT_THAT(said("DeleteItem", {breach(Kind::bound, "A"), breach(Kind::bound, "B")}),
              testing::StartsWith("2 validation errors"));
}

TEST(WordingTest, NoMoreThanTen) {
  EXPECT_THAT(said("CreateTable", std::vector<Breach>(11, breach(Kind::bound, "A"))),
              testing::StartsWith("10 validation errors detected: "));
}

TEST(WordingTest, TableNamesBeforeEverythingElse) {
  const auto said_of = [](std::string_view operation, std::optional<std::string_view> name) {
    const auto error = table_name_error(operation, name);
    return error ? error->message : "nothing";
  };
  const std::string absent =
      "The parameter 'TableName' is required but was not present in the request";
  const std::string size =
      "TableName must be at least 3 characters long and at most 255 characters long";
  EXPECT_EQ(said_of("PutItem", std::nullopt), "nothing");
  EXPECT_EQ(said_of("ListTables", std::nullopt), "nothing");
  EXPECT_EQ(said_of("CreateTable", std::nullopt), absent);
  EXPECT_EQ(said_of("CreateTable", "ab"), "nothing");
  EXPECT_EQ(said_of("DeleteTable", std::nullopt), absent);
  EXPECT_EQ(said_of("DeleteTable", ""), "nothing");
  EXPECT_EQ(said_of("DeleteTable", "ab"), size);
  EXPECT_EQ(said_of("UpdateTable", std::string(256, 'a')), size);
  EXPECT_EQ(said_of("DescribeTable",
                    "arn:aws:dynamodb:us-east-1:000000000000:table/" + std::string(255, 'a')),
            "nothing");
}

}  // namespace
}  // namespace api
