#include "requests.h"

#include <stdexcept>

namespace bench {

namespace {

std::string attributes_text() {
  std::string attributes;
  for (int attribute = 0; attribute < 10; ++attribute) {
    attributes += R"(,"attribute)" + std::to_string(attribute) +
                  R"(":{"S":"a value of some thirty-odd bytes"})";
  }
  return attributes;
}

/// The items' actions, each between `before` and `after`, with commas.
std::string actions_text(long number, long count, long keys, const std::string& before,
                         const std::string& after) {
  std::string actions;
  for (long at = 0; at < count; ++at) {
    if (at > 0) actions += ',';
    actions += before + item_text((number * count + at) % keys, number) + after;
  }
  return actions;
}

}  // namespace

std::string dynamodb(int port, std::string_view operation, std::string_view body) {
  return request_text(port, "POST", "/", "DynamoDB_20120810." + std::string(operation), body);
}

std::string streams(int port, std::string_view operation, std::string_view body) {
  return request_text(port, "POST", "/", "DynamoDBStreams_20120810." + std::string(operation),
                      body);
}

std::string member(std::string_view json, const std::string& name) {
  const auto start = json.find("\"" + name + "\":\"");
  if (start == json.npos) throw std::runtime_error("no " + name + " in " + std::string(json));
  const auto value = start + name.size() + 4;
  return std::string(json.substr(value, json.find('"', value) - value));
}

std::string create_table(Connection& connection, const std::string& name, bool has_stream) {
  std::string body = R"({"TableName":")" + name +
                     R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                     R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                     R"("BillingMode":"PAY_PER_REQUEST")";
  if (has_stream) {
    body += R"(,"StreamSpecification":{"StreamEnabled":true,)"
            R"("StreamViewType":"NEW_AND_OLD_IMAGES"})";
  }
  const std::string answer(
      connection.exchange(dynamodb(connection.port(), "CreateTable", body + "}")));
  return has_stream ? member(answer, "LatestStreamArn") : "";
}

void create_indexed_table(Connection& connection, const std::string& name) {
  connection.exchange(dynamodb(
      connection.port(), "CreateTable",
      R"({"TableName":")" + name +
          R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
          R"({"AttributeName":"n","AttributeType":"N"}],)"
          R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"GlobalSecondaryIndexes":[)"
          R"({"IndexName":"by-n","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],)"
          R"("Projection":{"ProjectionType":"ALL"}}],"BillingMode":"PAY_PER_REQUEST"})"));
}

void create_sorted_table(Connection& connection, const std::string& name) {
  connection.exchange(dynamodb(
      connection.port(), "CreateTable",
      R"({"TableName":")" + name +
          R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
          R"({"AttributeName":"sk","AttributeType":"N"}],)"
          R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},)"
          R"({"AttributeName":"sk","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST"})"));
}

std::string item_text(long key, long value) {
  std::string item = R"({"pk":{"S":"key-)" + std::to_string(key) + R"("},"n":{"N":")" +
                     std::to_string(value) + R"("})";
  item += attributes_text();
  return item + "}";
}

std::string put_body(const std::string& table, long key, long value) {
  return R"({"TableName":")" + table + R"(","Item":)" + item_text(key, value) + "}";
}

std::string put_sorted_body(const std::string& table, long partition, long sort) {
  return R"({"TableName":")" + table + R"(","Item":{"pk":{"S":"partition-)" +
         std::to_string(partition) + R"("},"sk":{"N":")" + std::to_string(sort) + R"("})" +
         attributes_text() + "}}";
}

std::string put_small_body(const std::string& table, long key) {
  return R"({"TableName":")" + table + R"(","Item":{"pk":{"S":"key-)" + std::to_string(key) +
         R"("},"text":{"S":"a value of some forty bytes, and not more"}}})";
}

std::string batch_write_body(const std::string& table, long number, long count, long keys) {
  return R"({"RequestItems":{")" + table + R"(":[)" +
         actions_text(number, count, keys, R"({"PutRequest":{"Item":)", "}}") + "]}}";
}

std::string transact_write_body(const std::string& table, long number, long count, long keys) {
  return R"({"TransactItems":[)" +
         actions_text(number, count, keys, R"({"Put":{"TableName":")" + table + R"(","Item":)",
                      "}}") +
         "]}";
}

}  // namespace bench
