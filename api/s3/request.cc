#include "api/s3/request.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "api/s3/checksums.h"
#include "api/s3/errors.h"
#include "engine/bucket/buckets.h"
#include "engine/time_text.h"

namespace api::s3 {

namespace {

// Of the signature and of the SDKs, or looked at by the operations.
constexpr auto known_headers = std::to_array<std::string_view>({
    "x-amz-checksum-mode",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-expected-bucket-owner",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-trailer",
    "x-amz-user-agent",
});

/// With this value the header asks for what is so anyway.
struct Anyway {
  std::string_view header;
  std::string_view value;
};
constexpr auto so_anyway = std::to_array<Anyway>({
    {"x-amz-acl", "private"},
    {"x-amz-bucket-object-lock-enabled", "false"},
    {"x-amz-object-ownership", "BucketOwnerEnforced"},
    {"x-amz-storage-class", "STANDARD"},
});

bool is_known(std::string_view name, std::string_view value) {
  if (!name.starts_with("x-amz-") || name.starts_with("x-amz-meta-")) return true;
  if (is_checksum_header(name)) return true;
  const bool is_asked_for_anyway =
      std::any_of(so_anyway.begin(), so_anyway.end(),
                  [&](const Anyway& one) { return one.header == name && one.value == value; });
  return is_asked_for_anyway ||
         std::find(known_headers.begin(), known_headers.end(), name) != known_headers.end();
}

}  // namespace

void check_request(Services& services, const BucketCall& call,
                   std::initializer_list<std::string_view> parameters) {
  for (const auto& [name, value] : call.headers) {
    if (!is_known(name, value)) throw not_implemented("The header " + name);
  }
  for (const auto* conditional : {"if-modified-since", "if-unmodified-since", "if-range"}) {
    if (!call.header(conditional).empty()) {
      throw not_implemented("The header " + std::string(conditional));
    }
  }
  for (const auto& [name, value] : call.query) {
    // `x-id` is the SDKs' own name of the operation; the others sign a URL.
    if (name == "x-id" || name.starts_with("X-Amz-")) continue;
    if (std::find(parameters.begin(), parameters.end(), name) == parameters.end()) {
      throw not_implemented("The parameter " + name);
    }
  }
  const auto owner = call.header("x-amz-expected-bucket-owner");
  if (owner.empty()) return;
  const auto bucket = services.buckets.find(call.bucket);
  if (bucket && bucket->account != owner) {
    throw engine::ApiError("AccessDenied", "Access Denied", 403);
  }
}

std::string parameter(const BucketCall& call, const std::string& name) {
  const auto found = call.query.find(name);
  return found == call.query.end() ? std::string() : found->second;
}

std::size_t parameter_up_to(const BucketCall& call, const std::string& name, std::size_t max) {
  const auto text = parameter(call, name);
  if (text.empty()) return max;
  long long number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) {
    throw invalid_argument("Provided " + name + " not an integer or within integer range");
  }
  if (number < 0) {
    throw invalid_argument("Argument " + name + " must be an integer between 0 and 2147483647");
  }
  return std::min(static_cast<std::size_t>(number), max);
}

std::string xml_time(engine::TimePoint time) { return engine::iso_seconds(time) + ".000Z"; }

std::string quoted(const std::string& etag) { return '"' + etag + '"'; }

}  // namespace api::s3
