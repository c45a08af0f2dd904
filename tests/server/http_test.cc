#include "server/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "server/inflate.h"

namespace server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(HttpTest, AHeadSaysLengthIdAndChecksum) {
  HttpAnswer answer;
  answer.content_type = "application/x-amz-json-1.0";
  answer.body = "{}";
  answer.request_id = "ID";
  answer.has_crc32 = true;
  std::string head;
  append_head(head, answer, {.date = http_date(784111777)});
  EXPECT_EQ(head,
            "HTTP/1.1 200 OK\r\n"
            "Server: Dynamill\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: application/x-amz-json-1.0\r\n"
            "Content-Length: 2\r\n"
            "x-amzn-RequestId: ID\r\n"
            "x-amz-crc32: 2745614147\r\n"
            "Connection: keep-alive\r\n\r\n");
}

TEST(HttpTest, NoContentHasNoLength) {
  HttpAnswer answer;
  answer.status = 204;
  std::string head;
  append_head(head, answer, {.date = "", .keep_alive = false});
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head, HasSubstr("Connection: close"));
}

TEST(HttpTest, DecodesPathsAndForms) {
  EXPECT_EQ(percent_decoded("arn%3Aaws%3alambda+x%"), "arn:aws:lambda+x%");
  EXPECT_THAT(query_pairs("a=1+2&b=%26&c&=d&"),
              ElementsAre(Pair("a", "1 2"), Pair("b", "&"), Pair("c", ""), Pair("", "d")));
}

std::string compressed(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gzip(std::string_view text) { return compressed(text, 15 + 16); }
std::string zlib_form(std::string_view text) { return compressed(text, 15); }

TEST(InflateTest, DecodesGzipAlsoOfSeveralMembers) {
  std::string out;
  EXPECT_TRUE(decode_content("gzip", gzip("{\"a\":") + gzip("1}"), 100, out));
  EXPECT_EQ(out, "{\"a\":1}");
  EXPECT_TRUE(decode_content("GZIP", gzip("{}") + "junk", 100, out));
  EXPECT_EQ(out, "{}");
}

TEST(InflateTest, DecodesDeflate) {
  std::string out;
  EXPECT_TRUE(decode_content("deflate", zlib_form("{}"), 100, out));
  EXPECT_EQ(out, "{}");
}

TEST(InflateTest, RefusesWhatIsUnknownEmptyCorruptOrCutShort) {
  std::string out;
  EXPECT_FALSE(decode_content("br", "{}", 100, out));
  EXPECT_FALSE(decode_content("gzip", "", 100, out));
  EXPECT_FALSE(decode_content("gzip", "{}", 100, out));
  const auto whole = gzip("{\"a\":1}");
  EXPECT_FALSE(decode_content("gzip", whole.substr(0, whole.size() - 1), 100, out));
  EXPECT_FALSE(decode_content("gzip", whole + whole.substr(0, 12), 100, out));
}

TEST(InflateTest, StopsAtTheLimit) {
  std::string out;
  EXPECT_TRUE(decode_content("gzip", gzip(std::string(100'000, 'x')), 100'000, out));
  EXPECT_FALSE(decode_content("gzip", gzip(std::string(100'001, 'x')), 100'000, out));
  EXPECT_FALSE(decode_content("deflate", zlib_form(std::string(100'001, 'x')), 100'000, out));
}

}  // namespace
}  // namespace server
