#include "engine/limits.h"
#include "engine/value/json.h"
#include "mapping/function/runtime_api.h"
#include "tests/mapping/function_fixture.h"

namespace mapping {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using State = RuntimeApi::State;

std::string refusal_of(const std::optional<RuntimeRefusal>& refusal) {
  if (!refusal) return "accepted";
  const auto body = json::parse(refusal->body);
  return std::to_string(refusal->status) + " " + body["errorType"].get<std::string>() + ": " +
         body["errorMessage"].get<std::string>();
}

RuntimeApi running() {
  RuntimeApi api;
  api.on_next();
  api.on_handed_over("a");
  return api;
}

TEST(RuntimeApiTest, GoesRoundFromReadyToReady) {
  RuntimeApi api;
  EXPECT_EQ(api.state(), State::started);
  for (const char* id : {"a", "b"}) {
    EXPECT_EQ(refusal_of(api.on_next()), "accepted");
    EXPECT_EQ(api.state(), State::ready);
    api.on_handed_over(id);
    EXPECT_EQ(api.state(), State::running);
    EXPECT_EQ(refusal_of(api.on_response(id)), "accepted");
    EXPECT_EQ(api.state(), State::response_sent);
  }
}

TEST(RuntimeApiTest, NextWhileRunningIsNoError) {
  auto api = running();
  EXPECT_EQ(refusal_of(api.on_next()), "accepted");
  EXPECT_EQ(api.state(), State::running);
  EXPECT_EQ(api.request_id(), "a");
}

TEST(RuntimeApiTest, AWrongIdIsRefusedAndTheRightOneMayStillCome) {
  auto api = running();
  EXPECT_EQ(refusal_of(api.on_response("x")), "400 InvalidRequestID: Invalid request ID");
  EXPECT_EQ(refusal_of(api.on_error("")), "400 InvalidRequestID: Invalid request ID");
  EXPECT_EQ(refusal_of(api.on_error("a")), "accepted");
}

TEST(RuntimeApiTest, OneAnswerIsEnough) {
  auto api = running();
  api.on_response("a");
  EXPECT_EQ(refusal_of(api.on_response("a")),
            "403 InvalidStateTransition: State transition from ResponseSent to InvocationResponse "
            "failed for runtime. Error: State transition is not allowed");
  EXPECT_THAT(refusal_of(api.on_error("a")), HasSubstr("to InvocationErrorResponse failed"));
  api.on_next();
  EXPECT_EQ(refusal_of(api.on_response("a")), "400 InvalidRequestID: Invalid request ID");
}

TEST(RuntimeApiTest, AnswersBeforeAnyWorkAreRefused) {
  RuntimeApi api;
  EXPECT_EQ(refusal_of(api.on_response("a")), "400 InvalidRequestID: Invalid request ID");
  api.on_next();
  EXPECT_EQ(refusal_of(api.on_error("")), "400 InvalidRequestID: Invalid request ID");
}

TEST(RuntimeApiTest, AnInitErrorComesFirstOrNotAtAll) {
  RuntimeApi api;
  EXPECT_EQ(refusal_of(api.on_init_error()), "accepted");
  EXPECT_EQ(refusal_of(api.on_next()),
            "403 InvalidStateTransition: State transition from InitError to Ready failed for "
            "runtime. Error: State transition is not allowed");
  auto later = running();
  EXPECT_THAT(refusal_of(later.on_init_error()),
              HasSubstr("403 InvalidStateTransition: State transition from Running to InitError"));
}

TEST(RuntimeApiTest, ErrorTypesAreOfTwoKinds) {
  EXPECT_EQ(error_type_from_header("Runtime.ExitError"), "Runtime.ExitError");
  EXPECT_EQ(error_type_from_header("Function.My_Own"), "Function.My_Own");
  EXPECT_EQ(error_type_from_header("TypeError"), "Function.Unknown");
  EXPECT_EQ(error_type_from_header("Runtime."), "Function.Unknown");
  EXPECT_EQ(error_type_from_header(""), "Function.Unknown");
}

// --- the same, as a process meets it ---

using RuntimeServerTest = FunctionsTest;

/// Answers with the statuses of the calls in `calls`, which has $api and $id.
std::string asking(const std::string& calls) {
  return R"(#!/bin/bash
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
headers=$(mktemp)
ask() { curl -sS -o /tmp/$$.body -w '%{http_code} ' "$@"; }
while true; do
  curl -sS -o /dev/null -D "$headers" "$api/invocation/next"
  id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//Ip' "$headers" | tr -d '\r')
)" + calls +
         R"(
done
)";
}

TEST_F(RuntimeServerTest, RefusesWhatDoesNotFit) {
  const auto function = create_shell(asking(R"sh(
  s="$(ask $api/invocation/nobody/response -d 1)"
  s+="$(ask $api/invocation/$id/response -d 1 -H 'Lambda-Runtime-Function-Response-Mode: odd')"
  s+="$(ask $api/init/error -d 1)"
  s+="$(ask $api/elsewhere)"
  s+="$(ask http://$AWS_LAMBDA_RUNTIME_API/ping)$(cat /tmp/$$.body)"
  again=$(curl -sS "$api/invocation/next")
  curl -sS -o /dev/null $api/invocation/$id/response -d "[\"$s\",$again]"
  echo "twice $(ask $api/invocation/$id/response -d 1)"
)sh"));
  EXPECT_EQ(invoke(function, R"({"the":"event"})").payload,
            R"(["400 400 403 404 200 pong",{"the":"event"}])");
  // Printed after the first answer, so the second invocation's output begins with it or follows it.
  EXPECT_EQ(invoke(function).result, Invocation::Result::succeeded);
}

TEST_F(RuntimeServerTest, ALargeReplyArrivesAndATooLargeOneIsRefused) {
  const auto function = create_shell(asking(R"sh(
  size=$(curl -sS "$api/invocation/next")
  { printf '"'; head -c $((size - 2)) /dev/zero | tr '\0' x; printf '"'; } |
    ask $api/invocation/$id/response --data-binary @-
)sh"));
  const auto most = engine::limits::invoke_response_bytes_max;
  EXPECT_EQ(invoke(function, std::to_string(most)).payload.size(), most);
  const auto invocation = invoke(function, std::to_string(most + 1));
  EXPECT_EQ(invocation.payload,
            R"({"errorType":"Function.ResponseSizeTooLarge","errorMessage":)"
            R"("Response payload size exceeded maximum allowed payload size (6291556 bytes)."})");
  // The status it got is printed after the answer.
  EXPECT_THAT(invoke(function, "10").payload, "\"xxxxxxxx\"");
}

TEST_F(RuntimeServerTest, AStreamedReplyIsTakenWhole) {
  const auto function = create_shell(asking(R"sh(
  { printf '"one '; printf 'two"'; } | curl -sS -o /dev/null $api/invocation/$id/response -T - -X POST \
    -H 'Transfer-Encoding: chunked' -H 'Lambda-Runtime-Function-Response-Mode: streaming'
)sh"));
  EXPECT_EQ(invoke(function).payload, "\"one two\"");
}

TEST_F(RuntimeServerTest, TheEndOfAStreamedReplyMayComeInPieces) {
  // Each piece in a segment of its own: a gap is all that can be done for it.
  const auto function = create_node(R"(
    const net = require('net');
    exports.handler = (event, context, callback) => {
      const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
      const socket = net.connect(Number(port), host);
      socket.setNoDelay();
      const pieces = ['POST /2018-06-01/runtime/invocation/' + context.awsRequestId +
        '/response HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n', '0\r\n', '\r', '\n'];
      const next = () => {
        socket.write(pieces.shift());
        if (pieces.length) setTimeout(next, 20);
      };
      next();
    };
  )");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.result, Invocation::Result::succeeded) << invocation.payload;
  EXPECT_EQ(invocation.payload, "");
}

TEST_F(RuntimeServerTest, AStreamedReplyThatBreaksOffIsAFailure) {
  const auto function = create_node(R"(
    const net = require('net');
    exports.handler = (event, context, callback) => {
      const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
      const body = Buffer.from('{"errorType":"Late","errorMessage":"m"}').toString('base64');
      const socket = net.connect(Number(port), host);
      socket.write('POST /2018-06-01/runtime/invocation/' + context.awsRequestId + '/response HTTP/1.1\r\n' +
        'Host: x\r\nTransfer-Encoding: chunked\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n' +
        'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n' +
        '3\r\n"ab\r\n0\r\nLambda-Runtime-Function-Error-Type: Function.Late\r\n' +
        'Lambda-Runtime-Function-Error-Body: ' + body + '\r\n\r\n');
    };
  )");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.result, Invocation::Result::failed);
  EXPECT_EQ(invocation.payload, R"({"errorType":"Late","errorMessage":"m"})");
}

TEST_F(RuntimeServerTest, AnInitErrorIsTheAnswerOfTheInvocation) {
  const auto function = create_shell(R"(#!/bin/bash
curl -sS -o /dev/null http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/init/error \
  -d '{"errorMessage":"m","errorType":"Extension.Missing"}'
exit 1
)");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.result, Invocation::Result::failed);
  EXPECT_EQ(invocation.payload, R"({"errorMessage":"m","errorType":"Extension.Missing"})");
  EXPECT_EQ(invocation.error_type, "Extension.Missing");
}

TEST_F(RuntimeServerTest, AProcessThatAsksNoMoreIsReplaced) {
  const auto function = create_shell(R"(#!/bin/bash
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
headers=$(mktemp)
curl -sS -o /dev/null -D "$headers" "$api/invocation/next"
id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//Ip' "$headers" | tr -d '\r')
curl -sS -o /dev/null "$api/invocation/$id/response" -d $$
exec sleep 1000
)",
                                     60);
  const auto first = invoke(function).payload;
  // It does not wait until the time of the first one has passed.
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_NE(invoke(function).payload, first);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

}  // namespace
}  // namespace mapping
