// Which operation of S3 a request means.

#include <gtest/gtest.h>

#include "server/protocol/s3.h"

namespace server {
namespace {

std::string meant(std::string_view method, std::string bucket, std::string key = "",
                  std::map<std::string, std::string> query = {}, bool is_copy = false) {
  api::BucketCall call{
      .bucket = std::move(bucket), .key = std::move(key), .query = std::move(query)};
  if (is_copy) call.headers["x-amz-copy-source"] = "/b/k";
  return s3_operation({.method = method}, call);
}

TEST(S3OperationTest, IsToldByMethodPathAndQuery) {
  EXPECT_EQ(meant("GET", ""), "ListBuckets");
  EXPECT_EQ(meant("PUT", "b"), "CreateBucket");
  EXPECT_EQ(meant("HEAD", "b"), "HeadBucket");
  EXPECT_EQ(meant("DELETE", "b"), "DeleteBucket");
  EXPECT_EQ(meant("GET", "b"), "ListObjects");
  EXPECT_EQ(meant("GET", "b", "", {{"list-type", "2"}}), "ListObjectsV2");
  EXPECT_EQ(meant("GET", "b", "", {{"location", ""}}), "GetBucketLocation");
  EXPECT_EQ(meant("POST", "b", "", {{"delete", ""}}), "DeleteObjects");
  EXPECT_EQ(meant("PUT", "b", "k"), "PutObject");
  EXPECT_EQ(meant("GET", "b", "k"), "GetObject");
  EXPECT_EQ(meant("HEAD", "b", "k"), "HeadObject");
  EXPECT_EQ(meant("DELETE", "b", "k"), "DeleteObject");
}

TEST(S3OperationTest, WhatIsNotBuiltHasItsNameToo) {
  EXPECT_EQ(meant("PUT", "b", "k", {}, true), "CopyObject");
  EXPECT_EQ(meant("POST", "b", "k", {{"uploads", ""}}), "CreateMultipartUpload");
  EXPECT_EQ(meant("PUT", "b", "k", {{"uploadId", "u"}, {"partNumber", "1"}}), "UploadPart");
  EXPECT_EQ(meant("POST", "b", "k", {{"uploadId", "u"}}), "CompleteMultipartUpload");
  EXPECT_EQ(meant("DELETE", "b", "k", {{"uploadId", "u"}}), "AbortMultipartUpload");
  EXPECT_EQ(meant("GET", "b", "", {{"uploads", ""}}), "ListMultipartUploads");
  EXPECT_EQ(meant("GET", "b", "", {{"versions", ""}}), "ListObjectVersions");
  EXPECT_EQ(meant("PUT", "b", "", {{"versioning", ""}}), "PutBucketVersioning");
  EXPECT_EQ(meant("GET", "b", "", {{"acl", ""}}), "GetBucketAcl");
  EXPECT_EQ(meant("PUT", "b", "k", {{"acl", ""}}), "PutObjectAcl");
  EXPECT_EQ(meant("DELETE", "b", "k", {{"tagging", ""}}), "DeleteObjectTagging");
  EXPECT_EQ(meant("GET", "b", "k", {{"attributes", ""}}), "GetObjectAttributes");
}

}  // namespace
}  // namespace server
