// DynamoDB's protocol as a client meets it on the wire: dynamodb.md 2.1 to 2.5, what conversations
// (tests/wire) cannot say. How HTTP itself is read: connection_test.cc, request_reader_test.cc.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client.h"
#include "coding.h"
#include "fake_operations.h"
#include "server/request_reader.h"

namespace server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class DynamoHttpTest : public testing::Test {
 protected:
  WireAnswer ask(std::string_view operation, std::string_view body,
                 std::string_view more_headers = "") {
    return client_.ask(
        dynamodb_request("DynamoDB_20120810." + std::string(operation), body, more_headers));
  }
  /// A request of any method and content type, else all right.
  WireAnswer ask_as(const std::string& method, const std::string& content_type,
                    std::string_view body) {
    auto request = method + " / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: DynamoDB_20120810.Echo\r\n" +
                   signed_for("dynamodb");
    if (!content_type.empty()) request += "Content-Type: " + content_type + "\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return client_.ask(request.append(body));
  }

  FakeServer server_{{}, 1};
  Client client_{server_.port()};
};

// 2.1

TEST_F(DynamoHttpTest, WantsAPostOfJson) {
  for (const auto* type : {"application/x-amz-json-1.0", "application/json",
                           "application/json; charset=utf-8", "application/x-amz-json-1.0;x=y"}) {
    EXPECT_EQ(ask_as("POST", type, "{}").status, 200) << type;
  }
  for (const auto* type :
       {"", "text/plain", "application/x-amz-json-1.1", "application/xml", "application/jsonx"}) {
    const auto answer = ask_as("POST", type, "{}");
    EXPECT_EQ(answer.status, 404) << type;
    EXPECT_EQ(answer.body, "<UnknownOperationException/>\n") << type;
  }
  for (const auto* method : {"PUT", "DELETE", "PATCH", "GET"}) {
    const auto answer = ask_as(method, "application/json", "{}");
    EXPECT_EQ(answer.status, 404) << method;
    EXPECT_EQ(answer.body, "<UnknownOperationException/>\n") << method;
  }
}

TEST_F(DynamoHttpTest, TellsThatItIsHealthy) {
  const auto answer = client_.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "healthy: dynamodb.us-east-1.amazonaws.com ");
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain");
}

TEST_F(DynamoHttpTest, KeepsTheConnectionAlsoAfterErrors) {
  EXPECT_EQ(ask("Nothing", "{}").status, 400);
  EXPECT_EQ(ask("Echo", "{").status, 400);
  EXPECT_EQ(ask_as("PUT", "text/plain", "{}").status, 404);
  EXPECT_EQ(ask("Echo", "{}", "Content-Encoding: gzip\r\n").status, 500);
  EXPECT_EQ(ask("Echo", "{}").status, 200);
}

TEST_F(DynamoHttpTest, ARequestLineIsPartOfTheHeader) {
  const auto get = "GET /?" + std::string(request_header_bytes_max, 'x') + " HTTP/1.1\r\nHost: h";
  EXPECT_EQ(client_.ask(get + "\r\n\r\n").status, 400);
}

TEST_F(DynamoHttpTest, TakesCompressedRequests) {
  const std::string body = R"({"Text":"abc"})";
  const auto takes = [&](const std::string& encoding, const std::string& sent) {
    const auto answer = ask("Echo", sent, "Content-Encoding: " + encoding + "\r\n");
    EXPECT_EQ(answer.status, 200) << encoding;
    EXPECT_THAT(answer.body, StartsWith(R"({"Length":3,)")) << encoding;
  };
  takes("gzip", gzip(body));
  takes("deflate", zlib_form(body));
  takes("identity", body);
  takes("", body);
  // Several members, and what comes after the last of them.
  takes("gzip", gzip(body.substr(0, 5)) + gzip("") + gzip(body.substr(5)));
  takes("gzip", gzip(body) + "junk");
}

TEST_F(DynamoHttpTest, ACompressedRequestMayHaveSixteenMebibytesInside) {
  const auto spaces = [](std::size_t size) { return "{}" + std::string(size - 2, ' '); };
  for (const auto* encoding : {"gzip", "deflate"}) {
    const auto packed = [&](std::size_t size) {
      return *encoding == 'g' ? gzip(spaces(size)) : zlib_form(spaces(size));
    };
    const auto header = "Content-Encoding: " + std::string(encoding) + "\r\n";
    EXPECT_EQ(ask("Echo", packed(request_body_bytes_max), header).status, 200);
    EXPECT_EQ(ask("Echo", packed(request_body_bytes_max + 1), header).status, 500);
  }
}

TEST(DynamoHttpStoreTest, ExecutesNothingOfARequestThatCannotBeDecoded) {
  const FakeServer server({}, 1, all_operations());
  Client client(server.port());
  const auto ask = [&](std::string_view operation, std::string_view body,
                       const std::string& encoding = "identity") {
    return client.ask(dynamodb_request("DynamoDB_20120810." + std::string(operation), body,
                                       "Content-Encoding: " + encoding + "\r\n"));
  };
  ASSERT_EQ(ask("CreateTable", R"({"TableName":"Test","BillingMode":"PAY_PER_REQUEST",)"
                               R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)"
                               R"("AttributeDefinitions":)"
                               R"([{"AttributeName":"pk","AttributeType":"S"}]})")
                .status,
            200);
  const std::string put = R"({"TableName":"Test","Item":{"pk":{"S":"a"}}})";
  const std::string get = R"({"TableName":"Test","Key":{"pk":{"S":"a"}}})";
  const auto whole = gzip(put);
  auto corrupt = whole;
  corrupt[whole.size() / 2] ^= 0x55;
  struct Case {
    std::string why;
    std::string encoding;
    std::string body;
  };
  for (const auto& [why, encoding, body] : std::vector<Case>{
           {"unknown", "garbage", put},
           {"unknown", "br", put},
           {"two at once", "gzip, gzip", whole},
           {"not compressed", "gzip", put},
           {"not compressed", "deflate", put},
           {"the other", "deflate", whole},
           {"corrupt", "gzip", corrupt},
           {"cut short", "gzip", whole.substr(0, whole.size() - 1)},
           {"cut short", "deflate", zlib_form(put).substr(0, zlib_form(put).size() - 1)},
           {"empty", "gzip", ""},
           {"empty", "deflate", ""}}) {
    const auto answer = ask("PutItem", body, encoding);
    EXPECT_EQ(answer.status, 500) << why << " " << encoding;
    EXPECT_THAT(answer.body, StartsWith(R"({"__type":"com.amazonaws.dynamodb.v20120810#)"
                                        R"(InternalServerError",)"));
    EXPECT_EQ(ask("GetItem", get).body, "{}") << why << " " << encoding;
  }
  EXPECT_EQ(ask("PutItem", whole, "gzip").body, "{}");
  EXPECT_EQ(ask("GetItem", get).body, R"({"Item":{"pk":{"S":"a"}}})");
}

// 2.2

TEST_F(DynamoHttpTest, SuccessAndErrorHaveTheSameHeaders) {
  for (const auto* operation : {"Echo", "Refuse", "Nothing", "BreakStore"}) {
    const auto answer = ask(operation, "{}");
    const auto header = [&](const std::string& name) {
      const auto found = answer.headers.find(name);
      return found == answer.headers.end() ? "none" : found->second;
    };
    EXPECT_EQ(header("content-type"), "application/x-amz-json-1.0") << operation;
    EXPECT_EQ(header("content-length"), std::to_string(answer.body.size())) << operation;
    EXPECT_THAT(header("x-amzn-requestid"), MatchesRegex("[0-9A-Z]{52}")) << operation;
    EXPECT_EQ(header("x-amz-crc32"), crc32_text(answer.body)) << operation;
    EXPECT_THAT(header("date"), MatchesRegex("..., .. ... .... ..:..:.. GMT")) << operation;
    EXPECT_EQ(header("server"), "Dynamill") << operation;
    EXPECT_EQ(header("content-encoding"), "none") << operation;
    EXPECT_EQ(header("access-control-allow-origin"), "none") << operation;
  }
}

TEST_F(DynamoHttpTest, CompressesLargeAnswersForThoseWhoAsk) {
  const auto fill = [&](int bytes, std::string_view headers) {
    return ask("Fill", "{\"Bytes\":" + std::to_string(bytes) + "}", headers);
  };
  for (const std::string coding : {"gzip", "deflate"}) {
    const auto asking = "Accept-Encoding: " + coding + "\r\n";
    auto small = fill(4096, asking);
    EXPECT_EQ(small.body.size(), 4096U);
    EXPECT_FALSE(small.headers.contains("content-encoding"));

    auto large = fill(4097, asking);
    EXPECT_EQ(large.headers["content-encoding"], coding);
    EXPECT_LT(large.body.size(), 200U);
    EXPECT_EQ(inflated(large.body), fill(4097, "").body);
    // gzip begins so; the zlib form, with a window of 32 KiB, so.
    EXPECT_THAT(large.body, StartsWith(coding == "gzip" ? "\x1f\x8b" : "\x78"));
    // SDKs look at the bytes as they came.
    EXPECT_EQ(large.headers["x-amz-crc32"], crc32_text(large.body));
    EXPECT_EQ(large.headers["content-type"], "application/x-amz-json-1.0");
  }
  for (const auto* headers : {"", "Accept-Encoding: identity\r\n", "Accept-Encoding:\r\n",
                              "Accept-Encoding: br\r\n", "Accept-Encoding: gzip;q=0\r\n",
                              // Only the first of several counts.
                              "Accept-Encoding: identity\r\nAccept-Encoding: gzip\r\n"}) {
    auto plain = fill(100'000, headers);
    EXPECT_FALSE(plain.headers.contains("content-encoding")) << headers;
    EXPECT_EQ(plain.body.size(), 100'000U) << headers;
    EXPECT_EQ(plain.headers["x-amz-crc32"], crc32_text(plain.body)) << headers;
  }
  auto first = fill(100'000, "Accept-Encoding: deflate\r\nAccept-Encoding: gzip\r\n");
  EXPECT_EQ(first.headers["content-encoding"], "deflate");
}

// 2.3: the size comes first. The rest of the order: router_test.cc and protocol_order.wire.

TEST_F(DynamoHttpTest, RefusesATooLargeBodyBeforeAnythingElse) {
  for (const auto* how : {"Content-Length: 16777217", "Content-Length: 99999999999999"}) {
    Client client(server_.port());
    const auto answer = client.ask("PUT / HTTP/1.1\r\nHost: h\r\n" + std::string(how) + "\r\n\r\n");
    EXPECT_EQ(answer.status, 413) << how;
    EXPECT_EQ(answer.body, "") << how;
  }
  Client client(server_.port());
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1000001\r\n");
  client.send(std::string(request_body_bytes_max + 1, ' '));
  EXPECT_EQ(client.receive().status, 413);
}

// 2.4: each row of it: credentials_test.cc. Here what all have in common.

TEST_F(DynamoHttpTest, RefusesWhoDoesNotSayWhoTheyAre) {
  const std::string request =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-amz-json-1.0\r\n"
      "X-Amz-Target: DynamoDB_20120810.Echo\r\n";
  const std::string end = "Content-Length: 2\r\n\r\n{}";
  const auto missing = client_.ask(request + end);
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.body,
            R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",)"
            R"("message":"Request is missing Authentication Token"})");
  const auto incomplete = client_.ask(request + "Authorization: AWS4-HMAC-SHA256\r\n" + end);
  EXPECT_EQ(incomplete.status, 400);
  EXPECT_THAT(incomplete.body,
              StartsWith(R"({"__type":"com.amazon.coral.service#IncompleteSignatureException",)"
                         R"("message":"Authorization header requires 'Credential' parameter. )"));
  const auto both =
      client_.ask("POST /?X-Amz-Algorithm=x" + request.substr(6) + signed_for("dynamodb") + end);
  EXPECT_EQ(both.status, 400);
  EXPECT_EQ(both.body,
            R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Found )"
            R"(both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP )"
            R"(header."})");
  const auto presigned = client_.ask(
      "POST /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=k%2F20260101%2Feu-west-1%2F"
      "dynamodb%2Faws4_request&X-Amz-Signature=0&X-Amz-SignedHeaders=host&X-Amz-Date=20260101"
      "T000000Z" +
      request.substr(6) + end);
  EXPECT_THAT(presigned.body, HasSubstr(R"("Region":"eu-west-1")"));
}

TEST_F(DynamoHttpTest, TakesNoOffenceAtClocksThatAreWrong) {
  for (const auto* date : {"19990101T000000Z", "20990101T000000Z", "yesterday"}) {
    auto request = dynamodb_request("DynamoDB_20120810.Echo", "{}");
    request.replace(request.find("20260101T000000Z"), 16, date);
    EXPECT_EQ(client_.ask(request).status, 200) << date;
  }
}

}  // namespace
}  // namespace server
