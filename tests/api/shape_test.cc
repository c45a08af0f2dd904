#include "api/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/api_error.h"

namespace api {
namespace {

/// What the check of an input says: `Code: message`, or `fine`.
std::string said(std::string_view operation, const std::string& json,
                 std::string_view service = "dynamodb") {
  simdjson::dom::parser parser;
  const JsonView body = parser.parse(json);
  try {
    input_of(service, operation).check(body);
  } catch (const engine::ApiError& error) {
    return error.code + ": " + error.message;
  }
  return "fine";
}

std::string types(const std::string& members) {
  const std::string said_of_it =
      said("PutItem", "{\"TableName\":\"abc\",\"Item\":{}," + members + "}");
  constexpr std::string_view code = "SerializationException: ";
  return said_of_it.starts_with(code) ? said_of_it.substr(code.size()) : said_of_it;
}

std::string values(const std::string& value) { return types("\"Item\":{\"a\":" + value + "}"); }

TEST(ShapeTest, AWholeRequestIsFine) {
  EXPECT_EQ(
      said(
          "PutItem",
          R"({"TableName":"abc","Item":{"a":{"S":"x"},"b":{"M":{"c":{"L":[{"N":"1"},{"NULL":true}]}}},
                     "d":{"SS":["x"]},"e":{"B":"AA=="}},"ReturnValues":"ALL_OLD"})"),
      "fine");
}

TEST(ShapeTest, NullsAndUnknownMembersAreIgnored) {
  EXPECT_EQ(types(R"("ReturnValues":null,"Dog":3,"Expected":null)"), "fine");
  EXPECT_EQ(values(R"({"S":"x","N":null,"DOG":7})"), "fine");
}

TEST(ShapeTest, TextForAStringMember) {
  EXPECT_EQ(types(R"("ReturnValues":1)"), "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(types(R"("ReturnValues":1.5)"), "DECIMAL_VALUE cannot be converted to String");
  EXPECT_EQ(types(R"("ReturnValues":true)"), "TRUE_VALUE cannot be converted to String");
  EXPECT_EQ(types(R"("ReturnValues":false)"), "FALSE_VALUE cannot be converted to String");
  EXPECT_EQ(types(R"("ReturnValues":[])"), "Unrecognized collection type class java.lang.String");
  EXPECT_EQ(types(R"("ReturnValues":{})"), "Start of structure or map found where not expected");
}

TEST(ShapeTest, TextForANumberMember) {
  const auto limit = [](const std::string& value) {
    return said("ListTables", "{\"Limit\":" + value + "}");
  };
  EXPECT_EQ(limit("1"), "fine");
  EXPECT_EQ(limit("1.9"), "fine");
  EXPECT_EQ(limit("\"1\""), "SerializationException: STRING_VALUE cannot be converted to Integer");
  EXPECT_EQ(limit("true"), "SerializationException: TRUE_VALUE cannot be converted to Integer");
  EXPECT_EQ(limit("[]"),
            "SerializationException: Unrecognized collection type class java.lang.Integer");
  const auto units = [](const std::string& value) {
    return said(
        "UpdateTable",
        "{\"TableName\":\"abc\",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":" + value + "}}");
  };
  EXPECT_EQ(units("false"), "SerializationException: FALSE_VALUE cannot be converted to Long");
}

TEST(ShapeTest, TextForABoolean) {
  const auto consistent = [](const std::string& value) {
    return said("GetItem", "{\"TableName\":\"abc\",\"Key\":{},\"ConsistentRead\":" + value + "}");
  };
  for (const auto* const word : {"true", "\"Yes\"", "\"1\"", "\"TRUE\"", "\"no\"", "\"0\""}) {
    EXPECT_EQ(consistent(word), "fine") << word;
  }
  EXPECT_EQ(consistent("\"dog\""), "SerializationException: Unexpected token received from parser");
  EXPECT_EQ(consistent("1"), "SerializationException: NUMBER_VALUE cannot be converted to Boolean");
  EXPECT_EQ(consistent("1.5"),
            "SerializationException: DECIMAL_VALUE cannot be converted to Boolean");
  EXPECT_EQ(consistent("[]"),
            "SerializationException: Unrecognized collection type class java.lang.Boolean");
}

TEST(ShapeTest, TextForMapsAndStructures) {
  EXPECT_EQ(types(R"("Item":"x")"), "Unexpected field type");
  EXPECT_EQ(types(R"("Item":[])"),
            "Unrecognized collection type java.util.Map<java.lang.String, "
            "com.amazonaws.dynamodb.v20120810.AttributeValue>");
  EXPECT_EQ(types(R"("ExpressionAttributeNames":[])"),
            "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>");
  EXPECT_EQ(values("\"x\""), "Unexpected value type in payload");
  EXPECT_EQ(values("[]"),
            "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
  EXPECT_EQ(said("CreateTable", R"({"TableName":"abc","KeySchema":{}})"),
            "SerializationException: Start of structure or map found where not expected");
  EXPECT_EQ(said("CreateTable", R"({"TableName":"abc","KeySchema":["x"]})"),
            "SerializationException: Unexpected value type in payload");
  EXPECT_EQ(said("CreateTable", R"({"TableName":"abc","ProvisionedThroughput":3})"),
            "SerializationException: Unexpected field type");
}

TEST(ShapeTest, TextForValues) {
  EXPECT_EQ(values(R"({"N":123})"), "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(values(R"({"S":{}})"), "Start of structure or map found where not expected");
  EXPECT_EQ(values(R"({"SS":"x"})"), "Unexpected field type");
  EXPECT_EQ(values(R"({"SS":[true]})"), "TRUE_VALUE cannot be converted to String");
  EXPECT_EQ(values(R"({"L":[{"M":{"a":{"N":1}}}]})"), "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(values(R"({"B":1})"), "only base-64-encoded strings are convertible to bytes");
  EXPECT_EQ(values(R"({"B":[]})"), "Unrecognized collection type class java.nio.ByteBuffer");
  EXPECT_EQ(values(R"({"BS":[7]})"), "only base-64-encoded strings are convertible to bytes");
}

TEST(ShapeTest, StructuresAreLookedAtBeforeScalars) {
  EXPECT_EQ(types(R"("ReturnValues":1,"Expected":"x")"), "Unexpected field type");
}

TEST(ShapeTest, BatchEntriesHaveAWonderOfAText) {
  EXPECT_THAT(said("BatchWriteItem", R"({"RequestItems":{"abc":"x"}})"),
              testing::HasSubstr("ParameterizedTypeImpl cannot be cast to class java.lang.Class"));
  EXPECT_THAT(said("BatchWriteItem", R"({"RequestItems":[]})"),
              testing::HasSubstr("java.util.Map<java.lang.String, "
                                 "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>"));
}

TEST(ShapeTest, PutItemListsWhatDoesNotHoldInItsOrder) {
  EXPECT_EQ(
      said("PutItem", R"({"TableName":"abc","Item":{},"ReturnItemCollectionMetrics":"INVALID",
           "ReturnValues":"INVALID","ReturnConsumedCapacity":"INVALID"})"),
      "ValidationException: 3 validation errors detected: Value 'INVALID' at "
      "'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: "
      "[INDEXES, TOTAL, NONE]; Failed to satisfy constraint: Member must satisfy enum value set: "
      "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]; Value 'INVALID' at "
      "'returnItemCollectionMetrics' failed to satisfy constraint: Member must satisfy enum value "
      "set: [SIZE, NONE]");
}

TEST(ShapeTest, AnEmptyTableNameOfPutItemStandsAlone) {
  EXPECT_EQ(said("PutItem", R"({"TableName":"","Item":{},"ReturnValues":"INVALID"})"),
            "ValidationException: 1 validation error detected: Value at 'TableName' failed to "
            "satisfy constraint: Member must have length greater than or equal to 1");
}

TEST(ShapeTest, TheReturnValuesOfUpdateItemStandAlone) {
  EXPECT_EQ(
      said("UpdateItem", R"({"TableName":"abc","Key":{},"ReturnValues":"X",
                 "ReturnConsumedCapacity":"X"})"),
      "ValidationException: 1 validation error detected: Failed to satisfy constraint: Member "
      "must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]");
}

TEST(ShapeTest, WithoutKeyUpdateItemSpeaksTheOldWay) {
  EXPECT_EQ(said("UpdateItem", R"({"TableName":"a b","ReturnValues":"X","ConditionalOperator":"X",
                 "ReturnConsumedCapacity":"X"})"),
            "ValidationException: 5 validation errors detected: "
            "Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: Member must "
            "satisfy enum value set: [INDEXES, TOTAL, NONE]; "
            "Value 'a b' at 'tableName' failed to satisfy constraint: Member must satisfy regular "
            "expression pattern: [a-zA-Z0-9_.-]+; "
            "Value 'X' at 'returnValues' failed to satisfy constraint: Member must satisfy enum "
            "value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]; "
            "Value 'X' at 'conditionalOperator' failed to satisfy constraint: Member must satisfy "
            "enum value set: [OR, AND]; "
            "Value null at 'key' failed to satisfy constraint: Member must not be null");
}

TEST(ShapeTest, TableNamesOfItemOperations) {
  const auto get = [](const std::string& name) {
    return said("GetItem", "{\"TableName\":\"" + name + "\",\"Key\":{}}");
  };
  EXPECT_EQ(get("ab"), "fine");  // No such table, but a name.
  EXPECT_EQ(get(std::string(255, 'a')), "fine");
  EXPECT_EQ(get("arn:aws:dynamodb:us-east-1:000000000000:table/abc"), "fine");
  EXPECT_EQ(get(""),
            "ValidationException: 1 validation error detected: Value at 'TableName' failed to "
            "satisfy constraint: Member must have length greater than or equal to 1");
  EXPECT_EQ(get("bad table!@#"),
            "ValidationException: 1 validation error detected: Value 'bad table!@#' at 'tableName' "
            "failed to satisfy constraint: Member must satisfy regular expression pattern: "
            "[a-zA-Z0-9_.-]+");
  const std::string long_name(256, 'a');
  EXPECT_EQ(get(long_name),
            "ValidationException: 1 validation error detected: Value '" + long_name +
                "' at 'tableName' failed to satisfy constraint: Member must have length less than "
                "or equal to 255");
  EXPECT_EQ(said("GetItem", "{\"Key\":{}}"),
            "ValidationException: 1 validation error detected: Value null at 'tableName' failed to "
            "satisfy constraint: Member must not be null");
}

TEST(ShapeTest, TableNamesOfTableOperations) {
  for (const auto* const operation :
       {"CreateTable", "DescribeTable", "DeleteTable", "UpdateTable"}) {
    EXPECT_EQ(said(operation, "{}"),
              "ValidationException: The parameter 'TableName' is required but was not present in "
              "the request");
  }
  EXPECT_EQ(said("DescribeTable", R"({"TableName":"ab"})"),
            "ValidationException: TableName must be at least 3 characters long and at most 255 "
            "characters long");
  EXPECT_EQ(said("DescribeTable", R"({"TableName":"abc"})"), "fine");
  EXPECT_EQ(said("CreateTable", R"({"TableName":"ab","KeySchema":[{"AttributeName":"a",
                 "KeyType":"HASH"}],"AttributeDefinitions":[]})"),
            "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to "
            "satisfy constraint: Member must have length greater than or equal to 3");
}

TEST(ShapeTest, PathsAndPrintedValues) {
  EXPECT_EQ(
      said("CreateTable",
           R"({"TableName":"abc","AttributeDefinitions":[{"AttributeName":"a","AttributeType":"X"}],
               "ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":1},
               "KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b"},
                            {"AttributeName":"c","KeyType":"RANGE"}]})"),
      "ValidationException: 4 validation errors detected: "
      "Value 'X' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: "
      "Member must satisfy enum value set: [B, N, S]; "
      "Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member "
      "must have value greater than or equal to 1; "
      "Value '[KeySchemaElement(attributeName=a, keyType=HASH), KeySchemaElement(attributeName=b, "
      "keyType=null), KeySchemaElement(attributeName=c, keyType=RANGE)]' at 'keySchema' failed to "
      "satisfy constraint: Member must have length less than or equal to 2; "
      "Value null at 'keySchema.2.member.keyType' failed to satisfy constraint: Member must not be "
      "null");
}

TEST(ShapeTest, AtMostTenAreListed) {
  std::string definitions;
  for (int i = 0; i < 11; ++i) definitions += std::string(i == 0 ? "" : ",") + "{}";
  EXPECT_THAT(
      said("CreateTable", "{\"TableName\":\"abc\",\"AttributeDefinitions\":[" + definitions + "]}"),
      testing::StartsWith("ValidationException: 10 validation errors detected: "));
}

TEST(ShapeTest, WhatIsWrongAMillionTimesIsNotToldAsOften) {
  std::string definitions = "{}";
  for (int i = 0; i < 1'000'000; ++i) definitions += ",{}";
  EXPECT_LT(said("CreateTable", "{\"TableName\":\"abc\",\"AttributeDefinitions\":[" + definitions +
                                    "],\"KeySchema\":[" + definitions + "]}")
                .size(),
            1'000'000u);
}

TEST(ShapeTest, BatchWriteItemHasRulesForItsMap) {
  const auto batch = [](const std::string& members) {
    return said("BatchWriteItem", "{" + members + "}");
  };
  const std::string put = R"({"PutRequest":{"Item":{"a":{"S":"x"}}}})";
  EXPECT_EQ(batch(R"("RequestItems":{"abc":[)" + put + "]}"), "fine");
  EXPECT_EQ(batch(R"("RequestItems":{})"), "fine");  // Another check tells.
  EXPECT_EQ(batch(R"("RequestItems":{"ab":[)" + put + "]}"),
            "ValidationException: 1 validation error detected: Value "
            "'{ab=[WriteRequest(putRequest=PutRequest(item={a=AttributeValue(s=x, n=null, b=null, "
            "iNT=null, dECIMAL=null, dOUBLE=null, sS=null, nS=null, bS=null, iNTSET=null, "
            "dECIMALSET=null, dOUBLESET=null, m=null, l=null, nULL=null, bOOL=null)}, "
            "workloadProfileName=null), deleteRequest=null)]}' at 'requestItems' failed to satisfy "
            "constraint: Map keys must satisfy constraint: [Member must have length less than or "
            "equal to 255, Member must have length greater than or equal to 3, Member must satisfy "
            "regular expression pattern: [a-zA-Z0-9_.-]+]");
  EXPECT_EQ(batch(R"("RequestItems":{"abc":[]})"),
            "ValidationException: 1 validation error detected: Value '{abc=[]}' at 'requestItems' "
            "failed to satisfy constraint: Map value must satisfy constraint: [Member must have "
            "length less than or equal to 25, Member must have length greater than or equal to 1]");
  EXPECT_EQ(batch(R"("ReturnConsumedCapacity":"X","RequestItems":{"abc":[]})"),
            "ValidationException: 1 validation error detected: Value 'X' at "
            "'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value "
            "set: [INDEXES, TOTAL, NONE]");
  EXPECT_EQ(batch(R"("RequestItems":{"abc":[{"PutRequest":{}}]})"),
            "ValidationException: 1 validation error detected: Value null at "
            "'requestItems.abc.member.1.member.putRequest.item' failed to satisfy constraint: "
            "Member must not be null");
  std::string puts = put;
  for (int i = 1; i < 25; ++i) puts += "," + put;
  EXPECT_EQ(batch(R"("RequestItems":{"abc":[)" + puts + "]}"), "fine");
  EXPECT_THAT(batch(R"("RequestItems":{"abc":[)" + puts + "," + put + "]}"),
              testing::HasSubstr("Map value must satisfy constraint"));
}

TEST(ShapeTest, LimitsOfStreams) {
  const auto streams = [](std::string_view operation, const std::string& json) {
    return said(operation, json, "dynamodbstreams");
  };
  EXPECT_EQ(streams("ListStreams", R"({"Limit":100})"), "fine");
  EXPECT_EQ(streams("ListStreams", R"({"Limit":0})"),
            "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to "
            "satisfy constraint: Member must have value greater than or equal to 1");
  EXPECT_EQ(streams("ListStreams", R"({"Limit":101})"),
            "ValidationException: 1 validation error detected: Value '101' at 'limit' failed to "
            "satisfy constraint: Member must have value less than or equal to 100");
  EXPECT_EQ(streams("GetRecords", R"({"ShardIterator":"x","Limit":1000})"), "fine");
  EXPECT_EQ(streams("GetRecords", R"({"ShardIterator":"x","Limit":1001})"),
            "ValidationException: 1 validation error detected: Value '1001' at 'limit' failed to "
            "satisfy constraint: Member must have value less than or equal to 1000");
}

}  // namespace
}  // namespace api
