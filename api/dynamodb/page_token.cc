#include "api/dynamodb/page_token.h"

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/value/json.h"

namespace api {

std::string page_token(std::string_view last) {
  std::string token;
  engine::append_base64(token, last);
  return token;
}

std::optional<std::string> after_token(JsonView body) {
  const auto given = member_of(body, "NextToken");
  if (!given) return std::nullopt;
  auto last = engine::decode_base64(std::string_view(*given));
  if (!last || last->empty()) throw engine::validation_error("Invalid NextToken");
  return last;
}

}  // namespace api
