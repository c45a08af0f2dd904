#include "server/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

// dynamodb.md 2.4, row by row.

TEST(CredentialsTest, OneKindOfSignatureIsEnough) {
  EXPECT_EQ((Signed{"AWS4-x", "/?X-Amz-Algorithm=a"}.error()),
            "InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and "
            "'Authorization' as HTTP header.");
  EXPECT_EQ((Signed{"Basic x", "/?a=b&X-Amz-Algorithm"}.error()),
            "InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and "
            "'Authorization' as HTTP header.");
  // Another parameter that speaks of it is none.
  EXPECT_EQ((Signed{"", "/?a=X-Amz-Algorithm&X-Amz-Algorithms=b"}.error()),
            "MissingAuthenticationTokenException: Request is missing Authentication Token");
}

TEST(CredentialsTest, MissingWithoutAHeaderOfAws) {
  for (const auto* authorization : {"", "Basic abc", "Bearer AWS4-", "AWS AKID:signature", "AWS3-x",
                                    "aws4-hmac-sha256 Credential=a/b/c/d/e"}) {
    EXPECT_EQ(Signed{authorization}.error(),
              "MissingAuthenticationTokenException: Request is missing Authentication Token")
        << authorization;
  }
}

TEST(CredentialsTest, SaysWhatTheHeaderLacks) {
  const std::string credential = "Credential=a/b/c/d/e";
  const auto told = [](const std::string& lacks, const std::string& authorization) {
    return "IncompleteSignatureException: " + lacks + "Authorization=" + authorization;
  };
  const std::string no_credential = "Authorization header requires 'Credential' parameter. ";
  const std::string no_signature = "Authorization header requires 'Signature' parameter. ";
  const std::string no_headers = "Authorization header requires 'SignedHeaders' parameter. ";
  const std::string no_date =
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";

  std::string header = "AWS4-HMAC-SHA256 SignedHeaders=b, Signature=c";
  EXPECT_EQ(Signed{header}.error(), told(no_credential, header));
  header = "AWS4-HMAC-SHA256 " + credential + ", SignedHeaders=b";
  EXPECT_EQ(Signed{header}.error(), told(no_signature, header));
  header = "AWS4-HMAC-SHA256 " + credential + ", Signature=c";
  EXPECT_EQ(Signed{header}.error(), told(no_headers, header));
  header = "AWS4-HMAC-SHA256 " + credential + ", SignedHeaders=b, Signature=c";
  EXPECT_EQ(Signed{header}.error(), "");
  EXPECT_EQ((Signed{header, "/", false}.error()), told(no_date, header));
  // What is there but empty is not there.
  header = "AWS4-HMAC-SHA256 Credential=, SignedHeaders=b, Signature=";
  EXPECT_EQ(Signed{header}.error(), told(no_credential + no_signature, header));
  EXPECT_EQ((Signed{"AWS4-", "/", false}.error()),
            told(no_credential + no_signature + no_headers + no_date, "AWS4-"));
}

TEST(CredentialsTest, ADateIsAsGoodAsAnXAmzDate) {
  const Signed without{"AWS4-HMAC-SHA256 Credential=a/b/c/d/e,SignedHeaders=f,Signature=g", "/",
                       false};
  auto request = without.request();
  EXPECT_THROW(credentials_of(request), engine::ApiError);
  request.headers.push_back({"Date", "Thu, 01 Jan 2026 00:00:00 GMT"});
  EXPECT_EQ(credentials_of(request).service, "d");
}

TEST(CredentialsTest, SaysWhatTheQueryLacks) {
  const std::vector<std::string> names = {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                                          "X-Amz-SignedHeaders", "X-Amz-Date"};
  const auto must = [](const std::string& name) {
    return "AWS query-string parameters must include '" + name + "'. ";
  };
  const std::string end = "Re-examine the query-string parameters.";
  const auto query_without = [&](const std::string& missing) {
    std::string query = "/?";
    for (const auto& name : names) query += name + "=" + (name == missing ? "" : "a/b/c/d/e") + "&";
    return query;
  };
  EXPECT_EQ((Signed{"", query_without("nothing")}.error()), "");
  std::string all;
  for (const auto& name : names) {
    EXPECT_EQ((Signed{"", query_without(name)}.error()),
              "IncompleteSignatureException: " + must(name) + end);
    all += must(name);
  }
  EXPECT_EQ((Signed{"", "/?X-Amz-Algorithm"}.error()),
            "IncompleteSignatureException: " + all + end);
}

TEST(CredentialsTest, ACredentialHasFiveParts) {
  for (const std::string credential : {"key", "a/b/c/d", "a/b/c/d/e/f"}) {
    const Signed short_one{"AWS4-HMAC-SHA256 Credential=" + credential +
                           ", SignedHeaders=h, Signature=s"};
    EXPECT_EQ(short_one.error(),
              "IncompleteSignatureException: Credential must have exactly 5 slash-delimited "
              "elements, e.g. keyid/date/region/service/term, got '" +
                  credential + "'");
  }
}

TEST(CredentialsTest, PartsMayBeSeparatedByCommasSpacesOrBoth) {
  for (const auto* between : {",", ", ", " ", " , ", ",,  "}) {
    const std::string gap = between;
    const Signed parts{"AWS4-HMAC-SHA256 Credential=a/b/eu-west-1/d/e" + gap + "SignedHeaders=f" +
                       gap + "Signature=g"};
    EXPECT_EQ(parts.error(), "") << between;
    EXPECT_EQ(credentials_of(parts.request()).caller.region, "eu-west-1") << between;
  }
}

}  // namespace
}  // namespace server
