#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/read/source.h"

namespace engine::partiql {

/// `NextToken`: where a SELECT goes on, as clients carry it about. Nothing of it is kept here, so
/// it can be used again and again, and by the next process too.
///
/// Its text is the base64 of
///
///     seal, 16 bytes | which request, 16 bytes | the entries of `LastEvaluatedKey`
///
/// where the seal is a digest of everything else.
class PageToken {
 public:
  /// `request`: all that makes it another request, in bytes.
  PageToken(std::string_view request, Item last_key);
  /// Throws ValidationException `Invalid NextToken` for any text that `text` has not made.
  explicit PageToken(std::string_view text);

  std::string text() const;
  /// The key. Throws ValidationException `NextToken does not match request`.
  const Item& last_key_for(std::string_view request, const Source& source) const;

  /// Throws the same for a request that is never continued.
  [[noreturn]] static void refuse();

 private:
  std::string request_;
  Item last_key_;
};

}  // namespace engine::partiql
