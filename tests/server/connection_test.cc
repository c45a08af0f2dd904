// Connections, seen from the socket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <future>
#include <thread>

#include "client.h"
#include "fake_operations.h"

namespace server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

std::string echo(std::size_t length, std::string_view more_headers = "") {
  return dynamodb_request("DynamoDB_20120810.Echo",
                          "{\"Text\":\"" + std::string(length, 'x') + "\"}", more_headers);
}

TEST(ConnectionTest, AnswersWithTheHeadersOfDynamoDb) {
  const FakeServer server;
  Client client(server.port());
  auto answer = client.ask(echo(3));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"Length":3,"Region":"us-east-1","Account":"000000000000"})");
  EXPECT_EQ(answer.headers["content-type"], "application/x-amz-json-1.0");
  EXPECT_THAT(answer.headers["x-amzn-requestid"], MatchesRegex("[0-9A-Z]{52}"));
  const auto* bytes = reinterpret_cast<const Bytef*>(answer.body.data());
  EXPECT_EQ(answer.headers["x-amz-crc32"], std::to_string(crc32_z(0, bytes, answer.body.size())));
  EXPECT_THAT(answer.headers["date"], HasSubstr(" GMT"));
  EXPECT_EQ(answer.headers["connection"], "keep-alive");

  const auto first_id = answer.headers["x-amzn-requestid"];
  EXPECT_NE(client.ask(echo(1)).headers["x-amzn-requestid"], first_id);
}

TEST(ConnectionTest, AnswersRequestsThatWereSentAheadInTheirOrder) {
  const FakeServer server;
  Client client(server.port());
  std::string all;
  for (std::size_t length = 0; length < 50; ++length) all += echo(length * 100);
  client.send(all);
  for (std::size_t length = 0; length < 50; ++length) {
    EXPECT_THAT(client.receive().body,
                StartsWith("{\"Length\":" + std::to_string(length * 100) + ","));
  }
}

TEST(ConnectionTest, ServesManyClientsAtOnce) {
  const FakeServer server;
  std::vector<std::future<bool>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::async(std::launch::async, [&] {
      Client client(server.port());
      for (std::size_t length = 1; length <= 50; ++length) {
        if (client.ask(echo(length)).status != 200) return false;
      }
      return true;
    }));
  }
  for (auto& client : clients) EXPECT_TRUE(client.get());
}

TEST(ConnectionTest, ClosesWhenTheClientAsksForIt) {
  const FakeServer server;
  Client client(server.port());
  EXPECT_EQ(client.ask(echo(1, "Connection: close\r\n")).headers["connection"], "close");
  EXPECT_EQ(client.until_closed(), "");
}

TEST(ConnectionTest, RefusesABodyThatIsTooLargeWithoutReadingIt) {
  const FakeServer server;
  Client client(server.port());
  auto answer = client.ask(
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 16777217\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.headers["connection"], "close");
  client.close();

  Client talker(server.port());
  talker.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 16777217\r\n\r\n");
  talker.send(std::string(4'000'000, ' '));
  EXPECT_EQ(talker.receive().status, 413);
}

TEST(ConnectionTest, TakesABodyOfSixteenMebibytes) {
  const FakeServer server;
  Client client(server.port());
  const std::string frame = R"({"Text":""})";
  const auto length = request_body_bytes_max - frame.size();
  EXPECT_THAT(client.ask(echo(length)).body, StartsWith("{\"Length\":" + std::to_string(length)));
  EXPECT_EQ(client.ask(echo(1)).status, 200);
}

TEST(ConnectionTest, RefusesHeadersThatAreTooLargeAndWhatIsNotHttp) {
  const FakeServer server;
  Client large(server.port());
  EXPECT_EQ(large.ask(echo(1, "Fill: " + std::string(16'384, 'x') + "\r\n")).status, 400);
  EXPECT_EQ(large.until_closed(), "");
  Client stranger(server.port());
  EXPECT_EQ(stranger.ask("\x16\x03\x01").status, 400);
}

TEST(ConnectionTest, TellsAClientThatWaitsToGoOn) {
  const FakeServer server;
  Client client(server.port());
  const auto whole = echo(10, "Expect: 100-continue\r\n");
  const auto body_at = whole.find("\r\n\r\n") + 4;
  client.send(whole.substr(0, body_at));
  EXPECT_EQ(client.receive().status, 100);
  client.send(whole.substr(body_at));
  EXPECT_EQ(client.receive().status, 200);
}

TEST(ConnectionTest, AnswersAHeadRequestWithoutItsBody) {
  const FakeServer server;
  Client client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive(false).headers["content-length"], "42");
  EXPECT_EQ(client.ask(echo(1)).status, 200);
}

TEST(ConnectionTest, ClosesConnectionsThatAreIdleOrTooSlow) {
  using std::chrono::milliseconds;
  const FakeServer server({.idle = milliseconds(40),
                           .header = milliseconds(40),
                           .silence = milliseconds(40),
                           .write = std::chrono::seconds(10)});
  Client idle(server.port());
  EXPECT_EQ(idle.until_closed(), "");
  Client slow_header(server.port());
  slow_header.send("POST / HTTP/1.1\r\nHo");
  EXPECT_EQ(slow_header.until_closed(), "");
  Client slow_body(server.port());
  const auto whole = echo(100);
  slow_body.send(whole.substr(0, whole.size() - 50));
  EXPECT_EQ(slow_body.until_closed(), "");
}

TEST(ConnectionTest, ARequestThatWaitsIsNotTooSlow) {
  using std::chrono::milliseconds;
  const FakeServer server({.idle = milliseconds(20), .header = milliseconds(20)});
  Client client(server.port());
  client.send("POST /2015-03-31/wait HTTP/1.1\r\nHost: " + server.host() + "\r\n" +
              signed_for("lambda") + "Content-Length: 0\r\n\r\n");
  Client idle(server.port());
  idle.until_closed();  // So much time has gone by.
  WaitingRequest().release();
  EXPECT_EQ(client.receive().body, "\"waited\"");
}

TEST(ConnectionTest, StoppingFinishesWhatRunsAndBeginsNothing) {
  FakeServer server({}, 1);
  Client idle(server.port());
  EXPECT_EQ(idle.ask(echo(1)).status, 200);
  Client busy(server.port());
  busy.send("POST /2015-03-31/wait HTTP/1.1\r\nHost: " + server.host() + "\r\n" +
            signed_for("lambda") + "Content-Length: 0\r\n\r\n" + echo(1));
  WaitingRequest waiting;
  auto stopped = std::async(std::launch::async, [&] {
    server.listener().finish();
    server.listener().join();
  });
  EXPECT_EQ(idle.until_closed(), "");
  waiting.release();
  auto answer = busy.receive();
  EXPECT_EQ(answer.body, "\"waited\"");
  EXPECT_EQ(answer.headers["connection"], "close");
  EXPECT_EQ(busy.until_closed(), "");
  stopped.get();
  EXPECT_THROW(Client{server.port()}, boost::system::system_error);
}

TEST(ListenerTest, SaysThatThePortIsTaken) {
  const FakeServer server;
  try {
    const Listener second("127.0.0.1", server.port());
    FAIL();
  } catch (const ListenError& error) {
    EXPECT_THAT(error.what(), HasSubstr("already in use"));
  }
  EXPECT_THROW(Listener("no.such.host.invalid", 0), ListenError);
}

}  // namespace
}  // namespace server
