#include "server/protocol/target_json.h"

#include <simdjson.h>

#include <algorithm>

#include "engine/value/json.h"
#include "server/credentials.h"
#include "server/deflate.h"
#include "server/failure.h"
#include "server/inflate.h"
#include "server/protocol/known_operations.h"
#include "server/protocol/large_numbers.h"
#include "server/protocol/operation_faults.h"
#include "server/request_reader.h"

namespace server {

namespace {

constexpr std::string_view content_type = "application/x-amz-json-1.0";
/// A parser that one large request made this big is given back.
constexpr std::size_t kept_document_bytes_max = 1024 * 1024;

/// Each thread parses with its own memory; operations do not wait, so one parser is enough.
struct ThreadMemory {
  simdjson::dom::parser parser;
  std::string decoded;
};
ThreadMemory& thread_memory() {
  static thread_local ThreadMemory memory;
  return memory;
}

engine::ApiError bare(std::string code) { return {std::move(code), ""}; }

/// Undoes the content encoding. AWS answers 500 to whatever is wrong with it (dynamodb.md 2.1).
std::string_view decoded_body(const HttpRequest& request, bool& is_padded) {
  const auto* encoding = request.find("content-encoding");
  is_padded = request.body_is_padded;
  if (encoding == nullptr || encoding->empty() || equal_but_for_case(*encoding, "identity")) {
    return request.body;
  }
  auto& decoded = thread_memory().decoded;
  if (!decode_content(*encoding, request.body, request_body_bytes_max, decoded)) {
    throw engine::ApiError(
        "InternalServerError",
        "The request body could not be decoded as Content-Encoding " + std::string(*encoding), 500);
  }
  decoded.reserve(decoded.size() + simdjson::SIMDJSON_PADDING);
  is_padded = true;
  return decoded;
}

void compress_if_asked(const HttpRequest& request, HttpAnswer& answer) {
  if (answer.body.size() <= plain_answer_bytes_max) return;
  // Of several such headers DynamoDB reads the first.
  const auto coding = preferred_coding(request.header("accept-encoding"));
  if (coding == Coding::none) return;
  compress(coding, answer.body);
  answer.headers.emplace_back("Content-Encoding", name_of(coding));
}

bool has_json_type(const HttpRequest& request, std::string_view body) {
  const auto type = media_type(request);
  if (type.empty()) return body.empty();
  return equal_but_for_case(type, content_type) || equal_but_for_case(type, "application/json");
}

std::string_view type_prefix(std::string_view code) {
  if (code == "ValidationException") return "com.amazon.coral.validate#";
  for (const auto* of_the_frame :
       {"SerializationException", "UnknownOperationException", "AccessDeniedException",
        "InternalFailure", "MissingAuthenticationTokenException", "IncompleteSignatureException",
        "InvalidSignatureException", "UnrecognizedClientException", "ExpiredTokenException"}) {
    if (code == of_the_frame) return "com.amazon.coral.service#";
  }
  return "com.amazonaws.dynamodb.v20120810#";
}

/// AWS says no word on an operation that DynamoDB does not have; on a service that we do not have,
/// we do.
bool is_for_another_service(std::string_view target) {
  return target.find('.') != std::string_view::npos &&
         !target.starts_with(TargetJson::dynamodb_target) &&
         !target.starts_with(TargetJson::streams_target);
}

/// Those whose text member has a capital M.
bool shouts(std::string_view code) {
  for (const auto* capital :
       {"SerializationException", "AccessDeniedException", "TransactionCanceledException",
        "TransactionInProgressException", "IdempotentParameterMismatchException"}) {
    if (code == capital) return true;
  }
  return false;
}

}  // namespace

std::string_view media_type(const HttpRequest& request) {
  auto type = request.header("content-type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type;
}

void write_dynamodb_error(const engine::ApiError& error, HttpAnswer& answer) {
  answer.status = error.status;
  auto& body = answer.body;
  body.assign("{\"__type\":\"").append(type_prefix(error.code)).append(error.code).append("\"");
  if (!error.message.empty()) {
    body.append(shouts(error.code) ? ",\"Message\":" : ",\"message\":");
    engine::append_json_string(body, error.message);
  }
  if (!error.members.empty()) body.append(",").append(error.members);
  body.append("}");
}

TargetJson::TargetJson(api::Services& services, std::span<const api::DynamoOperation> dynamodb,
                       std::span<const api::DynamoOperation> streams, const OriginGuard& guard,
                       const RequestIds& request_ids, Metrics& metrics)
    : services_(services), guard_(guard), request_ids_(request_ids) {
  for (const auto& operation : dynamodb) {
    dynamodb_[operation.name] = {&operation, &metrics.operation("dynamodb", operation.name)};
  }
  for (const auto& operation : streams) {
    streams_[operation.name] = {&operation, &metrics.operation("dynamodbstreams", operation.name)};
  }
  other_.counts = &metrics.operation("dynamodb", "other");
}

const TargetJson::Row* TargetJson::row_of(std::string_view target) const {
  const auto find = [&](const Table& table, std::span<const std::string_view> known,
                        std::string_view name) -> const Row* {
    if (const auto found = table.find(name); found != table.end()) return &found->second;
    return std::find(known.begin(), known.end(), name) == known.end() ? nullptr : &other_;
  };
  if (target.starts_with(dynamodb_target)) {
    target.remove_prefix(dynamodb_target.size());
    return find(dynamodb_, known_dynamodb_operations(), target);
  }
  if (target.starts_with(streams_target)) {
    target.remove_prefix(streams_target.size());
    return find(streams_, known_streams_operations(), target);
  }
  return nullptr;
}

void TargetJson::run(const HttpRequest& request, HttpAnswer& answer, const Row*& row) const {
  bool is_padded = false;
  const auto body = decoded_body(request, is_padded);
  if (request.method != "POST" || !has_json_type(request, body)) {
    answer.status = 404;
    answer.content_type = "application/xml";
    answer.body = "<UnknownOperationException/>\n";
    return;
  }

  api::Call call;
  bool is_object = false;
  auto& parser = thread_memory().parser;
  if (!body.empty()) {
    auto problem = parser.parse(body.data(), body.size(), !is_padded).get(call.body);
    // Only one that is too large for it, perhaps.
    if (problem == simdjson::NUMBER_ERROR) {
      problem = parser.parse(with_numbers_in_range(body)).get(call.body);
    }
    if (problem != simdjson::SUCCESS) throw bare("SerializationException");
    is_object = call.body.is_object();
  }

  const auto target = request.header("x-amz-target");
  row = row_of(target);
  if (row == nullptr) {
    auto unknown = bare("UnknownOperationException");
    if (is_for_another_service(target))
      unknown.message = engine::not_supported(std::string(target)).message;
    throw unknown;
  }
  call.caller = credentials_of(request).caller;
  call.text = body;
  call.host = request.header("host");
  if (call.host.empty()) call.host = guard_.own_host();
  if (!is_object) throw bare("SerializationException");
  if (row->operation == nullptr) {
    throw engine::not_supported(std::string(target.substr(target.find('.') + 1)));
  }
  run_or_strike(*row->operation, services_, call, answer);
}

void TargetJson::answer(const HttpRequest& request, HttpAnswer& answer) const {
  answer.content_type = content_type;
  answer.has_crc32 = true;
  request_ids_.long_id(answer.request_id);
  if (const auto* origin = request.find("origin")) {
    answer.headers.emplace_back("Access-Control-Allow-Origin", *origin);
  }
  const Row* row = nullptr;
  try {
    run(request, answer, row);
  } catch (...) {
    const auto target = request.header("x-amz-target");
    write_dynamodb_error(failure_of(std::current_exception(), target), answer);
  }
  (row == nullptr ? other_ : *row).counts->count(answer.status);
  compress_if_asked(request, answer);

  auto& memory = thread_memory();
  if (memory.parser.capacity() > kept_document_bytes_max) memory.parser = simdjson::dom::parser();
  if (memory.decoded.capacity() > kept_document_bytes_max) std::string().swap(memory.decoded);
}

}  // namespace server
