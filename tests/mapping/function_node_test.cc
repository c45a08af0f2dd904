#include "tests/mapping/function_fixture.h"

namespace mapping {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using Result = Invocation::Result;

using NodeTest = FunctionsTest;

TEST_F(NodeTest, AnswersWithWhatTheHandlerReturns) {
  const auto function = create_node(R"(
    exports.handler = async (event, context) => ({ event, id: context.awsRequestId,
      arn: context.invokedFunctionArn, name: context.functionName, memory: context.memoryLimitInMB,
      hasTime: context.getRemainingTimeInMillis() > 9000 });
  )");
  const auto invocation = invoke(function, R"({"a":"ä"})");
  EXPECT_EQ(invocation.result, Result::succeeded) << invocation.payload;
  EXPECT_EQ(json::parse(invocation.payload), (json{{"event", {{"a", "ä"}}},
                                                   {"id", invocation.request_id},
                                                   {"arn", function.arn},
                                                   {"name", "node"},
                                                   {"memory", "128"},
                                                   {"hasTime", true}}));
  EXPECT_EQ(invocation.executed_version, "$LATEST");
}

TEST_F(NodeTest, KeepsItsProcessForTheNextInvocation) {
  const auto function = create_node(R"(
    let calls = 0;
    exports.handler = async () => [process.pid, ++calls];
  )");
  const auto first = json::parse(invoke(function).payload);
  const auto second = json::parse(invoke(function).payload);
  EXPECT_EQ(first[0], second[0]);
  EXPECT_EQ(second[1], 2);
}

TEST_F(NodeTest, AnExceptionIsTheAnswerAndTheProcessStays) {
  const auto function = create_node(R"(
    exports.handler = async (event) => {
      if (event.bad) throw new TypeError('no good');
      return process.pid;
    };
  )");
  const auto before = invoke(function).payload;
  const auto failed = invoke(function, R"({"bad":true})");
  EXPECT_EQ(failed.result, Result::failed);
  EXPECT_EQ(failed.error_type, "TypeError");
  EXPECT_EQ(failed.error_message, "no good");
  const auto document = json::parse(failed.payload);
  EXPECT_EQ(document["trace"][0], "TypeError: no good");
  EXPECT_EQ(invoke(function).payload, before);
}

TEST_F(NodeTest, PrintsWithTimeRequestAndLevel) {
  const auto function = create_node(R"(
    exports.handler = async () => { console.log('one\ntwo', { a: 1 }); console.error('three'); };
  )");
  const auto invocation = invoke(function);
  EXPECT_EQ(invocation.payload, "null");
  const auto& id = invocation.request_id;
  EXPECT_THAT(
      invocation.log_tail,
      AllOf(testing::StartsWith("START RequestId: " + id + " Version: $LATEST\n"),
            HasSubstr("Z\t" + id + "\tINFO\tone\rtwo { a: 1 }\n"),
            HasSubstr("Z\t" + id + "\tERROR\tthree\n"),
            HasSubstr("END RequestId: " + id + "\nREPORT RequestId: " + id + "\tDuration: "),
            HasSubstr("\tInit Duration: ")));
}

TEST_F(NodeTest, EveryWayToAnswerOfOldHandlers) {
  const auto function = create_node(R"(
    exports.handler = (event, context, callback) => {
      switch (event) {
        case 'callback': return callback(null, event);
        case 'later': return void setTimeout(() => callback(null, event), 5);
        case 'succeed': return context.succeed(event);
        case 'done': return context.done(null, event);
        case 'nothing': return 'ignored';
        case 'first': callback(null, event); return Promise.resolve('second');
        case 'timer':
          context.callbackWaitsForEmptyEventLoop = false;
          setTimeout(() => {}, 60000).unref();
          setInterval(() => {}, 60000);
          return callback(null, event);
        case 'fail': return context.fail('text');
        case 'error': return callback(new RangeError('far'));
        case 'never': return new Promise(() => {});
        case 'circle': { const a = {}; a.a = a; return callback(null, a); }
      }
    };
  )");
  for (const char* way : {"callback", "later", "succeed", "done", "first"}) {
    EXPECT_EQ(invoke(function, json(way).dump()).payload, json(way).dump());
  }
  EXPECT_EQ(invoke(function, R"("nothing")").payload, "null");
  EXPECT_EQ(invoke(function, R"("never")").payload, "null");
  EXPECT_EQ(json::parse(invoke(function, R"("fail")").payload),
            json::parse(R"({"errorType":"string","errorMessage":"text","trace":[]})"));
  EXPECT_EQ(invoke(function, R"("error")").error_type, "RangeError");
  EXPECT_EQ(invoke(function, R"("circle")").error_message, "Unable to stringify response body");
  EXPECT_EQ(invoke(function, R"("timer")").payload, R"("timer")");
}

TEST_F(NodeTest, FromNode24OnThereAreNoCallbacks) {
  folder.write("index.js", R"(
    exports.three = (event, context, callback) => callback();
    exports.two = (event, context) => [typeof context.done, 'callbackWaitsForEmptyEventLoop' in context];
    exports.never = async () => new Promise(() => {});
  )");
  const auto three = create(description("three", "nodejs24.x", "index.three"));
  EXPECT_EQ(invoke(three).error_type, "Runtime.CallbackHandlerDeprecated");
  const auto two = create(description("two", "nodejs24.x", "index.two"));
  EXPECT_EQ(invoke(two).payload, R"(["undefined",false])");
  const auto never = create(description("never", "nodejs24.x", "index.never"));
  EXPECT_EQ(invoke(never).error_type, "Runtime.NodeJsExit");
}

TEST_F(NodeTest, FindsHandlersAsTheServiceDoes) {
  folder.write("plain.js", "exports.a = { b: { c: async () => 'plain' } };");
  folder.write("sub/fn.cjs", "exports.handler = async () => 'cjs';");
  folder.write("mod.mjs", "export const handler = async () => 'mjs';");
  folder.write("esm/package.json", R"({"type":"module"})");
  folder.write("esm/index.js", "export const handler = async () => 'esm';");
  folder.write("node_modules/pack/index.js", "exports.handler = async () => 'package';");
  const std::vector<std::pair<std::string, std::string>> cases = {{"plain.a.b.c", "\"plain\""},
                                                                  {"sub/fn.handler", "\"cjs\""},
                                                                  {"mod.handler", "\"mjs\""},
                                                                  {"esm/index.handler", "\"esm\""},
                                                                  {"pack.handler", "\"package\""}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto function =
        create(description("f" + std::to_string(i), "nodejs20.x", cases[i].first));
    EXPECT_EQ(invoke(function).payload, cases[i].second) << cases[i].first;
  }
}

TEST_F(NodeTest, TellsWhyAHandlerCannotBeLoaded) {
  folder.write("broken.js", "exports.handler = ( => 1;");
  folder.write("needs.js", "require('not-there');");
  folder.write("throws.js", "throw new Error('at start');");
  folder.write("ok.js", "exports.other = 1;");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"broken.handler", "Runtime.UserCodeSyntaxError"},
      {"needs.handler", "Runtime.ImportModuleError"},
      {"missing.handler", "Runtime.ImportModuleError"},
      {"throws.handler", "Error"},
      {"ok.handler", "Runtime.HandlerNotFound"},
      {"ok.other", "Runtime.HandlerNotFound"},
      {"../ok.handler", "Runtime.MalformedHandlerName"},
      {"nodot", "Runtime.MalformedHandlerName"}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto function =
        create(description("f" + std::to_string(i), "nodejs20.x", cases[i].first));
    const auto invocation = invoke(function);
    EXPECT_EQ(invocation.result, Result::failed);
    EXPECT_EQ(invocation.error_type, cases[i].second)
        << cases[i].first << ": " << invocation.payload;
  }
}

TEST_F(NodeTest, UncaughtErrorsAnswerAndEndTheProcess) {
  const auto function = create_node(R"(
    exports.handler = (event, context, callback) => {
      if (event === 'pid') return callback(null, process.pid);
      if (event === 'throw') setTimeout(() => { throw new Error('late'); }, 1);
      if (event === 'reject') Promise.reject(new Error('nobody cares'));
      setTimeout(callback, 5000);
    };
  )");
  const auto before = invoke(function, R"("pid")").payload;
  EXPECT_EQ(invoke(function, R"("throw")").error_message, "late");
  const auto after = invoke(function, R"("pid")").payload;
  EXPECT_NE(after, before);
  const auto rejected = invoke(function, R"("reject")");
  EXPECT_EQ(rejected.error_type, "Runtime.UnhandledPromiseRejection");
  EXPECT_EQ(rejected.error_message, "Error: nobody cares");
}

TEST_F(NodeTest, GivesTheClientContext) {
  const auto function = create_node("exports.handler = async (e, c) => c.clientContext;");
  InvocationRequest request;
  request.arn = function.arn + ":$LATEST";
  request.payload = payload("{}");
  request.client_context = R"({"custom":{"k":"v"}})";
  EXPECT_EQ(run(functions->invoke(std::move(request))).payload, R"({"custom":{"k":"v"}})");
}

}  // namespace
}  // namespace mapping
