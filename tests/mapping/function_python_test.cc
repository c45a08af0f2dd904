#include "tests/mapping/function_fixture.h"

namespace mapping {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using Result = Invocation::Result;

using PythonTest = FunctionsTest;

TEST_F(PythonTest, AnswersWithWhatTheHandlerReturns) {
  const auto function = create_python(R"(
import os
from decimal import Decimal
calls = 0
def handler(event, context):
    global calls
    calls += 1
    return {"event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn,
            "name": context.function_name, "calls": calls, "n": Decimal("1.5"),
            "has_time": context.get_remaining_time_in_millis() > 9000}
)");
  auto invocation = invoke(function, R"({"a":"ä"})");
  ASSERT_EQ(invocation.result, Result::succeeded) << invocation.payload;
  json expected = {{"event", {{"a", "ä"}}},
                   {"id", invocation.request_id},
                   {"arn", function.arn},
                   {"name", "python"},
                   {"calls", 1},
                   {"n", 1.5},
                   {"has_time", true}};
  EXPECT_EQ(json::parse(invocation.payload), expected);
  EXPECT_EQ(json::parse(invoke(function).payload)["calls"], 2);
}

TEST_F(PythonTest, AnExceptionIsTheAnswerAndTheProcessStays) {
  const auto function = create_python(R"(
import os
def handler(event, context):
    if event.get("bad"):
        raise ValueError("no good")
    return os.getpid()
)");
  const auto before = invoke(function).payload;
  const auto failed = invoke(function, R"({"bad":true})");
  EXPECT_EQ(failed.result, Result::failed);
  const auto document = json::parse(failed.payload);
  EXPECT_EQ(document["errorType"], "ValueError");
  EXPECT_EQ(document["errorMessage"], "no good");
  EXPECT_EQ(document["requestId"], failed.request_id);
  EXPECT_EQ(document["stackTrace"],
            json::array({"  File \"" + (folder.path() / "app.py").string() +
                         "\", line 5, in handler\n    raise ValueError(\"no good\")\n"}));
  EXPECT_EQ(invoke(function).payload, before);
}

TEST_F(PythonTest, KeepsWhatItPrintsAndLogs) {
  const auto function = create_python(R"(
import logging
def handler(event, context):
    print("printed")
    logging.getLogger().warning("logged")
)");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.payload, "null");
  EXPECT_THAT(invocation.log_tail, HasSubstr("\nprinted\n"));
  EXPECT_THAT(invocation.log_tail, testing::ContainsRegex("\n\\[WARNING\\]\t[-0-9T:.]+Z\t" +
                                                          invocation.request_id + "\tlogged\n"));
}

TEST_F(PythonTest, TellsWhyAHandlerCannotBeLoaded) {
  folder.write("needs.py", "import not_there\n");
  folder.write("broken.py", "def handler(:\n");
  folder.write("throws.py", "raise KeyError('k')\n");
  folder.write("ok.py", "other = 1\n");
  folder.write("sub/deep.py", "def handler(e, c): return 'deep'\n");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"needs.handler", "Runtime.ImportModuleError"},
      {"broken.handler", "Runtime.UserCodeSyntaxError"},
      {"throws.handler", "KeyError"},
      {"ok.handler", "Runtime.HandlerNotFound"},
      {"nodot", "Runtime.MalformedHandlerName"}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto function =
        create(description("f" + std::to_string(i), "python3.12", cases[i].first));
    const auto invocation = invoke(function);
    EXPECT_EQ(invocation.error_type, cases[i].second) << invocation.payload;
    EXPECT_EQ(json::parse(invocation.payload)["requestId"], "");
  }
  EXPECT_EQ(invoke(create(description("deep", "python3.12", "sub/deep.handler"))).payload,
            "\"deep\"");
}

TEST_F(PythonTest, WhatCannotBeJsonIsAMarshalError) {
  const auto function = create_python("def handler(event, context): return {1, 2}\n");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.error_type, "Runtime.MarshalError");
  EXPECT_EQ(invocation.error_message,
            "Unable to marshal response: Object of type set is not JSON serializable");
}

TEST_F(PythonTest, OldBotocoreFindsTheServerToo) {
  const auto function = create_python(R"(
def handler(event, context):
    try:
        import boto3
    except ImportError:
        return "no boto3"
    return [boto3.client("sqs").meta.endpoint_url,
            boto3.client("sqs", endpoint_url="http://other:1").meta.endpoint_url]
)");
  // Debian's python3, which has Debian's boto3.
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", ("/usr/bin:" + path).c_str(), 1);
  const auto answer = invoke(function).payload;
  ::setenv("PATH", path.c_str(), 1);
  if (answer == "\"no boto3\"") GTEST_SKIP() << "boto3 is not installed";
  EXPECT_EQ(json::parse(answer), (json{"http://127.0.0.1:8000", "http://other:1"})) << answer;
}

TEST_F(PythonTest, LeavingIsAnExit) {
  const auto function = create_python("import sys\ndef handler(event, context): sys.exit(3)\n");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.error_message, "RequestId: " + invocation.request_id +
                                          " Error: Runtime exited with error: exit status 3");
}

}  // namespace
}  // namespace mapping
