#include "server/credentials.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "engine/api_error.h"

namespace server {

namespace {

engine::ApiError incomplete(std::string message) {
  return {"IncompleteSignatureException", std::move(message)};
}

/// The value of `name=` in `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`;
/// parts are separated by commas, spaces or both.
std::string_view part_of(std::string_view authorization, std::string_view name) {
  constexpr std::string_view separators = ", ";
  std::size_t at = authorization.find(' ');
  while (at < authorization.size()) {
    at = authorization.find_first_not_of(separators, at);
    if (at == std::string_view::npos) break;
    const auto end = std::min(authorization.find_first_of(separators, at), authorization.size());
    const auto part = authorization.substr(at, end - at);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=') {
      return part.substr(name.size() + 1);
    }
    at = end;
  }
  return {};
}

bool is_account(std::string_view access_key) {
  return access_key.size() == 12 && std::all_of(access_key.begin(), access_key.end(),
                                                [](char c) { return c >= '0' && c <= '9'; });
}

/// `access key/date/region/service/aws4_request`; SigV4A, which is for many regions, has no region.
Credentials from_scope(std::string_view credential, bool has_region) {
  std::array<std::string_view, 5> parts;
  std::size_t count = 0;
  std::string_view rest = credential;
  for (; count < parts.size(); ++count) {
    const auto slash = std::min(rest.find('/'), rest.size());
    parts[count] = rest.substr(0, slash);
    if (slash == rest.size()) {
      rest = {};
      ++count;
      break;
    }
    rest.remove_prefix(slash + 1);
  }
  if (count != (has_region ? 5U : 4U) || !rest.empty()) {
    throw incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term, got '" +
        std::string(credential) + "'");
  }
  Credentials credentials;
  if (is_account(parts[0])) credentials.caller.account = parts[0];
  if (has_region && !parts[2].empty()) credentials.caller.region = parts[2];
  credentials.service = parts[has_region ? 3 : 2];
  return credentials;
}

constexpr std::string_view many_regions = "AWS4-ECDSA";

Credentials from_header(const HttpRequest& request, std::string_view authorization) {
  const auto credential = part_of(authorization, "Credential");
  std::string message;
  if (credential.empty()) {
    message += "Authorization header requires 'Credential' parameter. ";
  }
  if (part_of(authorization, "Signature").empty()) {
    message += "Authorization header requires 'Signature' parameter. ";
  }
  if (part_of(authorization, "SignedHeaders").empty()) {
    message += "Authorization header requires 'SignedHeaders' parameter. ";
  }
  if (request.find("x-amz-date") == nullptr && request.find("date") == nullptr) {
    message +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!message.empty()) {
    throw incomplete(message + "Authorization=" + std::string(authorization));
  }
  return from_scope(credential, !authorization.starts_with(many_regions));
}

bool has_parameter(std::string_view query, std::string_view name) {
  const auto pairs = query_pairs(query);
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const auto& pair) { return pair.first == name; });
}

Credentials from_query(const HttpRequest& request) {
  const auto pairs = query_pairs(request.query());
  const auto value = [&](std::string_view name) {
    const auto found = std::find_if(pairs.begin(), pairs.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    return found == pairs.end() ? std::string_view() : std::string_view(found->second);
  };
  std::string message;
  for (const auto* name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature",
                           "X-Amz-SignedHeaders", "X-Amz-Date"}) {
    if (value(name).empty()) {
      message += "AWS query-string parameters must include '" + std::string(name) + "'. ";
    }
  }
  if (!message.empty()) throw incomplete(message + "Re-examine the query-string parameters.");
  return from_scope(value("X-Amz-Credential"), !value("X-Amz-Algorithm").starts_with(many_regions));
}

}  // namespace

Credentials credentials_of(const HttpRequest& request) {
  const auto* authorization = request.find("authorization");
  const bool in_query = has_parameter(request.query(), "X-Amz-Algorithm");
  if (authorization != nullptr && in_query) {
    throw engine::ApiError(
        "InvalidSignatureException",
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  if (in_query) return from_query(request);
  if (authorization == nullptr || !authorization->starts_with("AWS4-")) {
    throw engine::ApiError("MissingAuthenticationTokenException",
                           "Request is missing Authentication Token");
  }
  return from_header(request, *authorization);
}

std::string signed_service(const HttpRequest& request) {
  try {
    return credentials_of(request).service;
  } catch (const engine::ApiError&) {
    return {};
  }
}

}  // namespace server
