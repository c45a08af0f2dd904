#include "api/wording.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace api {

namespace {

using engine::ApiError;
using engine::validation_error;

/// How TableName is looked at.
enum class NameCheck {
  as_a_member,
  must_be_there,     ///< Before everything else.
  must_have_a_size,  ///< Likewise, also 3 to 255 characters.
};

/// The ways of one operation.
struct Manner {
  std::string_view operation;
  Layer layer = Layer::old_layer;
  NameCheck name_check = NameCheck::as_a_member;
  /// The new layer stops at this member: when it is wrong, it is told alone.
  std::string_view stops_at;
  bool stops_bare = false;  ///< And then without the envelope.
  /// When this member is wrong, it is told only if everything else is well.
  std::string_view yields;
};

/// One row for each operation that is not as most are.
constexpr Manner manners[] = {
    {.operation = "PutItem", .layer = Layer::new_enveloped},
    {.operation = "UpdateItem", .layer = Layer::new_enveloped, .stops_at = "ReturnValues"},
    {.operation = "DeleteItem", .layer = Layer::new_enveloped},
    {.operation = "GetItem", .layer = Layer::new_bare},
    {.operation = "BatchGetItem", .layer = Layer::new_bare},
    {.operation = "Query",
     .layer = Layer::new_bare,
     .stops_at = "ConditionalOperator",
     .stops_bare = true},
    {.operation = "BatchWriteItem", .yields = "RequestItems"},
    {.operation = "CreateTable", .name_check = NameCheck::must_be_there},
    {.operation = "DescribeTable", .name_check = NameCheck::must_have_a_size},
    {.operation = "UpdateTable", .name_check = NameCheck::must_have_a_size},
    {.operation = "DeleteTable", .name_check = NameCheck::must_have_a_size},
};

constexpr std::string_view envelope = "1 validation error detected: ";

const Manner& manner_of(std::string_view operation) {
  static constexpr Manner others{};
  const auto found = std::ranges::find(manners, operation, &Manner::operation);
  return found != std::end(manners) ? *found : others;
}

std::string text_of(const Breach& breach, bool is_new) {
  static const std::string fails = " failed to satisfy constraint: ";
  if (breach.kind == Breach::Kind::missing) {
    return "Value null at '" + breach.path + "'" + fails + "Member must not be null";
  }
  if (is_new && breach.kind == Breach::Kind::bound) {
    return "Value at '" + breach.wire_path + "'" + fails + breach.constraint;
  }
  if (is_new && breach.kind == Breach::Kind::value_set && !breach.newer_values.empty()) {
    return "Failed to satisfy constraint: Member must satisfy enum value set: " +
           std::string(breach.newer_values);
  }
  return "Value '" + breach.value + "' at '" + breach.path + "'" + fails + breach.constraint;
}

/// Leaves only those that are as `is_told` wants them, unless there is none.
template <typename IsTold>
void prefer(std::vector<Breach>& breaches, IsTold is_told) {
  if (std::ranges::any_of(breaches, is_told)) std::erase_if(breaches, std::not_fn(is_told));
}

}  // namespace

Layer layer_of(std::string_view operation) { return manner_of(operation).layer; }

ApiError in_words_of(Layer layer, ApiError error) {
  if (error.code != "ValidationException") return error;
  if (layer == Layer::old_layer && !error.older_message.empty()) {
    error.message = error.older_message;
  }
  if (layer == Layer::new_enveloped && !error.is_always_bare) error.message.insert(0, envelope);
  return error;
}

ApiError with_placeholder(ApiError error, std::string_view placeholder) {
  if (error.code != "ValidationException") return error;
  error.older_message = "ExpressionAttributeValues contains invalid value: " +
                        in_words_of(Layer::old_layer, error).message + " for key " +
                        std::string(placeholder);
  return error;
}

std::optional<ApiError> error_of(std::string_view operation, std::vector<Breach> breaches) {
  const Manner& manner = manner_of(operation);
  // Without a member that is required the new layer is not reached.
  const bool is_new =
      manner.layer != Layer::old_layer &&
      std::ranges::find(breaches, Breach::Kind::missing, &Breach::kind) == breaches.end();
  if (is_new) {
    std::erase_if(breaches, [](const Breach& breach) { return breach.is_only_of_old_layer; });
    // Only an empty name is out of bounds here, and nothing else is looked at.
    prefer(breaches, [](const Breach& breach) {
      return breach.member == "TableName" && breach.kind == Breach::Kind::bound;
    });
    prefer(breaches, [&](const Breach& breach) { return breach.member == manner.stops_at; });
    if (manner.stops_bare && !breaches.empty() && breaches[0].member == manner.stops_at) {
      return validation_error(text_of(breaches[0], is_new));
    }
  }
  prefer(breaches, [&](const Breach& breach) { return breach.member != manner.yields; });
  if (breaches.empty()) return std::nullopt;

  if (breaches.size() > breaches_told_max) {
    breaches.erase(breaches.begin() + breaches_told_max, breaches.end());
  }
  std::string message = std::to_string(breaches.size()) +
                        (breaches.size() == 1 ? " validation error" : " validation errors") +
                        " detected: ";
  for (const Breach& breach : breaches) {
    if (&breach != &breaches.front()) message += "; ";
    message += text_of(breach, is_new);
  }
  return validation_error(std::move(message));
}

std::optional<ApiError> table_name_error(std::string_view operation,
                                         std::optional<std::string_view> table_name) {
  const NameCheck check = manner_of(operation).name_check;
  if (check == NameCheck::as_a_member) return std::nullopt;
  if (!table_name) {
    return validation_error(
        "The parameter 'TableName' is required but was not present in the request");
  }
  // An empty name breaks a constraint of the model, an ARN has a size of its own.
  if (check == NameCheck::must_be_there || table_name->empty() || table_name->starts_with("arn:")) {
    return std::nullopt;
  }
  if (table_name->size() >= 3 && table_name->size() <= 255) return std::nullopt;
  return validation_error(
      "TableName must be at least 3 characters long and at most 255 characters long");
}

}  // namespace api
