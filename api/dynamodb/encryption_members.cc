#include "api/dynamodb/encryption_members.h"

#include <string>

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/hash.h"

namespace api {

namespace {

using engine::invalid_parameter_values;

std::string kms_arn(const engine::Caller& caller, const std::string& resource) {
  return engine::Arn{
      .service = "kms", .region = caller.region, .account = caller.account, .resource = resource}
      .text();
}

/// The account's key for DynamoDB: always the same one.
std::string account_key(const engine::Caller& caller) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::string whose = caller.region + "/" + caller.account;
  std::string id = "00000000-0000-4000-8000-000000000000";
  std::uint64_t number = engine::stable_hash(whose);
  for (const std::size_t at : {0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 15, 16, 17, 20}) {
    id[at] = digits[number % digits.size()];
    number /= digits.size();
  }
  return kms_arn(caller, "key/" + id);
}

/// A key is named by its id, by an alias, or by the ARN of either.
std::string key_arn(std::string_view name, const engine::Caller& caller) {
  if (name.starts_with("arn:")) return std::string(name);
  if (name.starts_with("alias/")) return kms_arn(caller, std::string(name));
  return kms_arn(caller, "key/" + std::string(name));
}

}  // namespace

std::optional<EncryptionWish> encryption_wish_of(JsonView body, const engine::Caller& caller,
                                                 std::string_view member) {
  const auto specification = member_of(body, member);
  if (!specification) return std::nullopt;
  const auto enabled = member_of(*specification, "Enabled");
  const auto type = member_of(*specification, "SSEType");
  const auto key = member_of(*specification, "KMSMasterKeyId");
  const bool is_enabled = enabled && boolean_of(*enabled);
  if (!is_enabled) {
    if (!type && !key) return EncryptionWish{};
    throw invalid_parameter_values(std::string(type ? "SSEType" : "KMSMasterKeyId") +
                                   " can only be specified when server-side encryption is enabled");
  }
  if (type && std::string_view(*type) == "AES256") {
    throw invalid_parameter_values("SSEType AES256 is not supported");
  }
  return EncryptionWish{
      engine::Encryption{key ? key_arn(std::string_view(*key), caller) : account_key(caller)}};
}

}  // namespace api
