#pragma once

#include <optional>
#include <string_view>

#include "api/shape.h"
#include "engine/arn.h"
#include "engine/table/table.h"

namespace api {

/// `SSESpecification`: no key means the service's own.
struct EncryptionWish {
  std::optional<engine::Encryption> encryption;
};
/// Keys without a full ARN are those of `caller`. Throws for what goes together with nothing.
std::optional<EncryptionWish> encryption_wish_of(JsonView body, const engine::Caller& caller,
                                                 std::string_view member = "SSESpecification");

}  // namespace api
