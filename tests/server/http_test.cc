#include "server/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace server
