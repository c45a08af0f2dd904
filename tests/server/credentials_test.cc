#include "server/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/api_error.h"

namespace server {
namespace {

struct Signed {
  std::string authorization;
  std::string target = "/";
  bool has_date = true;

  HttpRequest request() const {
    HttpRequest request;
    request.target = target;
    if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
    if (has_date) request.headers.push_back({"X-Amz-Date", "20260101T000000Z"});
    return request;
  }
  std::string error() const {
    try {
      credentials_of(request());
    } catch (const engine::ApiError& error) {
      return error.code + ": " + error.message;
    }
    return "";
  }
};

TEST(CredentialsTest, TakesRegionServiceAndAccount) {
  const Signed with_spaces{
      "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/dynamodb/aws4_request, "
      "SignedHeaders=host, Signature=00"};
  auto credentials = credentials_of(with_spaces.request());
  EXPECT_EQ(credentials.caller.region, "eu-west-1");
  EXPECT_EQ(credentials.caller.account, "000000000000");
  EXPECT_EQ(credentials.service, "dynamodb");

  const Signed without{
      "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/sqs/aws4_request,"
      "SignedHeaders=host,Signature=00"};
  credentials = credentials_of(without.request());
  EXPECT_EQ(credentials.caller.account, "123456789012");
  EXPECT_EQ(credentials.service, "sqs");
}

TEST(CredentialsTest, TakesThemFromThePresignedQuery) {
  const Signed presigned{"",
                         "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=k%2F20260101%2Feu-"
                         "west-1%2Fs3%2Faws4_request&X-Amz-Signature=0&X-Amz-SignedHeaders=host&X-"
                         "Amz-Date=20260101T000000Z"};
  EXPECT_EQ(credentials_of(presigned.request()).caller.region, "eu-west-1");
  EXPECT_EQ(signed_service(presigned.request()), "s3");
}

TEST(CredentialsTest, SaysWhatIsMissingInAwsWords) {
  EXPECT_EQ(Signed{""}.error(),
            "MissingAuthenticationTokenException: Request is missing Authentication Token");
  EXPECT_EQ(Signed{"Basic abc"}.error(),
            "MissingAuthenticationTokenException: Request is missing Authentication Token");
  EXPECT_EQ((Signed{"AWS4-", "/", false}.error()),
            "IncompleteSignatureException: Authorization header requires 'Credential' parameter. "
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            "'SignedHeaders' parameter. Authorization header requires existence of either a "
            "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-");
  EXPECT_EQ((Signed{"AWS4-HMAC-SHA256 Credential=a/b/c/d/e,Signature=f"}.error()),
            "IncompleteSignatureException: Authorization header requires 'SignedHeaders' "
            "parameter. Authorization=AWS4-HMAC-SHA256 Credential=a/b/c/d/e,Signature=f");
  EXPECT_EQ((Signed{"", "/?X-Amz-Algorithm=a&X-Amz-Date=d"}.error()),
            "IncompleteSignatureException: AWS query-string parameters must include "
            "'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS "
            "query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the "
            "query-string parameters.");
  EXPECT_EQ((Signed{"AWS4-x", "/?X-Amz-Algorithm=a"}.error()),
            "InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and "
            "'Authorization' as HTTP header.");
  EXPECT_EQ((Signed{"AWS4-HMAC-SHA256 Credential=key, SignedHeaders=h, Signature=s"}.error()),
            "IncompleteSignatureException: Credential must have exactly 5 slash-delimited "
            "elements, e.g. keyid/date/region/service/term, got 'key'");
}

}  // namespace
}  // namespace server
