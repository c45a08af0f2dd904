#pragma once

#include <string>

#include "engine/arn.h"
#include "server/http.h"

namespace server {

/// What the signature of a request says of who sent it. Signatures are never verified.
struct Credentials {
  engine::Caller caller;
  std::string service;  ///< `dynamodb`, `sqs`, `lambda`, `s3`, ...
};

/// From the `Authorization` header or the presigned query. Throws `engine::ApiError` with AWS's
/// words when there is none or it is malformed (dynamodb.md 2.4).
Credentials credentials_of(const HttpRequest& request);

/// The service that the request is signed for; empty if it is not, or not well, signed.
std::string signed_service(const HttpRequest& request);

}  // namespace server
