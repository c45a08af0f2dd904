#include <signal.h>

#include <algorithm>

#include "tests/mapping/function_fixture.h"

namespace mapping {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Result = Invocation::Result;

using ProcessTest = FunctionsTest;

/// A handler in bash and curl; `body` has $id and $event and prints the reply.
std::string shell(const std::string& body) {
  return R"(#!/bin/bash
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
headers=$(mktemp)
while true; do
  event=$(curl -sS -D "$headers" "$api/invocation/next")
  id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//Ip' "$headers" | tr -d '\r')
)" + body +
         R"(
done
)";
}

TEST_F(ProcessTest, AShellScriptIsAHandler) {
  const auto function = create_shell(shell(R"(
  echo "event $event"
  curl -sS -o /dev/null "$api/invocation/$id/response" -d "{\"pid\":$$,\"event\":$event}"
)"));
  const auto first = invoke(function, R"({"a":1})");
  ASSERT_EQ(first.result, Result::succeeded) << first.payload << first.log_tail;
  EXPECT_THAT(first.log_tail, HasSubstr("event {\"a\":1}\n"));
  const auto second = invoke(function, R"({"a":2})");
  EXPECT_EQ(json::parse(first.payload)["pid"], json::parse(second.payload)["pid"]);
  EXPECT_EQ(json::parse(second.payload)["event"]["a"], 2);
  EXPECT_THAT(second.log_tail, Not(HasSubstr("{\"a\":1}")));
}

TEST_F(ProcessTest, ErrorsOfAShellScriptArePassedOnUnchanged) {
  const auto function = create_shell(shell(R"(
  curl -sS -o /dev/null "$api/invocation/$id/error" -d '{"errorMessage":"m","errorType":"t","x":1}'
)"));
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.result, Result::failed);
  EXPECT_EQ(invocation.payload, R"({"errorMessage":"m","errorType":"t","x":1})");
}

TEST_F(ProcessTest, TooLateEndsTheWholeGroup) {
  const auto function = create_node(R"(
    const { spawn } = require('child_process');
    exports.handler = async (event) => {
      if (event.fine) return process.pid;
      const child = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $! $$; wait'], { stdio: 'pipe' });
      child.stdout.on('data', (text) => process.stdout.write(`pids ${process.pid} ${text}`));
      return new Promise((resolve) => setTimeout(resolve, 100000));
    };
  )",
                                    1);
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.result, Result::failed);
  EXPECT_EQ(invocation.payload, R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: )" +
                                    invocation.request_id +
                                    R"( Error: Task timed out after 1.00 seconds"})");
  EXPECT_GE(invocation.duration, engine::Duration(1000));
  EXPECT_LT(invocation.duration, engine::Duration(5000));

  int handler = 0;
  int sleeper = 0;
  int child = 0;
  const auto at = invocation.log_tail.find("pids ");
  ASSERT_NE(at, std::string::npos) << invocation.log_tail;
  ASSERT_EQ(
      std::sscanf(invocation.log_tail.c_str() + at, "pids %d %d %d", &handler, &sleeper, &child),
      3);
  run_until([&] { return !is_alive(handler) && !is_alive(child) && !is_alive(sleeper); });

  const auto next = invoke(function, R"({"fine":true})");
  EXPECT_EQ(next.result, Result::succeeded);
  EXPECT_NE(next.payload, std::to_string(handler));
}

TEST_F(ProcessTest, WhatAnExitedHandlerLeavesBehindIsKilled) {
  const auto function = create_shell(R"(#!/bin/bash
sleep 1000 &
echo "left $!"
exit 7
)");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.error_type, "Runtime.ExitError");
  EXPECT_EQ(invocation.error_message, "RequestId: " + invocation.request_id +
                                          " Error: Runtime exited with error: exit status 7");
  int left = 0;
  const auto at = invocation.log_tail.find("left ");
  ASSERT_NE(at, std::string::npos) << invocation.log_tail;
  ASSERT_EQ(std::sscanf(invocation.log_tail.c_str() + at, "left %d", &left), 1);
  run_until([&] { return !is_alive(left); });
}

TEST_F(ProcessTest, ExitsAreToldAsTheServiceTellsThem) {
  const auto function = create_node(R"(
    exports.handler = async (how) => {
      if (how === 'signal') process.kill(process.pid, 'SIGKILL');
      else process.exit(how);
      await new Promise(() => setTimeout(() => {}, 10000));
    };
  )");
  const auto clean = invoke(function, "0");
  EXPECT_EQ(clean.payload, R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: )" +
                               clean.request_id +
                               R"( Error: Runtime exited without providing a reason"})");
  EXPECT_THAT(invoke(function, "127").error_message,
              HasSubstr("Error: Runtime exited with error: exit status 127"));
  EXPECT_THAT(invoke(function, R"("signal")").error_message,
              HasSubstr("Error: Runtime exited with error: signal: killed"));
}

TEST_F(ProcessTest, ABootstrapHasToBeThereAndExecutable) {
  auto function = create(description("none", "provided.al2", "x"));
  EXPECT_THAT(invoke(function).error_message, HasSubstr("Couldn't find valid bootstrap(s)"));
  folder.write("bootstrap", "#!/bin/sh\n");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.error_type, "Runtime.InvalidEntrypoint");
  EXPECT_THAT(invocation.error_message, HasSubstr("permission denied"));
  folder.write("bootstrap", "#!/no/such/shell\n", true);
  EXPECT_THAT(invoke(function).error_message, HasSubstr("fork/exec"));
}

TEST_F(ProcessTest, TwoAtOnceHaveTwoProcesses) {
  const auto function = create_node(R"(
    const fs = require('fs');
    exports.handler = async (event) => {
      fs.writeFileSync(event.mine, '');
      while (!fs.existsSync(event.other)) await new Promise((go) => setTimeout(go, 5));
      return process.pid;
    };
  )");
  const TestFolder marks;
  const auto mark = [&](const char* name) { return (marks.path() / name).string(); };
  begin(function, json{{"mine", mark("a")}, {"other", mark("b")}}.dump());
  begin(function, json{{"mine", mark("b")}, {"other", mark("a")}}.dump());
  run_until([&] { return answers.size() == 2; });
  EXPECT_EQ(answers[0].result, Result::succeeded) << answers[0].payload;
  EXPECT_NE(answers[0].payload, answers[1].payload);
}

TEST_F(ProcessTest, TooManyAtOnceAreThrottled) {
  run(functions->stop());
  open({.concurrency_max = 1});
  const auto function = create_node(R"(
    exports.handler = async (event) => new Promise((go) => setTimeout(() => go(process.pid), event));
  )");
  begin(function, "300");
  begin(function, "0");
  run_until([&] { return answers.size() == 2; });
  EXPECT_EQ(answers[0].result, Result::throttled);
  EXPECT_EQ(answers[0].error_message, "Rate Exceeded.");
  EXPECT_EQ(answers[1].result, Result::succeeded);
}

TEST_F(ProcessTest, TheEnvironmentIsLambdasAndNotTheCallers) {
  ::setenv("AWS_PROFILE", "private", 1);
  ::setenv("AWS_ACCESS_KEY_ID", "AKIAPRIVATE", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "private", 1);
  ::setenv("SOMETHING_ELSE", "private", 1);
  folder.write("index.js", "exports.handler = async () => process.env;");
  auto wanted = description("env", "nodejs20.x", "index.handler");
  wanted.variables.emplace();
  wanted.variables->insert({{"MINE", "yes"}, {"TZ", "Europe/Berlin"}, {"AWS_REGION", "no"}});
  const auto function = create(std::move(wanted));
  auto env = json::parse(invoke(function).payload).get<std::map<std::string, std::string>>();

  for (const auto& [name, value] : env) EXPECT_THAT(value, Not(HasSubstr("private"))) << name;
  EXPECT_FALSE(env.contains("AWS_PROFILE"));
  EXPECT_FALSE(env.contains("SOMETHING_ELSE"));
  EXPECT_EQ(env["AWS_ACCESS_KEY_ID"], "000000000000");
  EXPECT_EQ(env["AWS_REGION"], "us-east-1");
  EXPECT_EQ(env["AWS_DEFAULT_REGION"], "us-east-1");
  EXPECT_EQ(env["AWS_ENDPOINT_URL"], "http://127.0.0.1:8000");
  EXPECT_EQ(env["AWS_EXECUTION_ENV"], "AWS_Lambda_nodejs20.x");
  EXPECT_EQ(env["AWS_LAMBDA_FUNCTION_NAME"], "env");
  EXPECT_EQ(env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "128");
  EXPECT_EQ(env["AWS_LAMBDA_FUNCTION_VERSION"], "$LATEST");
  EXPECT_EQ(env["AWS_LAMBDA_LOG_GROUP_NAME"], "/aws/lambda/env");
  EXPECT_THAT(env["AWS_LAMBDA_LOG_STREAM_NAME"],
              testing::MatchesRegex("[0-9]{4}/[0-9]{2}/[0-9]{2}/\\[\\$LATEST\\][0-9a-f]{32}"));
  EXPECT_EQ(env["LAMBDA_TASK_ROOT"], folder.path().string());
  EXPECT_EQ(env["_HANDLER"], "index.handler");
  EXPECT_EQ(env["MINE"], "yes");
  EXPECT_EQ(env["TZ"], "Europe/Berlin");
  EXPECT_THAT(env["_X_AMZN_TRACE_ID"], StartsWith("Root=1-"));
}

TEST_F(ProcessTest, NothingOfTheServerIsInherited) {
  const auto function = create_node(R"(
    const fs = require('fs');
    exports.handler = async () => fs.readdirSync('/proc/self/fd').map((fd) => {
      try { return fs.readlinkSync(`/proc/self/fd/${fd}`); } catch { return 'gone'; }
    });
  )");
  // A file that is not marked close-on-exec, as sockets of Asio are not.
  const TestFolder other;
  std::ofstream open_file(other.path() / "secret");
  EXPECT_THAT(json::parse(invoke(function).payload).get<std::vector<std::string>>(),
              Each(Not(HasSubstr("secret"))));
}

TEST_F(ProcessTest, AChangedFolderGetsAFreshProcess) {
  const auto function = create_node("exports.handler = async () => [process.pid, 'old'];");
  const auto before = json::parse(invoke(function).payload);
  folder.write("index.js", "exports.handler = async () => [process.pid, 'newer'];");
  json after;
  // Folders are not looked at without pause.
  run_until([&] {
    after = json::parse(invoke(function).payload);
    return after[1] == "newer";
  });
  EXPECT_NE(after[0], before[0]);
  EXPECT_EQ(json::parse(invoke(function).payload), after);
  run_until([&] { return !is_alive(before[0].get<int>()); });
}

TEST_F(ProcessTest, AChangedDescriptionGetsAFreshProcess) {
  const auto function = create_node("exports.handler = async () => [process.pid, process.env.A];");
  const auto before = json::parse(invoke(function).payload);
  FunctionName name;
  name.name = function.name;
  const auto changed = run(functions->update(
      name, caller, "", [](Function& it) { it.variables.emplace().emplace("A", "set"); }));
  EXPECT_NE(changed.revision_id, function.revision_id);
  const auto after = json::parse(invoke(function).payload);
  EXPECT_NE(after[0], before[0]);
  EXPECT_EQ(after[1], "set");
}

TEST_F(ProcessTest, AnIdleProcessEnds) {
  run(functions->stop());
  open({.idle_max = std::chrono::milliseconds(50)});
  const auto function = create_node("exports.handler = async () => process.pid;");
  const int process = json::parse(invoke(function).payload).get<int>();
  run_until([&] { return !is_alive(process); });
}

TEST_F(ProcessTest, AProcessThatDiesWhileItIsIdleIsReplaced) {
  const auto function = create_node("exports.handler = async () => process.pid;");
  const int first = json::parse(invoke(function).payload).get<int>();
  ::kill(first, SIGKILL);
  wait_for_end_of(first);
  const auto second = invoke(function);
  EXPECT_EQ(second.result, Result::succeeded) << second.payload;
  EXPECT_NE(second.payload, std::to_string(first));
}

TEST_F(ProcessTest, AProcessThatIsLateToGetReadyIsStartedOnceMore) {
  run(functions->stop());
  open({.init_max = std::chrono::milliseconds(300)});
  const auto function = create_shell(R"(#!/bin/bash
echo x >> starts
exec sleep 1000
)",
                                     1);
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.error_type, "Sandbox.Timedout");
  std::ifstream starts(folder.path() / "starts");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(starts), {}), "x\nx\n");
}

TEST_F(ProcessTest, StoppingWaitsForWhatRunsAndRefusesWhatComes) {
  const auto function = create_node(R"(
    exports.handler = async () => new Promise((go) => setTimeout(() => go(process.pid), 200));
  )");
  begin(function);
  bool is_stopped = false;
  boost::asio::co_spawn(context, functions->stop(), [&](std::exception_ptr) { is_stopped = true; });
  begin(function);
  run_until([&] { return is_stopped; });
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].result, Result::throttled);
  EXPECT_EQ(answers[1].result, Result::succeeded);
  EXPECT_FALSE(is_alive(json::parse(answers[1].payload).get<int>()));
}

TEST_F(ProcessTest, AHandlerThatIgnoresTheSignalIsKilledAtTheEnd) {
  const auto function = create_node(R"(
    process.on('SIGTERM', () => {});
    exports.handler = async () => process.pid;
  )");
  const int process = json::parse(invoke(function).payload).get<int>();
  run(functions->stop());
  EXPECT_FALSE(is_alive(process));
}

TEST_F(ProcessTest, MuchOutputHindersNobody) {
  const auto function = create_node(R"(
    exports.handler = async () => {
      for (let i = 0; i < 40000; i++) process.stdout.write('x'.repeat(99) + '\n');
      console.log('the end');
    };
  )");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.result, Result::succeeded);
  EXPECT_LE(invocation.log_tail.size(), 4096u);
  EXPECT_THAT(invocation.log_tail, HasSubstr("the end"));
}

TEST_F(ProcessTest, AnEventIsNotAwaited) {
  const TestFolder marks;
  const auto mark = marks.path() / "done";
  const auto function = create_node(
      "exports.handler = async (e, c) => require('fs').writeFileSync(e, c.awsRequestId);");
  InvocationRequest request;
  request.arn = function.arn;
  request.payload = payload(json(mark.string()).dump());
  const auto id = run(functions->invoke_event(std::move(request)));
  EXPECT_FALSE(std::filesystem::exists(mark));
  run_until([&] { return std::filesystem::exists(mark) && std::filesystem::file_size(mark) > 0; });
  std::string written;
  std::ifstream(mark) >> written;
  EXPECT_EQ(written, id);
}

TEST_F(ProcessTest, SixtyFourAtOnce) {
  const auto function = create_shell(shell(R"(
  curl -sS -o /dev/null "$api/invocation/$id/response" -d "$event"
)"),
                                     60);
  for (int i = 0; i < 64; ++i) begin(function, std::to_string(i));
  run_until([&] { return answers.size() == 64; });
  std::vector<int> numbers;
  for (const auto& answer : answers) {
    ASSERT_EQ(answer.result, Result::succeeded) << answer.payload;
    numbers.push_back(std::stoi(answer.payload));
  }
  std::ranges::sort(numbers);
  for (int i = 0; i < 64; ++i) EXPECT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

}  // namespace
}  // namespace mapping
