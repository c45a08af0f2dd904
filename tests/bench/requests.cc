#include "requests.h"

#include <stdexcept>

namespace bench {

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

std::string item_text(long key, long value) {
  std::string item = R"({"pk":{"S":"key-)" + std::to_string(key) + R"("},"n":{"N":")" +
                     std::to_string(value) + R"("})";
  for (int attribute = 0; attribute < 10; ++attribute) {
    item += R"(,"attribute)" + std::to_string(attribute) +
            R"(":{"S":"a value of some thirty-odd bytes"})";
  }
  return item + "}";
}

std::string put_body(const std::string& table, long key, long value) {
  return R"({"TableName":")" + table + R"(","Item":)" + item_text(key, value) + "}";
}

}  // namespace bench
