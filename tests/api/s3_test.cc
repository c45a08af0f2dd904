// S3 operations: what they answer, and in which words they refuse.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/operations.h"
#include "api/s3/checksums.h"
#include "api/s3/xml.h"
#include "engine/api_error.h"
#include "engine/bucket/buckets.h"
#include "engine/documents.h"
#include "engine/random.h"
#include "mapping/timeline.h"
#include "tests/api/present.h"
#include "tests/mapping/fake_clock.h"

namespace api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class S3Test : public ::testing::Test {
 protected:
  RestAnswer call(std::string_view name, const BucketCall& call) {
    for (const auto& operation : s3_operations()) {
      if (operation.name == name) return operation.run(services, call);
    }
    ADD_FAILURE() << "no operation " << name;
    return {};
  }
  std::string refusal(std::string_view name, const BucketCall& asked) {
    try {
      call(name, asked);
    } catch (const engine::ApiError& error) {
      return std::to_string(error.status) + " " + error.code;
    }
    return "no refusal";
  }
  static std::string header(const RestAnswer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
      if (key == name) return value;
    }
    return "";
  }
  void create() { call("CreateBucket", {.bucket = "bucket"}); }
  void put(std::string key, std::string_view body,
           std::map<std::string, std::string> headers = {}) {
    call("PutObject",
         {.bucket = "bucket", .key = std::move(key), .headers = std::move(headers), .body = body});
  }
  RestAnswer get(std::map<std::string, std::string> headers = {}) {
    return call("GetObject", {.bucket = "bucket", .key = "k", .headers = std::move(headers)});
  }
  std::string list(std::map<std::string, std::string> query) {
    return call("ListObjectsV2", {.bucket = "bucket", .query = std::move(query)}).body;
  }

  boost::asio::io_context context;
  FakeClock clock;
  engine::Random random{7};
  storage::Store store{{.in_memory = true}};
  engine::Documents documents{store};
  engine::Buckets buckets{store, clock, random};
  mapping::Timeline timeline{context, clock};
  Services services = Present{.clock = clock,
                              .random = random,
                              .documents = documents,
                              .timeline = timeline,
                              .buckets = &buckets}
                          .services();
};

TEST_F(S3Test, ABucketOfTheFirstRegionMayBeCreatedTwice) {
  const auto answer = call("CreateBucket", {.bucket = "bucket"});
  EXPECT_EQ(header(answer, "Location"), "/bucket");
  EXPECT_EQ(refusal("CreateBucket", {.bucket = "bucket"}), "no refusal");
  EXPECT_EQ(header(call("HeadBucket", {.bucket = "bucket"}), "x-amz-bucket-region"), "us-east-1");
  EXPECT_EQ(refusal("CreateBucket", {.bucket = "No"}), "400 InvalidBucketName");
}

TEST_F(S3Test, InOtherRegionsTheRegionIsNamedAndTheBucketNew) {
  const engine::Caller caller{.region = "eu-west-1"};
  const std::string named =
      "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
  EXPECT_EQ(refusal("CreateBucket", {.bucket = "bucket", .caller = caller}),
            "400 IllegalLocationConstraintException");
  const BucketCall right{.bucket = "bucket", .body = named, .caller = caller};
  EXPECT_EQ(refusal("CreateBucket", right), "no refusal");
  EXPECT_EQ(refusal("CreateBucket", right), "409 BucketAlreadyOwnedByYou");
  EXPECT_THAT(call("GetBucketLocation", {.bucket = "bucket", .query = {{"location", ""}}}).body,
              HasSubstr(">eu-west-1</LocationConstraint>"));
  EXPECT_EQ(refusal("CreateBucket", {.bucket = "other", .body = "<x", .caller = caller}),
            "400 MalformedXML");
}

TEST_F(S3Test, AnObjectComesBackAsItWasPut) {
  create();
  put("k", "hello",
      {{"content-type", "text/plain"}, {"x-amz-meta-a", "b"}, {"cache-control", "no-store"}});
  const auto answer = get();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.content_type, "text/plain");
  EXPECT_EQ(header(answer, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
  EXPECT_EQ(header(answer, "x-amz-meta-a"), "b");
  EXPECT_EQ(header(answer, "cache-control"), "no-store");
  EXPECT_THAT(header(answer, "Last-Modified"), ::testing::EndsWith(" GMT"));
  put("k", "");
  EXPECT_EQ(get().content_type, "binary/octet-stream");
}

TEST_F(S3Test, Ranges) {
  create();
  put("k", "0123456789");
  const auto range = [&](const std::string& asked) {
    const auto answer = get({{"range", asked}});
    return std::to_string(answer.status) + " " + answer.body + " " +
           header(answer, "Content-Range");
  };
  EXPECT_EQ(range("bytes=0-3"), "206 0123 bytes 0-3/10");
  EXPECT_EQ(range("bytes=8-"), "206 89 bytes 8-9/10");
  EXPECT_EQ(range("bytes=8-100"), "206 89 bytes 8-9/10");
  EXPECT_EQ(range("bytes=-3"), "206 789 bytes 7-9/10");
  EXPECT_EQ(range("bytes=-100"), "206 0123456789 bytes 0-9/10");
  EXPECT_EQ(range("bytes=9-9"), "206 9 bytes 9-9/10");
  for (const auto* ignored : {"bytes=3-1", "bytes=x-", "bytes=-", "lines=0-1", "bytes=0-1,3-4"}) {
    EXPECT_EQ(range(ignored), "200 0123456789 ") << ignored;
  }
  for (const auto* beyond : {"bytes=10-", "bytes=10-12", "bytes=-0"}) {
    EXPECT_EQ(
        refusal("GetObject", {.bucket = "bucket", .key = "k", .headers = {{"range", beyond}}}),
        "416 InvalidRange");
  }
}

TEST_F(S3Test, Conditions) {
  create();
  put("k", "hello");
  const std::string etag = "\"5d41402abc4b2a76b9719d911017c592\"";
  EXPECT_EQ(get({{"if-none-match", etag}}).status, 304);
  EXPECT_EQ(get({{"if-none-match", "\"other\""}}).status, 200);
  EXPECT_EQ(get({{"if-match", etag}}).status, 200);
  const auto refused = [&](const char* name, std::map<std::string, std::string> headers) {
    return refusal(name, {.bucket = "bucket", .key = "k", .headers = std::move(headers)});
  };
  EXPECT_EQ(refused("GetObject", {{"if-match", "\"other\""}}), "412 PreconditionFailed");
  EXPECT_EQ(refused("PutObject", {{"if-none-match", "*"}}), "412 PreconditionFailed");
  EXPECT_EQ(refused("PutObject", {{"if-match", "\"other\""}}), "412 PreconditionFailed");
  EXPECT_EQ(refused("PutObject", {{"if-match", etag}}), "no refusal");
  EXPECT_EQ(refused("GetObject", {{"if-modified-since", "x"}}), "501 NotImplemented");
}

TEST_F(S3Test, ChecksumsAreComparedKeptAndTold) {
  EXPECT_EQ(s3::checksum("x-amz-checksum-crc32", "123456789"), "y/Q5Jg==");
  EXPECT_EQ(s3::checksum("x-amz-checksum-crc32c", "123456789"), "4waSgw==");
  EXPECT_EQ(s3::checksum("x-amz-checksum-crc64nvme", "123456789"), "rosUhgp5mIg=");
  EXPECT_EQ(s3::checksum("x-amz-checksum-sha1", "a"), "hvfkN/qlp/zhXR3cuerq6jd2Z7g=");
  create();
  put("k", "123456789", {{"x-amz-checksum-crc32", "y/Q5Jg=="}});
  EXPECT_EQ(header(get({{"x-amz-checksum-mode", "ENABLED"}}), "x-amz-checksum-crc32"), "y/Q5Jg==");
  EXPECT_EQ(header(get(), "x-amz-checksum-crc32"), "");
  EXPECT_EQ(header(get({{"x-amz-checksum-mode", "ENABLED"}, {"range", "bytes=0-1"}}),
                   "x-amz-checksum-crc32"),
            "");
  const auto with = [&](const char* name, const char* value) {
    return refusal("PutObject",
                   {.bucket = "bucket", .key = "k", .headers = {{name, value}}, .body = "other"});
  };
  EXPECT_EQ(with("x-amz-checksum-crc32", "y/Q5Jg=="), "400 BadDigest");
  EXPECT_EQ(with("x-amz-checksum-crc32", "?"), "400 InvalidRequest");
  EXPECT_EQ(with("content-md5", "XUFAKrxLKna5cZ2REBfFkg=="), "400 BadDigest");
  EXPECT_EQ(with("content-md5", "?"), "400 InvalidDigest");
}

TEST_F(S3Test, Limits) {
  create();
  const auto of_key = [&](std::size_t bytes) {
    return refusal("PutObject", {.bucket = "bucket", .key = std::string(bytes, 'k')});
  };
  EXPECT_EQ(of_key(1024), "no refusal");
  EXPECT_EQ(of_key(1025), "400 KeyTooLongError");
  const auto of_metadata = [&](std::size_t bytes) {
    return refusal("PutObject", {.bucket = "bucket",
                                 .key = "k",
                                 .headers = {{"x-amz-meta-a", std::string(bytes - 1, 'v')}}});
  };
  EXPECT_EQ(of_metadata(2048), "no refusal");
  EXPECT_EQ(of_metadata(2049), "400 MetadataTooLarge");
}

TEST_F(S3Test, WhatIsNotThere) {
  EXPECT_EQ(refusal("GetObject", {.bucket = "bucket", .key = "k"}), "404 NoSuchBucket");
  EXPECT_EQ(refusal("HeadBucket", {.bucket = "bucket"}), "404 NoSuchBucket");
  create();
  EXPECT_EQ(refusal("GetObject", {.bucket = "bucket", .key = "k"}), "404 NoSuchKey");
  EXPECT_EQ(call("DeleteObject", {.bucket = "bucket", .key = "k"}).status, 204);
  put("k", "x");
  EXPECT_EQ(refusal("DeleteBucket", {.bucket = "bucket"}), "409 BucketNotEmpty");
  call("DeleteObject", {.bucket = "bucket", .key = "k"});
  EXPECT_EQ(call("DeleteBucket", {.bucket = "bucket"}).status, 204);
}

TEST_F(S3Test, WhatIsNotHonouredIsRefusedByName) {
  create();
  const auto with = [&](const char* name, const char* value) {
    return refusal("PutObject", {.bucket = "bucket", .key = "k", .headers = {{name, value}}});
  };
  EXPECT_EQ(with("x-amz-acl", "public-read"), "501 NotImplemented");
  EXPECT_EQ(with("x-amz-acl", "private"), "no refusal");
  EXPECT_EQ(with("x-amz-storage-class", "GLACIER"), "501 NotImplemented");
  EXPECT_EQ(with("x-amz-storage-class", "STANDARD"), "no refusal");
  EXPECT_EQ(with("x-amz-tagging", "a=b"), "501 NotImplemented");
  EXPECT_EQ(with("x-amz-server-side-encryption", "AES256"), "501 NotImplemented");
  EXPECT_EQ(with("x-amz-expected-bucket-owner", "000000000000"), "no refusal");
  EXPECT_EQ(with("x-amz-expected-bucket-owner", "123456789012"), "403 AccessDenied");
  EXPECT_EQ(refusal("GetObject", {.bucket = "bucket", .key = "k", .query = {{"versionId", "v"}}}),
            "501 NotImplemented");
}

TEST_F(S3Test, ListsPageByPage) {
  create();
  for (const auto* key : {"a/1", "a/2", "b&c", "d"}) put(key, "x");
  const auto first = list({{"list-type", "2"}, {"delimiter", "/"}, {"max-keys", "2"}});
  EXPECT_THAT(first, HasSubstr("<KeyCount>2</KeyCount><MaxKeys>2</MaxKeys>"));
  EXPECT_THAT(first, HasSubstr("<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"));
  EXPECT_THAT(first, HasSubstr("<Key>b&amp;c</Key>"));
  EXPECT_THAT(first, HasSubstr("<IsTruncated>true</IsTruncated>"));
  const auto parsed = s3::parse_xml(first);
  ASSERT_TRUE(parsed);
  const auto token = parsed->find("NextContinuationToken")->text;
  const auto second = list({{"delimiter", "/"}, {"continuation-token", token}});
  EXPECT_THAT(second, HasSubstr("<Key>d</Key>"));
  EXPECT_THAT(second, HasSubstr("<IsTruncated>false</IsTruncated>"));
  EXPECT_THAT(second, Not(HasSubstr("<Key>b&amp;c</Key>")));

  EXPECT_THAT(list({{"max-keys", "0"}}), HasSubstr("<IsTruncated>false</IsTruncated>"));
  EXPECT_THAT(list({{"max-keys", "5000"}}), HasSubstr("<MaxKeys>1000</MaxKeys>"));
  EXPECT_THAT(list({{"encoding-type", "url"}}), HasSubstr("<Key>b%26c</Key>"));
  EXPECT_THAT(list({{"start-after", "b&c"}}), HasSubstr("<KeyCount>1</KeyCount>"));
  EXPECT_EQ(refusal("ListObjectsV2", {.bucket = "bucket", .query = {{"max-keys", "x"}}}),
            "400 InvalidArgument");
  EXPECT_EQ(refusal("ListObjectsV2", {.bucket = "bucket", .query = {{"continuation-token", "?"}}}),
            "400 InvalidArgument");
  const auto older =
      call("ListObjects", {.bucket = "bucket", .query = {{"delimiter", "/"}, {"max-keys", "1"}}})
          .body;
  EXPECT_THAT(older, HasSubstr("<NextMarker>a/</NextMarker>"));
}

TEST_F(S3Test, DeletesManyAtOnce) {
  create();
  for (const auto* key : {"a", "<b>", "c"}) put(key, "x");
  const auto answer =
      call("DeleteObjects", {.bucket = "bucket",
                             .query = {{"delete", ""}},
                             .body = "<Delete><Object><Key>a</Key></Object><Object><Key>&lt;b&gt;"
                                     "</Key></Object><Object><Key>none</Key></Object></Delete>"});
  EXPECT_THAT(answer.body, HasSubstr("<Deleted><Key>&lt;b&gt;</Key></Deleted>"));
  EXPECT_THAT(list({}), HasSubstr("<KeyCount>1</KeyCount>"));
  const auto many = [&](int keys) {
    std::string xml = "<Delete><Quiet>true</Quiet>";
    for (int i = 0; i < keys; ++i) xml += "<Object><Key>" + std::to_string(i) + "</Key></Object>";
    xml += "</Delete>";
    return refusal("DeleteObjects", {.bucket = "bucket", .query = {{"delete", ""}}, .body = xml});
  };
  EXPECT_EQ(many(0), "400 MalformedXML");
  EXPECT_EQ(many(1000), "no refusal");
  EXPECT_EQ(many(1001), "400 MalformedXML");
}

TEST_F(S3Test, ListsBuckets) {
  for (const auto* name : {"bucket-a", "bucket-b", "other"}) call("CreateBucket", {.bucket = name});
  EXPECT_THAT(call("ListBuckets", {}).body, HasSubstr("<Name>other</Name>"));
  const auto page =
      call("ListBuckets", {.query = {{"prefix", "bucket-"}, {"max-buckets", "1"}}}).body;
  EXPECT_THAT(page, HasSubstr("<Name>bucket-a</Name>"));
  EXPECT_THAT(page, Not(HasSubstr("<Name>bucket-b</Name>")));
  EXPECT_THAT(page, HasSubstr("<ContinuationToken>bucket-a</ContinuationToken>"));
}

TEST(S3XmlTest, ReadsElementsAndText) {
  const auto parsed = s3::parse_xml(
      "<?xml version=\"1.0\"?>\n<!-- c --><a xmlns=\"x>y\"><s:b i='1'>&lt;&#65;&#x42;&amp;</s:b>"
      "<c/><!-- - --></a>\n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->name, "a");
  EXPECT_EQ(parsed->find("b")->text, "<AB&");
  EXPECT_NE(parsed->find("c"), nullptr);
}

TEST(S3XmlTest, WhatIsNotWellFormedIsNothing) {
  for (const auto* broken : {"", "a", "<a>", "<a></b>", "<a>&no;</a>", "<a>&</a>", "<a/><b/>",
                             "<a>&#0;</a>", "<a", "<a b=\"></a>", "<!DOCTYPE a><a/>"}) {
    EXPECT_FALSE(s3::parse_xml(broken)) << broken;
  }
  const auto nested = [](int levels) {
    std::string xml;
    for (int i = 0; i < levels; ++i) xml += "<a>";
    for (int i = 0; i < levels; ++i) xml += "</a>";
    return xml;
  };
  EXPECT_TRUE(s3::parse_xml(nested(8)));
  EXPECT_FALSE(s3::parse_xml(nested(9)));
}

}  // namespace
}  // namespace api
