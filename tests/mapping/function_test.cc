#include "mapping/function/function.h"

#include "engine/api_error.h"
#include "tests/mapping/function_fixture.h"

namespace mapping {
namespace {

std::string parsed(const std::string& text) {
  const auto name = FunctionName::parse(text);
  if (!name) return "nothing";
  return name->name + "|" + name->qualifier + "|" + name->region + "|" + name->account;
}

TEST(FunctionNameTest, KnowsTheFormsOfAName) {
  EXPECT_EQ(parsed("f"), "f|||");
  EXPECT_EQ(parsed("f:$LATEST"), "f|$LATEST||");
  EXPECT_EQ(parsed("f:7"), "f|7||");
  EXPECT_EQ(parsed("123456789012:function:f"), "f|||123456789012");
  EXPECT_EQ(parsed("arn:aws:lambda:eu-west-1:123456789012:function:f"),
            "f||eu-west-1|123456789012");
  EXPECT_EQ(parsed("arn:aws:lambda:eu-west-1:123456789012:function:f:live"),
            "f|live|eu-west-1|123456789012");
  for (const char* other : {"", "a b", "f:", "f:a:b", "arn:aws:sqs:eu-west-1:123456789012:q",
                            "arn:aws:lambda:eu-west-1:1234:function:f"}) {
    EXPECT_EQ(parsed(other), "nothing") << other;
  }
}

TEST(FunctionTest, SurvivesAsADocument) {
  Function function;
  function.name = "f";
  function.arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
  function.variables.emplace().emplace("A", "1");
  function.tags = {{"k", "v"}};
  function.code_bytes = 12;
  function.last_modified = engine::from_epoch_milliseconds(1'764'085'660'123);
  EXPECT_EQ(Function::from_document(function.to_document()), function);
  function.variables.reset();
  EXPECT_EQ(Function::from_document(function.to_document()), function);
}

using FunctionsLookUpTest = FunctionsTest;

TEST_F(FunctionsLookUpTest, ResolvesToTheArnThatAMappingKeeps) {
  const auto function = create_node("");
  const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:node";
  EXPECT_EQ(function.arn, arn);
  EXPECT_EQ(run(functions->resolve("node", caller)), arn);
  EXPECT_EQ(run(functions->resolve(arn, caller)), arn);
  EXPECT_EQ(run(functions->resolve("node:$LATEST", caller)), arn + ":$LATEST");
  EXPECT_EQ(run(functions->resolve(arn + ":$LATEST", caller)), arn + ":$LATEST");
  EXPECT_EQ(run(functions->resolve("other", caller)), std::nullopt);
  EXPECT_EQ(run(functions->resolve("node:7", caller)), std::nullopt);
  EXPECT_EQ(run(functions->resolve("not a name", caller)), std::nullopt);
}

TEST_F(FunctionsLookUpTest, InvokingWhatIsNotThereNeverReachesAHandler) {
  const std::string arn = "arn:aws:lambda:us-east-1:000000000000:function:gone";
  InvocationRequest request;
  request.arn = arn;
  request.payload = payload("{}");
  const auto invocation = run(functions->invoke(std::move(request)));
  EXPECT_EQ(invocation.result, Invocation::Result::throttled);
  EXPECT_EQ(invocation.error_message, "Function not found: " + arn);
}

TEST_F(FunctionsLookUpTest, AFunctionIsOneWhateverTheRegionOfTheCaller) {
  const auto function = create_node("");
  const engine::Caller elsewhere{.region = "eu-west-1", .account = "123456789012"};
  FunctionName name;
  name.name = "node";
  EXPECT_EQ(run(functions->get(name, elsewhere)).arn, function.arn);
  name = FunctionName::parse("arn:aws:lambda:eu-north-1:000000000000:function:node").value();
  try {
    run(functions->get(name, elsewhere));
    FAIL();
  } catch (const engine::ApiError& error) {
    EXPECT_EQ(error.message,
              "Functions from 'eu-north-1' are not reachable in this region ('eu-west-1')");
  }
}

}  // namespace
}  // namespace mapping
