#include "engine/partiql/page_token.h"

#include <algorithm>
#include <utility>

#include "engine/api_error.h"
#include "engine/digest.h"
#include "engine/value/encoding.h"
#include "engine/value/json.h"

namespace engine::partiql {

namespace {

constexpr std::size_t digest_bytes = 16;

std::string digest_of(std::string_view bytes) { return sha256(bytes).substr(0, digest_bytes); }

/// Not the digest of the same bytes for any other use.
std::string seal_of(std::string_view content) {
  return digest_of("PartiQL NextToken " + std::string(content));
}

bool is_last_key_of(const Source& source, MapView key) {
  const auto& attributes = source.start_attributes();
  return key.size() == attributes.size() &&
         std::all_of(attributes.begin(), attributes.end(), [&](const KeyAttribute& attribute) {
           const auto value = key.find(attribute.name);
           return value && value->type() == attribute.type;
         });
}

}  // namespace

PageToken::PageToken(std::string_view request, Item last_key)
    : request_(digest_of(request)), last_key_(std::move(last_key)) {}

PageToken::PageToken(std::string_view text) {
  const auto bytes = decode_base64(text);
  const bool is_long_enough = bytes && bytes->size() > 2 * digest_bytes;
  const auto content = is_long_enough ? std::string_view(*bytes).substr(digest_bytes) : "";
  if (!is_long_enough || bytes->substr(0, digest_bytes) != seal_of(content) ||
      !encoding::is_well_formed(content.substr(digest_bytes))) {
    throw validation_error("Invalid NextToken");
  }
  request_ = content.substr(0, digest_bytes);
  last_key_ = Item(std::string(content.substr(digest_bytes)));
  // Base64 has several texts for the same bytes.
  if (this->text() != text) throw validation_error("Invalid NextToken");
}

std::string PageToken::text() const {
  const std::string content = request_ + last_key_.bytes();
  std::string text;
  append_base64(text, seal_of(content) + content);
  return text;
}

const Item& PageToken::last_key_for(std::string_view request, const Source& source) const {
  if (request_ != digest_of(request) || !is_last_key_of(source, last_key_)) refuse();
  return last_key_;
}

void PageToken::refuse() { throw validation_error("NextToken does not match request"); }

}  // namespace engine::partiql
