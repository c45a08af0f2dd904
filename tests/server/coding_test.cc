// Content-Encoding: of requests (inflate.h), and of answers (deflate.h).

#include "coding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/deflate.h"
#include "server/inflate.h"

namespace server {
namespace {

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
  for (const auto* encoding : {"gzip", "deflate"}) {
    EXPECT_FALSE(decode_content(encoding, "", 100, out));
    EXPECT_FALSE(decode_content(encoding, "{}", 100, out));
  }
  const auto whole = gzip("{\"a\":1}");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_content("gzip", whole.substr(0, size), 100, out)) << size;
  }
  EXPECT_FALSE(decode_content("gzip", whole + whole.substr(0, 12), 100, out));
  EXPECT_FALSE(decode_content("deflate", whole, 100, out));
  EXPECT_FALSE(decode_content("gzip", zlib_form("{}"), 100, out));
}

TEST(InflateTest, StopsAtTheLimit) {
  std::string out;
  for (const std::size_t limit : {10U, 65'536U, 100'000U}) {
    const std::string inside(limit, 'x');
    EXPECT_TRUE(decode_content("gzip", gzip(inside), limit, out));
    EXPECT_EQ(out, inside);
    EXPECT_TRUE(decode_content("deflate", zlib_form(inside), limit, out));
    EXPECT_FALSE(decode_content("gzip", gzip(inside + "x"), limit, out));
    EXPECT_FALSE(decode_content("gzip", gzip(inside) + gzip("x"), limit, out));
    EXPECT_FALSE(decode_content("deflate", zlib_form(inside + "x"), limit, out));
  }
}

TEST(DeflateTest, PrefersWhatDynamoDbPrefers) {
  const auto preferred = [](std::string_view header) {
    return std::string(name_of(preferred_coding(header)));
  };
  for (const auto* nothing :
       {"", "identity", "br", "zstd", "compress", "x-gzip", "gzip ;q=0", "identity;q=0", "*;q=0",
        "br;q=0.8,identity;q=0.5,*;q=0", "\"gzip\"", "gzip br", "gzip:q=1", "gzip;q= 0;q=1",
        "gzip; q=0;q=1", "gzip;nq=0;q=1", "gzip;q=-1", "gzip;q=nan", " , ;q=1,"}) {
    EXPECT_EQ(preferred(nothing), "") << nothing;
  }
  for (const auto* gzip :
       {"gzip", "gzip, deflate", "GZIP, identity", "dog, gzip ,, cat", "gzip;q=0.8, deflate;q=0.5",
        "*", "*, deflate;q=0.5", "*, identity", "*;q=0.5,identity", "gzip;q=0.5,identity;q=0.8",
        "deflate;q=0.5, gzip;q=31", "gzip;q=31,deflate;q=51", "deflate;q=0.5, gzip;q=1;q=0.2",
        "deflate;q=0.5,gzip;q=0.x", "deflate;q=0.5,gzip;q=0. x", "deflate;q=-0.5,gzip;q=0.2",
        "gzip;q =0;q=1", "gzip;q=0, gzip;q=1, gzip;q=0", "br,identity;q=0.5,gzip;q=0.0001"}) {
    EXPECT_EQ(preferred(gzip), "gzip") << gzip;
  }
  for (const auto* deflate :
       {"deflate", "br, identity, deflate, gzip", "br, gzip;q=0, deflate; q = 0.5 , identity;q=0",
        "*, deflate", "*, gzip;q=0.5", "deflate;q=0.5, gzip;q=0.2", "deflate;q=0.5,gzip;q=0.",
        "gzip;q=0,*;q=0.1"}) {
    EXPECT_EQ(preferred(deflate), "deflate") << deflate;
  }
}

TEST(DeflateTest, CompressesOneAnswerAfterTheOther) {
  for (const std::size_t size : {0U, 1U, 5000U, 1'000'000U}) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i * i);
    for (const auto coding : {Coding::gzip, Coding::deflate}) {
      std::string body = text;
      compress(coding, body);
      EXPECT_EQ(inflated(body), text);
      std::string there_and_back;
      EXPECT_TRUE(decode_content(name_of(coding), body, text.size(), there_and_back));
      if (size >= 5000) {
        EXPECT_LT(body.size(), text.size() * 2 / 3);
      }
    }
  }
  std::string plain = "{}";
  compress(Coding::none, plain);
  EXPECT_EQ(plain, "{}");
}

}  // namespace
}  // namespace server
