#include "api/lambda/function_answer.h"

#include <openssl/sha.h>

#include "engine/arn.h"
#include "engine/time_text.h"

namespace api::lambda {

namespace {

/// Always the same for one runtime, as if it had one version.
std::string runtime_version_arn(const mapping::Function& function) {
  static constexpr char digit_of[] = "0123456789abcdef";
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(function.runtime.data()), function.runtime.size(),
         hash);
  std::string digits;
  for (const auto byte : hash) {
    digits += digit_of[byte >> 4];
    digits += digit_of[byte & 0xf];
  }
  engine::Arn arn{.service = "lambda", .resource = "runtime:" + digits};
  if (const auto own = engine::Arn::parse(function.arn)) arn.region = own->region;
  return arn.text();
}

}  // namespace

nlohmann::json configuration(const mapping::Function& function, Moment moment,
                             const std::string& qualifier) {
  nlohmann::json body = {
      {"Architectures", {function.architecture}},
      {"CodeSha256", function.code_sha256},
      {"CodeSize", function.code_bytes},
      {"Description", function.description},
      {"EphemeralStorage", {{"Size", function.ephemeral_storage_megabytes}}},
      {"FunctionArn", qualifier.empty() ? function.arn : function.arn + ":" + qualifier},
      {"FunctionName", function.name},
      {"Handler", function.handler},
      {"LastModified", engine::iso_milliseconds(function.last_modified) + "+0000"},
      {"LoggingConfig", {{"LogFormat", "Text"}, {"LogGroup", function.log_group}}},
      {"MemorySize", function.memory_megabytes},
      {"PackageType", "Zip"},
      {"RevisionId", function.revision_id},
      {"Role", function.role},
      {"Runtime", function.runtime},
      {"RuntimeVersionConfig", {{"RuntimeVersionArn", runtime_version_arn(function)}}},
      {"SnapStart", {{"ApplyOn", "None"}, {"OptimizationStatus", "Off"}}},
      {"Timeout", function.timeout_seconds},
      {"TracingConfig", {{"Mode", "PassThrough"}}},
      {"Version", "$LATEST"},
  };
  if (function.variables) body["Environment"] = {{"Variables", *function.variables}};
  switch (moment) {
    case Moment::created:
      body["State"] = "Pending";
      body["StateReason"] = "The function is being created.";
      body["StateReasonCode"] = "Creating";
      break;
    case Moment::updated:
      body["State"] = "Active";
      body["LastUpdateStatus"] = "InProgress";
      body["LastUpdateStatusReason"] = "The function is being created.";
      body["LastUpdateStatusReasonCode"] = "Creating";
      break;
    case Moment::later:
      body["State"] = "Active";
      body["LastUpdateStatus"] = "Successful";
      break;
    case Moment::listed:
      break;
  }
  return body;
}

RestAnswer answer_with(int status, const nlohmann::json& body) {
  RestAnswer answer;
  answer.status = status;
  answer.body = body.dump();
  return answer;
}

}  // namespace api::lambda
