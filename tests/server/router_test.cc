// Which protocol answers, in which order a request is checked, and how each writes its errors.

#include "server/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "fake_operations.h"

namespace server {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RouterTest : public testing::Test {
 protected:
  struct Request {
    std::string method = "POST";
    std::string target = "/";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
  };

  static std::pair<std::string, std::string> authorization(std::string service = "dynamodb") {
    return {"Authorization", "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/" +
                                 service + "/aws4_request, SignedHeaders=host, Signature=00"};
  }
  static Request dynamodb(std::string operation, std::string body) {
    return {.headers = {{"X-Amz-Target", "DynamoDB_20120810." + operation},
                        {"Content-Type", "application/x-amz-json-1.0"},
                        {"X-Amz-Date", "20260101T000000Z"},
                        authorization()},
            .body = std::move(body)};
  }
  static Request sqs(std::string operation, std::string body) {
    auto request = dynamodb(std::move(operation), std::move(body));
    request.headers[0].second.replace(0, 17, "AmazonSQS");
    return request;
  }
  static Request form(std::string body, std::string target = "/") {
    return {.target = std::move(target),
            .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                        {"X-Amz-Date", "20260101T000000Z"},
                        {"Host", "127.0.0.1:4566"},
                        authorization("sqs")},
            .body = std::move(body)};
  }
  Request rest(std::string target, std::string body = "") const {
    return {.target = std::move(target),
            .headers = {{"X-Amz-Date", "20260101T000000Z"},
                        {"Host", server_.host()},
                        authorization("lambda")},
            .body = std::move(body)};
  }
  static void drop(Request& request, const std::string& name) {
    std::erase_if(request.headers, [&](const auto& header) { return header.first == name; });
  }

  HttpAnswer ask(const Request& asked) const {
    HttpRequest request{.method = asked.method, .target = asked.target, .body = asked.body};
    for (const auto& [name, value] : asked.headers) request.headers.push_back({name, value});
    HttpAnswer answer;
    boost::asio::io_context context;
    boost::asio::co_spawn(context, server_.router().answer(request, answer),
                          [](std::exception_ptr thrown) {
                            if (thrown) std::rethrow_exception(thrown);
                          });
    context.run();
    return answer;
  }
  /// Status and body.
  std::string told(const Request& asked) const {
    const auto answer = ask(asked);
    return std::to_string(answer.status) + " " + answer.body;
  }

  FakeServer server_;
};

const std::string serialization_error =
    R"(400 {"__type":"com.amazon.coral.service#SerializationException"})";
const std::string unknown_operation =
    R"(400 {"__type":"com.amazon.coral.service#UnknownOperationException"})";

TEST_F(RouterTest, RunsTheOperationForTheCallerOfTheSignature) {
  EXPECT_EQ(told(dynamodb("Echo", R"({"Text":"abc"})")),
            R"(200 {"Length":3,"Region":"eu-west-1","Account":"123456789012"})");
  auto streams = dynamodb("", "{}");
  streams.headers[0].second = "DynamoDBStreams_20120810.EchoStream";
  EXPECT_EQ(ask(streams).status, 200);
  auto plain = dynamodb("Echo", "{}");
  plain.headers[1].second = "application/json; charset=utf-8";
  EXPECT_EQ(ask(plain).status, 200);
}

TEST_F(RouterTest, ChecksInTheOrderOfAws) {
  // Everything is wrong; one thing after the other is put right.
  Request request = dynamodb("Nothing", "{\"a\":");
  drop(request, "Authorization");
  request.headers[1].second = "text/plain";
  EXPECT_EQ(told(request), "404 <UnknownOperationException/>\n");
  request.headers[1].second = "application/json";
  EXPECT_EQ(told(request), serialization_error);
  request.body = "";
  EXPECT_EQ(told(request), unknown_operation);
  request.headers[0].second = "DynamoDB_20120810.Echo";
  EXPECT_EQ(told(request),
            R"(400 {"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",)"
            R"("message":"Request is missing Authentication Token"})");
  request.headers.push_back(authorization());
  EXPECT_EQ(told(request), serialization_error);
  request.body = "{}";
  EXPECT_EQ(ask(request).status, 200);
}

TEST_F(RouterTest, WantsOneJsonObject) {
  for (const auto* body :
       {"", "[]", "1", "null", "{", "{}{}", "{'a':1}", "\xff", "{\"a\":\"\xff\"}"}) {
    EXPECT_EQ(told(dynamodb("Echo", body)), serialization_error) << body;
  }
  EXPECT_EQ(ask(dynamodb("Echo", " {\n} ")).status, 200);
}

TEST_F(RouterTest, OtherMethodsAreUnknownOperations) {
  auto request = dynamodb("Echo", "{}");
  request.method = "PUT";
  EXPECT_EQ(told(request), "404 <UnknownOperationException/>\n");
  EXPECT_EQ(told({.method = "GET", .target = "/nothing"}), "404 <UnknownOperationException/>\n");
}

TEST_F(RouterTest, NamesTheTargetWhereAwsWouldAndWhatIsNotBuilt) {
  auto missing = dynamodb("Echo", "{}");
  drop(missing, "X-Amz-Target");
  EXPECT_EQ(told(missing), unknown_operation);
  EXPECT_EQ(told(dynamodb("NoSuchThing", "{}")), unknown_operation);
  EXPECT_EQ(told(dynamodb("PutItem", "{}")),
            R"(400 {"__type":"com.amazon.coral.validate#ValidationException",)"
            R"("message":"PutItem is not supported by this version of Dynamill"})");
  auto kinesis = dynamodb("", "{}");
  kinesis.headers[0].second = "Kinesis_20131202.PutRecord";
  EXPECT_THAT(told(kinesis), HasSubstr("Kinesis_20131202.PutRecord is not supported"));
}

TEST_F(RouterTest, WritesErrorsOfDynamoDb) {
  EXPECT_EQ(told(dynamodb("Refuse", "{}")),
            R"(400 {"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",)"
            R"("message":"The conditional request failed","Item":{"pk":{"S":"a"}}})");
  EXPECT_EQ(told(dynamodb("BreakStore", "{}")),
            R"(500 {"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError",)"
            R"("message":"The store failed: No space left on device"})");
  EXPECT_THAT(told(dynamodb("BreakDown", "{}")), HasSubstr("500 {\"__type\":"));
}

// dynamodb.md 2.5
TEST(DynamoErrorTest, EachErrorHasItsPrefixAndItsWordForTheText) {
  const auto written = [](const engine::ApiError& error) {
    HttpAnswer answer;
    write_dynamodb_error(error, answer);
    return std::to_string(answer.status) + " " + answer.body;
  };
  const std::string modelled = "com.amazonaws.dynamodb.v20120810#";
  const std::string of_the_frame = "com.amazon.coral.service#";
  struct Case {
    std::string prefix;
    std::string code;
    std::string text_member;
  };
  for (const auto& [prefix, code, text_member] :
       std::vector<Case>{{modelled, "ConditionalCheckFailedException", "message"},
                         {modelled, "ResourceNotFoundException", "message"},
                         {modelled, "ResourceInUseException", "message"},
                         {modelled, "LimitExceededException", "message"},
                         {modelled, "ProvisionedThroughputExceededException", "message"},
                         {modelled, "ItemCollectionSizeLimitExceededException", "message"},
                         {modelled, "TransactionConflictException", "message"},
                         {modelled, "TransactionCanceledException", "Message"},
                         {modelled, "ThrottlingException", "message"},
                         {"com.amazon.coral.validate#", "ValidationException", "message"},
                         {of_the_frame, "SerializationException", "Message"},
                         {of_the_frame, "UnrecognizedClientException", "message"},
                         {of_the_frame, "MissingAuthenticationTokenException", "message"},
                         {of_the_frame, "IncompleteSignatureException", "message"},
                         {of_the_frame, "InvalidSignatureException", "message"},
                         {of_the_frame, "ExpiredTokenException", "message"},
                         {of_the_frame, "AccessDeniedException", "Message"}}) {
    EXPECT_EQ(written({code, "t"}),
              "400 {\"__type\":\"" + prefix + code + "\",\"" + text_member + "\":\"t\"}");
  }
  // Without a text there is no member for it.
  EXPECT_EQ(written({"UnknownOperationException", ""}), unknown_operation);
  EXPECT_EQ(written({"SerializationException", ""}), serialization_error);
  EXPECT_EQ(written({"InternalFailure", "", 500}),
            R"(500 {"__type":"com.amazon.coral.service#InternalFailure"})");
  // What else an error has to say.
  engine::ApiError cancelled("TransactionCanceledException", "t");
  cancelled.members = R"("CancellationReasons":[{"Code":"None"}])";
  EXPECT_EQ(written(cancelled),
            R"(400 {"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",)"
            R"("Message":"t","CancellationReasons":[{"Code":"None"}]})");
  EXPECT_EQ(written({"ValidationException", "\"\n\\"}),
            R"(400 {"__type":"com.amazon.coral.validate#ValidationException",)"
            R"("message":"\"\n\\"})");
}

TEST_F(RouterTest, RefusesEncodingsItCannotUndo) {
  auto request = dynamodb("Echo", "{}");
  request.headers.emplace_back("Content-Encoding", "br");
  EXPECT_THAT(told(request), HasSubstr("500 {\"__type\":\"com.amazonaws.dynamodb.v20120810#"
                                       "InternalServerError\""));
}

TEST_F(RouterTest, SqsInJson) {
  const auto answer = ask(sqs("EchoQueue", R"({"QueueUrl":"u"})"));
  EXPECT_EQ(json::parse(answer.body)["QueueUrl"], "u");
  EXPECT_EQ(answer.content_type, "application/x-amz-json-1.0");

  const auto refused = ask(sqs("RefuseQueue", "{}"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist",)"
                          R"("message":"The specified queue does not exist."})");
  EXPECT_EQ(refused.header("x-amzn-query-error"), "AWS.SimpleQueueService.NonExistentQueue;Sender");
  EXPECT_EQ(told(sqs("Nothing", "{}")), unknown_operation);
  EXPECT_EQ(told(sqs("EchoQueue", "[]")), serialization_error);
  auto unsigned_call = sqs("EchoQueue", "{}");
  drop(unsigned_call, "Authorization");
  EXPECT_EQ(ask(unsigned_call).status, 403);
}

TEST_F(RouterTest, SqsAsForm) {
  const auto refused = ask(form("Action=RefuseQueue&Version=2012-11-05"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.content_type, "text/xml");
  EXPECT_THAT(refused.body, HasSubstr("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"));
  EXPECT_THAT(refused.body, HasSubstr(refused.request_id));
  EXPECT_THAT(told(form("Action=Nothing&Version=2012-11-05")),
              HasSubstr("<Code>InvalidAction</Code>"));
  auto unsigned_call = form("Action=RefuseQueue&Version=2012-11-05");
  drop(unsigned_call, "Authorization");
  EXPECT_THAT(told(unsigned_call), HasSubstr("<Code>MissingAuthenticationToken</Code>"));
}

TEST_F(RouterTest, RefusesServicesThatAreNotHereInTheirOwnWay) {
  EXPECT_THAT(told(form("Action=Publish&Version=2010-03-31")),
              HasSubstr("<Message>Publish is not supported by this version of Dynamill</Message>"));
  Request s3{.method = "GET",
             .target = "/bucket/key",
             .headers = {{"X-Amz-Date", "20260101T000000Z"}, authorization("s3")}};
  EXPECT_THAT(told(s3), HasSubstr("501 "));
  EXPECT_THAT(told(s3), HasSubstr("<Message>GetObject is not supported"));
}

TEST_F(RouterTest, RoutesByMethodAndPath) {
  auto request = rest("/2015-03-31/echo/arn%3Aaws%3Ax?Qualifier=%24LATEST", "body");
  request.headers.emplace_back("X-Some-Header", "value");
  const auto answer = ask(request);
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.header("x-some-answer"), "yes");
  const auto body = json::parse(answer.body);
  EXPECT_EQ(body["Path"]["Name"], "arn:aws:x");
  EXPECT_EQ(body["Query"]["Qualifier"], "$LATEST");
  EXPECT_EQ(body["Body"], "body");
  EXPECT_EQ(body["Header"], "value");
  EXPECT_EQ(body["Region"], "eu-west-1");
  EXPECT_EQ(ask(rest("/2015-03-31/echo/a/")).status, 202);
  EXPECT_EQ(ask(rest("/_dynamill/echo")).status, 202);
}

TEST_F(RouterTest, WritesErrorsOfLambda) {
  const auto refused = [&](const std::string& code) {
    const auto answer = ask(rest("/2015-03-31/refuse/" + code));
    EXPECT_EQ(answer.header("x-amzn-errortype"), code);
    return std::to_string(answer.status) + " " + answer.body;
  };
  EXPECT_EQ(refused("ResourceNotFoundException"), R"(404 {"Type":"User","Message":"No."})");
  EXPECT_EQ(refused("InvalidParameterValueException"), R"(400 {"Type":"User","message":"No."})");
  EXPECT_EQ(refused("ResourceConflictException"), R"(409 {"Type":"User","message":"No."})");
  EXPECT_EQ(refused("TooManyRequestsException"),
            R"(429 {"Reason":"Busy","Type":"User","message":"No."})");
  EXPECT_EQ(refused("ValidationException"), R"(400 {"message":"No."})");
  EXPECT_EQ(refused("RequestEntityTooLargeException"), R"(413 {"message":"No."})");
  EXPECT_EQ(refused("ServiceException"), R"(500 {"Type":"Service","Message":"No."})");

  auto unsigned_call = rest("/2015-03-31/echo/a");
  drop(unsigned_call, "Authorization");
  EXPECT_EQ(told(unsigned_call), R"(403 {"message":"Request is missing Authentication Token"})");
}

TEST_F(RouterTest, RefusesPagesOfOtherOriginsWhereCodeRuns) {
  for (const auto* target :
       {"/_dynamill/echo", "/%5Fdynamill/echo", "/2015-03-31/echo/a", "/_dynamill/nothing"}) {
    auto page = rest(target);
    page.headers.emplace_back("Origin", "http://evil.example");
    EXPECT_EQ(ask(page).status, 403) << target;
    auto rebound = rest(target);
    drop(rebound, "Host");
    rebound.headers.emplace_back("Host", "evil.example");
    EXPECT_EQ(ask(rebound).status, 403) << target;
    auto preflight = page;
    preflight.method = "OPTIONS";
    EXPECT_EQ(ask(preflight).status, 403) << target;
    EXPECT_EQ(ask(preflight).header("access-control-allow-origin"), "") << target;
  }
}

TEST_F(RouterTest, LetsOnlyItsOwnPagesCallAnything) {
  const std::string own = "http://" + server_.host();
  auto page = dynamodb("Echo", "{}");
  EXPECT_EQ(ask(page).header("access-control-allow-origin"), "");
  page.headers.emplace_back("Origin", own);
  EXPECT_EQ(ask(page).status, 200);
  EXPECT_EQ(ask(page).header("access-control-allow-origin"), own);
  for (auto other : {dynamodb("Echo", "{}"), sqs("EchoQueue", "{}"),
                     form("Action=EchoQueue&Version=2012-11-05"), Request{.method = "GET"}}) {
    other.headers.emplace_back("Origin", "http://some.page");
    EXPECT_EQ(ask(other).status, 403);
    EXPECT_EQ(ask(other).header("access-control-allow-origin"), "");
  }

  const auto preflight = [&](const std::string& origin) {
    return ask({.method = "OPTIONS",
                .headers = {{"Origin", origin},
                            {"Access-Control-Request-Headers", "x-amz-target"},
                            {"Access-Control-Request-Method", "POST"}}});
  };
  EXPECT_EQ(preflight(own).header("access-control-allow-origin"), own);
  EXPECT_EQ(preflight(own).header("access-control-max-age"), "172800");
  EXPECT_EQ(preflight(own).header("access-control-allow-headers"), "x-amz-target");
  EXPECT_EQ(preflight(own).header("access-control-allow-methods"), "POST");
  EXPECT_EQ(preflight("http://some.page").status, 403);
}

TEST_F(RouterTest, TellsHealthAndMetrics) {
  EXPECT_EQ(told({.method = "GET"}), "200 healthy: dynamodb.us-east-1.amazonaws.com ");
  ask(dynamodb("Echo", "{}"));
  ask(dynamodb("Refuse", "{}"));
  const auto metrics = ask({.method = "GET", .target = "/metrics"}).body;
  EXPECT_THAT(metrics, HasSubstr("dynamill_build_info{version=\""));
  EXPECT_THAT(
      metrics,
      HasSubstr(R"(dynamill_requests_total{service="dynamodb",operation="Echo",status="200"} 1)"));
  EXPECT_THAT(
      metrics,
      HasSubstr(
          R"(dynamill_requests_total{service="dynamodb",operation="Refuse",status="400"} 1)"));
  EXPECT_THAT(metrics, HasSubstr("process_resident_memory_bytes "));
}

}  // namespace
}  // namespace server
