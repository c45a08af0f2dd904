#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/attribute_value.h"

/// Expressions, as callers use them: parsed once, then asked about items.
/// (dynamodb.md 5; Amazon DynamoDB Developer Guide, "Using expressions in DynamoDB".)
namespace engine {

namespace expression {
struct ConditionNode;
struct UpdateAction;
}  // namespace expression

/// An entry of `ExpressionAttributeNames`.
struct NamePlaceholder {
  std::string placeholder;  ///< `#n`
  std::string name;
  bool is_used = false;
};

/// An entry of `ExpressionAttributeValues`.
struct ValuePlaceholder {
  std::string placeholder;  ///< `:v`
  Value value;
  bool is_used = false;
};

/// `ExpressionAttributeNames` and `ExpressionAttributeValues` of one request, and which of them its
/// expressions used. Maps that are empty, or there without an expression, are for the caller to
/// refuse.
class Placeholders {
 public:
  /// In any order; of several with one key the last counts. Throws ValidationException for a key
  /// that is no placeholder (`ExpressionAttributeNames contains invalid key: Syntax error; key:
  /// "x"`), for a name that no attribute can have, and for more than the published size.
  void define(std::vector<NamePlaceholder> names);
  void define(std::vector<ValuePlaceholder> values);
  /// What `define` begins with, for who has yet to make the values: keys are checked before them.
  static void check_value_key(std::string_view key);

  /// Throws ValidationException `Value provided in ExpressionAttributeNames unused in expressions:
  /// keys: {#a, #b}`, then the same for values.
  void require_all_used() const;

  // For the parser; null if there is none of that name. Marks it as used.
  const std::string* name(std::string_view placeholder);
  const Value* value(std::string_view placeholder);

 private:
  // Sorted by placeholder.
  std::vector<NamePlaceholder> names_;
  std::vector<ValuePlaceholder> values_;
};

/// Whose key an attribute belongs to.
enum class KeyOwner { table, index };

enum class ConditionKind { condition, filter };

/// A condition or filter expression.
class Condition {
 public:
  /// Throws ValidationException with the words of dynamodb.md 5.2 to 5.6.
  static Condition parse(ConditionKind kind, std::string_view text, Placeholders& placeholders);
  /// For this folder: of a condition that has been checked.
  static Condition of(expression::ConditionNode root);
  ~Condition();
  Condition(Condition&&) noexcept;
  Condition& operator=(Condition&&) noexcept;

  /// An absent item is an empty one.
  bool holds(MapView item) const;
  /// The attributes of an item that it names, each once, in the order of the text.
  std::vector<std::string> attributes() const;
  /// Paths the expression names, for checks against a key: throws ValidationException when one goes
  /// into the key attribute `name` (`Key attributes must be scalars; ... Key: pk`; `IndexKey: a`).
  void require_scalar_key(std::string_view name, KeyOwner owner = KeyOwner::table) const;

 private:
  struct Node;
  explicit Condition(std::unique_ptr<Node> root);
  std::unique_ptr<Node> root_;
};

/// A projection expression.
class Projection {
 public:
  static Projection parse(std::string_view text, Placeholders& placeholders);
  /// Of whole attributes: a dot in a name is only a dot.
  static Projection of(const std::vector<std::string>& attributes);
  ~Projection();
  Projection(Projection&&) noexcept;
  Projection& operator=(Projection&&) noexcept;

  /// What of the item it selects; empty if nothing (dynamodb.md 5.8).
  Item select(MapView item) const;
  /// As `Condition` has it.
  std::vector<std::string> attributes() const;
  /// As `Condition` has it.
  void require_scalar_key(std::string_view name, KeyOwner owner = KeyOwner::table) const;

 private:
  struct Paths;
  explicit Projection(std::unique_ptr<Paths> paths);
  std::unique_ptr<Paths> paths_;
};

/// An update expression.
class Update {
 public:
  static Update parse(std::string_view text, Placeholders& placeholders);
  /// For this folder: of actions that have been checked.
  static Update of(std::vector<expression::UpdateAction> actions);
  ~Update();
  Update(Update&&) noexcept;
  Update& operator=(Update&&) noexcept;

  /// Throws ValidationException `...Cannot update attribute pk. This attribute is part of the key`
  /// when it targets `name`.
  void require_not_target(std::string_view name) const;
  /// As `Condition` has it, for targets and what is read.
  void require_scalar_key(std::string_view name, KeyOwner owner = KeyOwner::table) const;
  /// Whether it changes the attribute `name` or something inside it.
  bool targets(std::string_view name) const;
  /// The literal that SET gives the whole of the top-level attribute `name`; nothing if there is no
  /// such action, or if what it sets is computed.
  std::optional<ValueView> literal_of(std::string_view name) const;
  /// The item after the update. `old_item` is null if there was none; `key` holds the key
  /// attributes of the item to be. Nothing when there was no item and none comes to be (only REMOVE
  /// and DELETE). Throws ValidationException with the runtime texts of dynamodb.md 5.9.
  std::optional<Item> apply(const MapView* old_item, MapView key) const;
  /// Of `item`, the parts that the update targets: UPDATED_OLD from the old item, UPDATED_NEW from
  /// the new one (dynamodb.md 7.3). Empty if there are none.
  Item targeted(MapView item) const;

 private:
  struct Actions;
  explicit Update(std::unique_ptr<Actions> actions);
  std::unique_ptr<Actions> actions_;
};

bool is_reserved_word(std::string_view word);

}  // namespace engine
