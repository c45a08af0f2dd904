#include "server/protocol/s3.h"

#include <algorithm>
#include <cctype>
#include <exception>

#include "server/credentials.h"
#include "server/failure.h"
#include "server/protocol/aws_chunked.h"
#include "server/protocol/elsewhere.h"

namespace server {

namespace {

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

/// Without `aws-chunked`, which is undone here and no part of the object.
std::string left_of_encoding(std::string_view encoding) {
  std::string left;
  while (!encoding.empty()) {
    const auto comma = encoding.find(',');
    auto one = encoding.substr(0, comma);
    encoding = comma == encoding.npos ? std::string_view() : encoding.substr(comma + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.empty() || equal_but_for_case(one, "aws-chunked")) continue;
    left.append(left.empty() ? "" : ",").append(one);
  }
  return left;
}

engine::ApiError incomplete_body() {
  return {"IncompleteBody",
          "You did not provide the number of bytes specified by the Content-Length HTTP header"};
}

/// Undoes the chunks of a body that has them. `decoded` keeps what `call` looks at.
void undo_chunks(api::BucketCall& call, AwsChunked& decoded) {
  if (!call.header("x-amz-content-sha256").starts_with("STREAMING-")) return;
  auto chunks = AwsChunked::decode(call.body);
  if (!chunks) throw incomplete_body();
  decoded = *std::move(chunks);
  call.body = decoded.body;
  const auto length = call.header("x-amz-decoded-content-length");
  if (!length.empty() && length != std::to_string(call.body.size())) throw incomplete_body();
  for (const auto& [name, value] : decoded.trailers) {
    // The signature of the trailers is no more looked at than any other.
    if (name == "x-amz-trailer-signature") continue;
    const bool is_plain = std::all_of(value.begin(), value.end(),
                                      [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
    if (!name.starts_with("x-amz-checksum-") || !is_plain) throw incomplete_body();
    call.headers[name] = value;
  }
  const auto encoding = left_of_encoding(call.header("content-encoding"));
  if (encoding.empty()) {
    call.headers.erase("content-encoding");
  } else {
    call.headers["content-encoding"] = encoding;
  }
}

api::BucketCall call_of(const HttpRequest& request) {
  api::BucketCall call;
  auto path = request.path();
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto slash = path.find('/');
  call.bucket = percent_decoded(path.substr(0, slash));
  if (slash != path.npos) call.key = percent_decoded(path.substr(slash + 1));
  for (auto& [name, value] : query_pairs(request.query())) call.query[name] = std::move(value);
  for (const auto& header : request.headers) {
    call.headers[in_lower_case(header.name)] = std::string(header.value);
  }
  call.body = request.body;
  return call;
}

void append(std::string& xml, std::string_view name, std::string_view text) {
  xml.append("<").append(name).append(">").append(xml_escaped(text));
  xml.append("</").append(name).append(">");
}

void write_error(const engine::ApiError& error, const api::BucketCall& call,
                 const std::string& request_id, HttpAnswer& answer) {
  const bool is_ours = error.code == "InternalServerError";
  answer.status = error.status;
  answer.content_type = "application/xml";
  answer.headers.clear();
  auto& xml = answer.body;
  xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>";
  append(xml, "Code", is_ours ? "InternalError" : error.code);
  append(xml, "Message", error.message);
  if (!call.bucket.empty()) append(xml, "BucketName", call.bucket);
  if (!call.key.empty()) append(xml, "Key", call.key);
  append(xml, "RequestId", request_id);
  xml += "</Error>";
}

}  // namespace

S3::S3(api::Services& services, std::span<const api::BucketOperation> operations,
       const RequestIds& request_ids, Metrics& metrics)
    : services_(services), request_ids_(request_ids) {
  for (const auto& operation : operations) {
    rows_[operation.name] = {&operation, &metrics.operation("s3", operation.name)};
  }
  other_ = &metrics.operation("s3", "other");
}

void S3::answer(const HttpRequest& request, HttpAnswer& answer) const {
  const auto request_id = request_ids_.uuid();
  auto* counts = other_;
  auto call = call_of(request);
  const auto name = s3_operation(request, call);
  AwsChunked decoded;
  try {
    call.caller = credentials_of(request).caller;
    const auto found = rows_.find(name);
    if (found == rows_.end()) {
      throw engine::ApiError("NotImplemented", engine::not_supported(name).message, 501);
    }
    counts = found->second.counts;
    undo_chunks(call, decoded);
    auto done = found->second.operation->run(services_, call);
    answer.status = done.status;
    answer.content_type = std::move(done.content_type);
    answer.body = std::move(done.body);
    answer.headers = std::move(done.headers);
  } catch (...) {
    write_error(failure_of(std::current_exception(), name), call, request_id, answer);
  }
  answer.headers.emplace_back("x-amz-request-id", request_id);
  counts->count(answer.status);
}

}  // namespace server
