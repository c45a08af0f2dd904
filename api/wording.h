#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api_error.h"

/// The two generations of AWS's texts for wrong requests (dynamodb.md, "Read this first"): which
/// operation answers in which, and what it then says. Decided in `wording.cc`, and nowhere else.
namespace api {

enum class Layer {
  old_layer,
  new_bare,
  new_enveloped,  ///< Static checks, too, begin with `1 validation error detected: `.
};

/// Of an operation that is not in the table the old one.
Layer layer_of(std::string_view operation);

/// The error of a static check, in the words of the layer (dynamodb.md 3.6).
engine::ApiError in_words_of(Layer layer, engine::ApiError error);

/// The error of a value of ExpressionAttributeValues: the older words name its placeholder, `:v`.
engine::ApiError with_placeholder(engine::ApiError error, std::string_view placeholder);

/// Does a static check, or reads something that is checked as it is read.
template <typename Check>
auto checked(Layer layer, Check check) {
  try {
    return check();
  } catch (const engine::ApiError& error) {
    throw in_words_of(layer, error);
  }
}

/// A constraint of the service's model that a request does not keep.
struct Breach {
  enum class Kind {
    missing,    ///< A member that is required.
    bound,      ///< A length or a number.
    value_set,  ///< None of the values that a text may have.
    form,       ///< Of a table name, or of the entries of a batch.
  };

  Kind kind = Kind::missing;
  std::string_view member;        ///< Of the input: `KeySchema`.
  std::string path;               ///< `keySchema.1.member.attributeName`
  std::string wire_path;          ///< `KeySchema.1.member.AttributeName`
  std::string value;              ///< As AWS prints it. Of `missing` nothing.
  std::string constraint;         ///< `Member must have length ...`
  std::string_view newer_values;  ///< Of `value_set`: the list of the new layer, if it has another.
  bool is_only_of_old_layer = false;
};

/// No error tells of more.
inline constexpr std::size_t breaches_told_max = 10;

/// The error that tells of them: which of them, and in which words, is the operation's way
/// (dynamodb.md 3.1, 3.2 and 3.5). Nothing if there is nothing to tell.
std::optional<engine::ApiError> error_of(std::string_view operation, std::vector<Breach> breaches);

/// What operations that manage tables say of TableName before they look at anything else
/// (dynamodb.md 3.4). Nothing if it is well or the operation has no such check.
std::optional<engine::ApiError> table_name_error(std::string_view operation,
                                                 std::optional<std::string_view> table_name);

}  // namespace api
