#include <algorithm>
#include <optional>

#include "engine/expression/checks.h"
#include "engine/expression/expression.h"
#include "engine/expression/parser.h"
#include "engine/expression/path_tree.h"

namespace engine {

namespace {

using expression::Comparator;
using expression::ConditionNode;
using expression::Function;
using expression::Operand;

/// Strings count in UTF-16 code units: bytes that begin a character count one, those of four-byte
/// characters two.
std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) ++units;
    if (byte >= 0xF0) ++units;
  }
  return units;
}

std::optional<std::size_t> size_of(ValueView value) {
  switch (value.type()) {
    case Type::string:
      return utf16_units(value.text());
    case Type::binary:
      return value.text().size();
    case Type::map:
      return value.map().size();
    case Type::list:
      return value.list().size();
    case Type::string_set:
    case Type::number_set:
    case Type::binary_set:
      return value.set().size();
    default:
      return std::nullopt;
  }
}

/// The bytes whose order is the order of the values; nothing for types without order.
std::optional<std::string_view> order_of(ValueView value) {
  switch (value.type()) {
    case Type::string:
    case Type::binary:
      return value.text();
    case Type::number:
      return value.number();
    default:
      return std::nullopt;
  }
}

bool contains(ValueView whole, ValueView part) {
  switch (whole.type()) {
    case Type::string:
    case Type::binary:
      return part.type() == whole.type() &&
             whole.text().find(part.text()) != std::string_view::npos;
    case Type::string_set:
      return part.type() == Type::string && whole.set().contains(part.text());
    case Type::binary_set:
      return part.type() == Type::binary && whole.set().contains(part.text());
    case Type::number_set:
      return part.type() == Type::number && whole.set().contains(part.number());
    case Type::list:
      for (const auto& element : whole.list()) {
        if (element == part) return true;
      }
      return false;
    default:
      return false;
  }
}

bool begins_with(ValueView whole, ValueView part) {
  const bool is_text = whole.type() == Type::string || whole.type() == Type::binary;
  return is_text && part.type() == whole.type() && whole.text().starts_with(part.text());
}

/// What an operand stands for in one item; nothing if that is not there.
class Seen {
 public:
  Seen(const Operand& operand, MapView item) : is_function_(operand.is_function()) {
    if (operand.is_path()) {
      value_ = expression::resolve(operand.path, item);
    } else if (operand.is_value()) {
      value_ = operand.value.view();
    } else {
      measure(Seen(operand.arguments[0], item));
    }
  }
  // `value_` may look into `kept_`.
  Seen(const Seen&) = delete;
  Seen& operator=(const Seen&) = delete;

  explicit operator bool() const { return value_.has_value(); }
  ValueView operator*() const { return *value_; }
  const ValueView* operator->() const { return &*value_; }
  /// What has no size cannot be compared, not even as different.
  bool is_without_size() const { return is_function_ && !value_; }

 private:
  void measure(const Seen& measured) {
    const auto size = measured ? size_of(*measured) : std::nullopt;
    if (!size) return;
    kept_ = Value::number(std::to_string(*size));
    value_ = kept_.view();
  }

  std::optional<ValueView> value_;
  Value kept_;  ///< A value that is in neither the item nor the expression.
  bool is_function_;
};

bool compare(Comparator comparator, const Seen& a, const Seen& b) {
  if (a.is_without_size() || b.is_without_size()) return false;
  if (comparator == Comparator::not_equal) return !a || !b || *a != *b;
  if (!a || !b) return false;
  if (comparator == Comparator::equal) return *a == *b;

  const auto order_a = order_of(*a);
  const auto order_b = order_of(*b);
  if (!order_a || !order_b || a->type() != b->type()) return false;
  switch (comparator) {
    case Comparator::less:
      return *order_a < *order_b;
    case Comparator::less_or_equal:
      return *order_a <= *order_b;
    case Comparator::greater:
      return *order_a > *order_b;
    default:
      return *order_a >= *order_b;
  }
}

/// Asks one item. What is missing makes a comparison false, but `<>` true (dynamodb.md 4.6).
class Evaluation {
 public:
  explicit Evaluation(MapView item) : item_(item) {}

  bool holds(const ConditionNode& node) const {
    const auto child_holds = [&](const ConditionNode& child) { return holds(child); };
    switch (node.kind) {
      case ConditionNode::Kind::all_of:
        return std::all_of(node.children.begin(), node.children.end(), child_holds);
      case ConditionNode::Kind::any_of:
        return std::any_of(node.children.begin(), node.children.end(), child_holds);
      case ConditionNode::Kind::negation:
        return !holds(node.children[0]);
      case ConditionNode::Kind::comparison:
        return compare(node.comparator, seen(node.operands[0]), seen(node.operands[1]));
      case ConditionNode::Kind::between: {
        const Seen value = seen(node.operands[0]);
        return compare(Comparator::greater_or_equal, value, seen(node.operands[1])) &&
               compare(Comparator::less_or_equal, value, seen(node.operands[2]));
      }
      case ConditionNode::Kind::in: {
        const Seen value = seen(node.operands[0]);
        return std::any_of(node.operands.begin() + 1, node.operands.end(),
                           [&](const Operand& element) {
                             return compare(Comparator::equal, value, seen(element));
                           });
      }
      case ConditionNode::Kind::function:
        return call(node.operands[0]);
    }
    return false;
  }

 private:
  Seen seen(const Operand& operand) const { return {operand, item_}; }

  bool call(const Operand& function) const {
    const Seen first = seen(function.arguments[0]);
    if (function.function == Function::attribute_exists) return static_cast<bool>(first);
    if (function.function == Function::attribute_not_exists) return !first;
    const Seen second = seen(function.arguments[1]);
    if (!first || !second) return false;
    switch (function.function) {
      case Function::attribute_type:
        return type_name(first->type()) == second->text();
      case Function::begins_with:
        return begins_with(*first, *second);
      default:
        return contains(*first, *second);
    }
  }

  MapView item_;
};

void refuse_paths_into_key(const ConditionNode& node, std::string_view key, KeyOwner owner) {
  for (const auto& child : node.children) refuse_paths_into_key(child, key, owner);
  for (const auto& operand : node.operands) expression::refuse_paths_into_key(operand, key, owner);
}

void add_attributes(const Operand& operand, std::vector<std::string>& attributes) {
  if (operand.is_path()) expression::add_attribute(operand.path, attributes);
  for (const auto& argument : operand.arguments) add_attributes(argument, attributes);
}

void add_attributes(const ConditionNode& node, std::vector<std::string>& attributes) {
  for (const auto& child : node.children) add_attributes(child, attributes);
  for (const auto& operand : node.operands) add_attributes(operand, attributes);
}

}  // namespace

struct Condition::Node {
  ConditionNode root;
};

Condition::Condition(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Condition::~Condition() = default;
Condition::Condition(Condition&&) noexcept = default;
Condition& Condition::operator=(Condition&&) noexcept = default;

Condition Condition::parse(ConditionKind kind, std::string_view text, Placeholders& placeholders) {
  const std::string_view name =
      kind == ConditionKind::filter ? "FilterExpression" : "ConditionExpression";
  expression::Findings findings;
  auto parsed = std::make_unique<Node>();
  parsed->root = expression::parse_condition(name, text, findings);
  expression::check_condition(name, parsed->root, findings, placeholders);
  return Condition(std::move(parsed));
}

Condition Condition::of(ConditionNode root) {
  auto made = std::make_unique<Node>();
  made->root = std::move(root);
  return Condition(std::move(made));
}

bool Condition::holds(MapView item) const { return Evaluation(item).holds(root_->root); }

std::vector<std::string> Condition::attributes() const {
  std::vector<std::string> found;
  add_attributes(root_->root, found);
  return found;
}

void Condition::require_scalar_key(std::string_view name, KeyOwner owner) const {
  refuse_paths_into_key(root_->root, name, owner);
}

}  // namespace engine
