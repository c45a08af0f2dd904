// Conversations with the program, as a client has them: every .wire file in this folder is one
// test, on a new program that keeps everything in memory.
//
//     # A comment.
//     $ --enforce-throughput                                       flags of `serve`
//     > PutItem {"TableName": "T", "Item": {"pk": {"S": "a"}},     a request; a line without a
//         "ReturnValues": "ALL_OLD"}                               mark goes on with it
//     < {"Attributes": {"pk": "*"}, ...}                           the answer that is expected
//     > PutItem {"TableName": "T"}
//     ! ValidationException: 1 validation error detected: ...      or the error
//
// - Operations are DynamoDB's, or `streams.GetRecords`, `sqs.SendMessage`, or a method and a path:
//   `POST /2015-03-31/functions`, of a bucket `s3.PUT /bucket/key`.
// - A request with neither `<` nor `!` has to succeed.
// - In an answer `"*"` is any value; `...` at the end of an object allows more members, at the end
//   of a list more elements.
// - An error without `: message` may say what it likes; a message that ends in `...` is the
//   beginning of one. A JSON object after the message has other members of the error.
// - `"$name"` in an answer takes any text the first time and keeps it; `@name = Items.0.pk` after
//   an exchange keeps a value of its answer. `$name` in a string of later requests and answers
//   stands for what was kept.
// - `%a*2048%` stands for 2048 times `a`, `%{"L":[*31%` for 31 times `{"L":[`.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cctype>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "conversation.h"
#include "server/application.h"
#include "server/config.h"
#include "server/router.h"

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<fs::path> conversations() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(TESTS_FOLDER) / "wire")) {
    if (entry.path().extension() == ".wire") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
  auto name = fs::relative(info.param, fs::path(TESTS_FOLDER) / "wire").replace_extension();
  std::string text = name.string();
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

struct Reply {
  int status = 0;
  json body;
  std::string error;  ///< Without the prefix; empty for success.
  std::string message;
};

/// A client of a program of its own.
class Client {
 public:
  explicit Client(const std::vector<std::string>& flags) : application_(config_of(flags), 8000) {}

  Reply ask(const std::string& operation, const std::string& input) {
    server::HttpRequest request;
    request.body = input;
    request.headers = {{"host", "127.0.0.1:8000"},
                       {"x-amz-date", "20260101T000000Z"},
                       {"authorization",
                        "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/dynamodb/aws4_request, "
                        "SignedHeaders=host;x-amz-date, Signature=00"}};
    const auto space = operation.find(' ');
    std::string target;
    const bool is_of_bucket = operation.starts_with("s3.");
    if (is_of_bucket) request.headers.back().value = s3_authorization;
    if (space != std::string::npos) {
      const std::size_t begin = is_of_bucket ? 3 : 0;
      request.method = std::string_view(operation).substr(begin, space - begin);
      request.target = std::string_view(operation).substr(space + 1);
    } else {
      target = target_of(operation);
      request.headers.push_back({"x-amz-target", target});
      request.headers.push_back({"content-type", "application/x-amz-json-1.0"});
    }
    server::HttpAnswer answer;
    boost::asio::io_context context;
    boost::asio::co_spawn(context, application_.router().answer(request, answer),
                          [](std::exception_ptr thrown) {
                            if (thrown) std::rethrow_exception(thrown);
                          });
    context.run();
    return reply_of(answer);
  }

 private:
  static constexpr auto s3_authorization =
      "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, "
      "SignedHeaders=host;x-amz-date, Signature=00";

  static std::string target_of(const std::string& operation) {
    if (operation.starts_with("streams.") || operation.starts_with("Streams.")) {
      return "DynamoDBStreams_20120810." + operation.substr(8);
    }
    if (operation.starts_with("sqs.")) return "AmazonSQS." + operation.substr(4);
    return "DynamoDB_20120810." + operation;
  }

  static Reply reply_of(const server::HttpAnswer& answer) {
    Reply reply{.status = answer.status};
    reply.body = json::parse(answer.body, nullptr, false);
    if (answer.status < 400 || !reply.body.is_object()) return reply;
    std::string type = reply.body.value("__type", std::string(answer.header("x-amzn-errortype")));
    reply.error = type.substr(type.find('#') + 1);
    reply.message = reply.body.value("message", reply.body.value("Message", ""));
    return reply;
  }

  static server::Config config_of(const std::vector<std::string>& flags) {
    const std::vector<std::string_view> arguments(flags.begin(), flags.end());
    server::Config config = server::parse_serve_arguments(arguments);
    config.store.in_memory = true;
    return config;
  }

  server::Application application_;
};

class Conversation : public testing::TestWithParam<fs::path> {
 protected:
  void play(const Exchange& exchange) {
    const auto reply = client_.ask(filled_in(exchange.operation), filled_in(exchange.input));
    const int line = exchange.expected_line != 0 ? exchange.expected_line : exchange.line;
    switch (exchange.expected) {
      case Exchange::Expected::success:
        if (reply.status >= 400) complain(line, "expected success, got " + reply.body.dump());
        break;
      case Exchange::Expected::answer:
        check_answer(exchange, reply);
        break;
      case Exchange::Expected::error:
        check_error(exchange, reply);
        break;
    }
    for (const auto& capture : exchange.captures) keep(capture, reply.body);
  }

 private:
  void complain(int line, const std::string& why) {
    ADD_FAILURE_AT(GetParam().c_str(), line) << why;
  }

  void check_answer(const Exchange& exchange, const Reply& reply) {
    const auto expected = json::parse(filled_in(exchange.answer), nullptr, false);
    if (expected.is_discarded()) {
      return complain(exchange.expected_line, "no JSON: " + exchange.answer);
    }
    compare(exchange.expected_line, expected, reply.body);
  }

  void compare(int line, json expected, const json& actual) {
    take_names(expected, actual);
    std::string why;
    if (!agrees(expected, actual, "answer", why)) complain(line, why + "\nin " + actual.dump());
  }

  /// Puts what is there in the place of names that nothing was kept under yet.
  void take_names(json& expected, const json& actual) {
    if (expected.is_string() && actual.is_string()) {
      const auto text = expected.get<std::string>();
      if (text.size() < 2 || text[0] != '$') return;
      kept_[text.substr(1)] = actual;
      expected = actual;
    } else if (expected.is_object() && actual.is_object()) {
      for (auto& [name, value] : expected.items()) {
        if (actual.contains(name)) take_names(value, actual[name]);
      }
    } else if (expected.is_array() && actual.is_array()) {
      for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
        take_names(expected[i], actual[i]);
      }
    }
  }

  void check_error(const Exchange& exchange, const Reply& reply) {
    const auto wanted = filled_in(exchange.message);
    const bool is_beginning = wanted.ends_with(more);
    const bool agrees_in_words =
        !exchange.checks_message ||
        (is_beginning ? reply.message.starts_with(wanted.substr(0, wanted.size() - 3))
                      : trimmed_end(reply.message) == wanted);
    if (reply.error == exchange.error && agrees_in_words) {
      if (exchange.error_members.empty()) return;
      auto expected = json::parse(filled_in(exchange.error_members));
      expected[more] = 0;
      return compare(exchange.expected_line, expected, reply.body);
    }
    complain(exchange.expected_line, "expected " + exchange.error + ": " + wanted + "\ngot      " +
                                         reply.error + ": " + reply.message + "\nin " +
                                         reply.body.dump());
  }

  static std::string trimmed_end(std::string text) {
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }

  void keep(const Exchange::Capture& capture, const json& body) {
    std::string pointer = "/" + capture.path;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    const json::json_pointer at(pointer);
    if (!body.contains(at))
      return complain(capture.line, "no " + capture.path + " in " + body.dump());
    const auto& value = body[at];
    kept_[capture.name] = value.is_string() ? value.get<std::string>() : value.dump();
  }

  static bool goes_on(const std::string& text, std::size_t at) {
    return at < text.size() &&
           (text[at] == '_' || std::isalnum(static_cast<unsigned char>(text[at])) != 0);
  }

  /// `$name` becomes what was kept under that name.
  std::string filled_in(std::string text) const {
    for (const auto& [name, value] : kept_) {
      const auto mark = "$" + name;
      const auto quoted = json(value).dump();
      for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        if (goes_on(text, at + mark.size())) continue;
        text.replace(at, mark.size(), quoted.substr(1, quoted.size() - 2));
      }
    }
    return repeated(text);
  }

  /// `%ab*3%` becomes `ababab`.
  static std::string repeated(const std::string& text) {
    static const std::regex form("%([^%*]+)\\*([0-9]+)%");
    std::string out;
    auto rest = text.cbegin();
    for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at) {
      const std::smatch& match = *at;
      out.append(rest, match[0].first);
      for (auto left = std::stoul(match[2]); left > 0; --left) out += match[1].str();
      rest = match[0].second;
    }
    return out.append(rest, text.cend());
  }

  Client client_{read_flags(GetParam())};
  std::map<std::string, std::string> kept_;
};

TEST_P(Conversation, Holds) {
  for (const auto& exchange : read_conversation(GetParam())) play(exchange);
}

INSTANTIATE_TEST_SUITE_P(Wire, Conversation, testing::ValuesIn(conversations()), test_name);

}  // namespace
