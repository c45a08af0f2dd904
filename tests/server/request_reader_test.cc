#include "server/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace server {
namespace {

using State = RequestReader::State;

/// Gives the reader the bytes, and its opinion after the last of them.
State feed(RequestReader& reader, std::string_view bytes, std::size_t piece = 100'000) {
  State state = reader.next();
  while (!bytes.empty() && state != State::refused) {
    const auto space = reader.space();
    const auto size = std::min({space.size(), bytes.size(), piece});
    std::memcpy(space.data(), bytes.data(), size);
    reader.received(size);
    bytes.remove_prefix(size);
    state = reader.next();
    if (state == State::wants_continue) state = reader.next();
    if (state == State::complete && !bytes.empty()) break;
  }
  return state;
}

std::string post(const std::string& body, const std::string& headers = "") {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(RequestReaderTest, ReadsMethodTargetHeadersAndBody) {
  RequestReader reader;
  ASSERT_EQ(feed(reader, post("{\"a\":1}", "X-Amz-Target: T\r\n")), State::complete);
  const auto& request = reader.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(request.header("x-amz-target"), "T");
  EXPECT_EQ(request.body, "{\"a\":1}");
  EXPECT_TRUE(request.body_is_padded);
  EXPECT_TRUE(reader.keep_alive());
}

TEST(RequestReaderTest, ReadsBytesThatComeOneByOne) {
  RequestReader reader;
  EXPECT_EQ(feed(reader, post("{}", "X: y\r\n"), 1), State::complete);
  EXPECT_EQ(reader.request().body, "{}");
  EXPECT_EQ(reader.request().header("x"), "y");
}

TEST(RequestReaderTest, ReadsRequestsThatWereSentAhead) {
  RequestReader reader;
  ASSERT_EQ(feed(reader, post("first") + post("second") + post("third")), State::complete);
  for (const auto* body : {"first", "second", "third"}) {
    ASSERT_EQ(reader.next(), State::complete);
    EXPECT_EQ(reader.request().body, body);
    reader.done();
  }
  EXPECT_TRUE(reader.is_idle());
  EXPECT_EQ(reader.next(), State::wants_more);
}

TEST(RequestReaderTest, TheRequestStaysWhereItIsWhileItsBodyArrives) {
  RequestReader reader;
  const std::string body(300'000, 'x');
  ASSERT_EQ(feed(reader, post(body, "A: b\r\n"), 1000), State::complete);
  EXPECT_EQ(reader.request().header("a"), "b");
  EXPECT_EQ(reader.request().body, body);
  reader.done();
  ASSERT_EQ(feed(reader, post("small")), State::complete);
  EXPECT_EQ(reader.request().body, "small");
}

TEST(RequestReaderTest, PutsChunksTogether) {
  const std::string header = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunks = "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n";
  for (const std::size_t piece : {1, 2, 7, 1000}) {
    RequestReader reader;
    ASSERT_EQ(feed(reader, header + chunks, piece), State::complete) << piece;
    EXPECT_EQ(reader.request().body, "abcdefg");
    EXPECT_EQ(reader.request().find("trailer"), nullptr);
    reader.done();
    ASSERT_EQ(feed(reader, post("next")), State::complete);
    EXPECT_EQ(reader.request().body, "next");
  }
}

TEST(RequestReaderTest, PutsManyChunksTogether) {
  std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 50; ++i)
    bytes += "4e20\r\n" + std::string(20'000, static_cast<char>('a' + i % 26)) + "\r\n";
  RequestReader reader;
  ASSERT_EQ(feed(reader, bytes + "0\r\n\r\n", 4321), State::complete);
  EXPECT_EQ(reader.request().body.size(), 1'000'000U);
  EXPECT_EQ(reader.request().header("host"), "h");
}

TEST(RequestReaderTest, ReadsChunksStrictly) {
  const std::string header = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n";
  for (const auto* good : {"0\r\n\r\n", "000\r\n\r\n", "3 ;a=\"b\"\r\nabc\r\n0;x\r\n\r\n",
                           "A\r\n0123456789\r\n0\r\n\r\n", "1\r\na\r\n0\r\na: b\r\nc: d\r\n\r\n"}) {
    for (const std::size_t piece : {1, 100'000}) {
      RequestReader reader;
      EXPECT_EQ(feed(reader, header + good, piece), State::complete) << good;
      EXPECT_EQ(reader.next(), State::complete) << good;
      reader.done();
      EXPECT_TRUE(reader.is_idle()) << good;
    }
  }
  for (const std::string bad :
       {"\r\n", "xyz\r\n", "-1\r\n", "+1\r\na\r\n", "0x1\r\na\r\n", " 1\r\na\r\n", "1 a\r\na\r\n",
        "1\r\nab\r\n", "1\r\na\n0\r\n\r\n", "1\na\r\n0\r\n\r\n", "1;\n\r\na\r\n",
        // After the last chunk come trailers, and they end.
        "0\r\nabc\r\n4;x=y\r\ndefg\r\n0\na: b\r\n\r\n", "0\r\na: b\nc: d\r\n\r\n"}) {
    for (const std::size_t piece : {1, 100'000}) {
      RequestReader reader;
      EXPECT_EQ(feed(reader, header + bad, piece), State::refused) << bad;
      EXPECT_EQ(reader.refusal(), 400) << bad;
    }
  }
  RequestReader unfinished;
  EXPECT_EQ(feed(unfinished, header + "0\r\nabc\r\ndef\r\n"), State::wants_more);
}

TEST(RequestReaderTest, LinesBetweenChunksAreNotEndless) {
  const std::string header = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto extension_of = [&](std::size_t size) {
    return header + "0;" + std::string(size - 2, 'x') + "\r\n\r\n";
  };
  const auto trailers_of = [&](std::size_t size) {
    std::string bytes = header + "0\r\n";
    for (; size > 100; size -= 100) bytes += "t:" + std::string(98, 'x') + "\r\n";
    return bytes + std::string(size, 'x') + "\r\n\r\n";
  };
  for (const std::size_t piece : {1, 100, 100'000}) {
    const auto inside = ChunkedBody::line_bytes_max;
    for (const auto& bytes : {extension_of(inside), trailers_of(inside)}) {
      RequestReader reader;
      EXPECT_EQ(feed(reader, bytes, piece), State::complete) << piece;
    }
    for (const auto& bytes : {extension_of(inside + 1), trailers_of(inside + 1),
                              header + "1;" + std::string(20'000, 'x')}) {
      RequestReader reader;
      EXPECT_EQ(feed(reader, bytes, piece), State::refused) << piece;
      EXPECT_EQ(reader.refusal(), 400);
    }
  }
}

TEST(RequestReaderTest, TheBodyMayHaveSixteenMebibytesAndNoMore) {
  RequestReader inside;
  EXPECT_EQ(feed(inside, post(std::string(request_body_bytes_max, ' '))), State::complete);
  RequestReader outside;
  EXPECT_EQ(feed(outside, post(std::string(request_body_bytes_max + 1, ' '))), State::refused);
  EXPECT_EQ(outside.refusal(), 413);
}

TEST(RequestReaderTest, SoMayAChunkedBody) {
  const std::string header = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string body = "1000000\r\n" + std::string(request_body_bytes_max, ' ') + "\r\n";
  RequestReader inside;
  EXPECT_EQ(feed(inside, header + body + "0\r\n\r\n"), State::complete);
  RequestReader outside;
  EXPECT_EQ(feed(outside, header + body + "1\r\n \r\n0\r\n\r\n"), State::refused);
  EXPECT_EQ(outside.refusal(), 413);
  for (const auto* size : {"1000001\r\n", "ffffffffffffffff\r\n", "10000000000000000\r\n"}) {
    RequestReader announced;
    EXPECT_EQ(feed(announced, header + size), State::refused) << size;
    EXPECT_EQ(announced.refusal(), 413) << size;
  }
}

TEST(RequestReaderTest, TheHeaderMayHaveSixteenKibibytesAndNoMore) {
  const auto request_with_header_of = [](std::size_t size) {
    std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\nFill: ";
    bytes.append(size - bytes.size() - 4, 'x');
    return bytes + "\r\n\r\n";
  };
  RequestReader inside;
  EXPECT_EQ(feed(inside, request_with_header_of(request_header_bytes_max)), State::complete);
  RequestReader outside;
  EXPECT_EQ(feed(outside, request_with_header_of(request_header_bytes_max + 1)), State::refused);
  EXPECT_EQ(outside.refusal(), 400);
  RequestReader endless;
  EXPECT_EQ(feed(endless, "GET / HTTP/1.1\r\nFill: " + std::string(20'000, 'x'), 500),
            State::refused);
  EXPECT_EQ(endless.refusal(), 400);
}

TEST(RequestReaderTest, RefusesWhatIsNotHttp) {
  for (const auto& bytes :
       {std::string("\x16\x03\x01\x02"), std::string("nonsense\r\n\r\n"),
        std::string("PRI * HTTP/2.0\r\n\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: h\r\nFolded: a\r\n  b\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")}) {
    RequestReader reader;
    EXPECT_EQ(feed(reader, bytes), State::refused) << bytes;
    EXPECT_EQ(reader.refusal(), 400) << bytes;
  }
}

TEST(RequestReaderTest, AsksForTheBodyThatTheClientHoldsBack) {
  RequestReader reader;
  const std::string header =
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  const auto space = reader.space();
  std::memcpy(space.data(), header.data(), header.size());
  reader.received(header.size());
  EXPECT_EQ(reader.next(), State::wants_continue);
  EXPECT_EQ(reader.next(), State::wants_more);
  EXPECT_EQ(feed(reader, "{}"), State::complete);
  EXPECT_EQ(reader.request().body, "{}");
}

TEST(RequestReaderTest, ClosesWhenTheClientWantsItOrIsOld) {
  RequestReader close;
  feed(close, post("", "Connection: close\r\n"));
  EXPECT_FALSE(close.keep_alive());
  RequestReader old;
  ASSERT_EQ(feed(old, "GET / HTTP/1.0\r\n\r\n"), State::complete);
  EXPECT_FALSE(old.keep_alive());
}

}  // namespace
}  // namespace server
