#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/operation.h"
#include "engine/table/table.h"

/// `ResourceArn`, which names a table or one of its streams (dynamodb.md 16).
namespace api {

struct NamedResource {
  std::string text;  ///< The ARN, as it was given.
  engine::Arn arn;
  std::string table_name;
  std::string stream_label;  ///< Empty: the table itself.

  bool is_stream() const { return !stream_label.empty(); }
};

/// Throws ValidationException for what is no ARN of a table or a stream.
NamedResource resource_of(std::string_view arn);

/// The table that it is, or whose stream it is. Throws AccessDeniedException for one of another
/// account, in which `operation` is told, and ResourceNotFoundException.
std::shared_ptr<const engine::Table> table_of(const NamedResource& resource, Services& services,
                                              const Call& call, std::string_view operation);

}  // namespace api
