#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "engine/expression/checks.h"
#include "engine/expression/expression.h"
#include "engine/expression/parser.h"
#include "engine/expression/path_tree.h"
#include "engine/limits.h"
#include "engine/value/encoding.h"
#include "engine/value/levels.h"
#include "engine/value/number.h"
#include "engine/value/value_errors.h"

namespace engine {

namespace {

using expression::Function;
using expression::Operand;
using expression::PathTree;
using expression::UpdateAction;
using Kind = expression::UpdateAction::Kind;

ApiError no_such_attribute() {
  return validation_error(
      "The provided expression refers to an attribute that does not exist in the item");
}

ApiError wrong_type() {
  return validation_error("An operand in the update expression has an incorrect data type");
}

/// What is stored is not of the type that an action is for.
ApiError wrong_stored_type(const UpdateAction& action) {
  if (!action.is_attribute_update) return wrong_type();
  return validation_error("Type mismatch for attribute to update");
}

ApiError wrong_path() {
  return validation_error(
      "The document path provided in the update expression is invalid for update");
}

/// A value somewhere else, or kept here.
struct Computed {
  Value kept;
  std::optional<ValueView> elsewhere;

  ValueView view() const { return elsewhere ? *elsewhere : kept.view(); }
};

Value joined(ListView first, ListView second) {
  std::string bytes;
  encoding::append_tag(bytes, Type::list);
  const auto start = encoding::begin_counted(bytes);
  bytes.append(first.bytes());
  bytes.append(second.bytes());
  encoding::end_counted(bytes, start);
  return Value(std::move(bytes));
}

Computed evaluate(const Operand& operand, MapView before) {
  if (operand.is_value()) return {{}, operand.value.view()};
  if (operand.is_path()) {
    const auto found = expression::resolve(operand.path, before);
    if (!found) throw no_such_attribute();
    return {{}, found};
  }
  if (operand.function == Function::if_not_exists) {
    const auto found = expression::resolve(operand.arguments[0].path, before);
    if (found) return {{}, found};
    return evaluate(operand.arguments[1], before);
  }
  const Computed first = evaluate(operand.arguments[0], before);
  const Computed second = evaluate(operand.arguments[1], before);
  if (first.view().type() != Type::list || second.view().type() != Type::list) throw wrong_type();
  return {joined(first.view().list(), second.view().list()), std::nullopt};
}

Value sum(char sign, ValueView a, ValueView b) {
  if (a.type() != Type::number || b.type() != Type::number) throw wrong_type();
  const Number first = Number::decode(a.number());
  const Number second = Number::decode(b.number());
  return Value::number(sign == '-' ? first.minus(second) : first.plus(second));
}

Computed value_to_set(const UpdateAction& action, MapView before) {
  Computed first = evaluate(action.value, before);
  if (!action.second) return first;
  const Computed second = evaluate(*action.second, before);
  return {sum(action.sign, first.view(), second.view()), std::nullopt};
}

/// `elements`: as `SetView` gives them, sorted, each once.
Value set_of(Type type, const std::vector<std::string_view>& elements) {
  std::string bytes;
  encoding::append_tag(bytes, type);
  const auto start = encoding::begin_counted(bytes);
  for (const auto element : elements) {
    if (type != Type::number_set) encoding::append_length(bytes, element.size());
    bytes.append(element);
  }
  encoding::end_counted(bytes, start);
  return Value(std::move(bytes));
}

/// ADD: the sum of numbers, the union of sets, the second list after the first.
Value added(const UpdateAction& action, std::optional<ValueView> old_value) {
  const ValueView operand = action.value.value.view();
  if (!old_value) return Value(operand);
  if (old_value->type() != operand.type()) throw wrong_stored_type(action);
  if (operand.type() == Type::number) return sum('+', *old_value, operand);
  if (operand.type() == Type::list) return joined(old_value->list(), operand.list());
  const auto before = old_value->set().elements();
  const auto more = operand.set().elements();
  std::vector<std::string_view> all;
  all.reserve(before.size() + more.size());
  std::set_union(before.begin(), before.end(), more.begin(), more.end(), std::back_inserter(all));
  return set_of(operand.type(), all);
}

/// DELETE: what is in the first set only; nothing when that is empty.
std::optional<Value> without_elements(const UpdateAction& action,
                                      std::optional<ValueView> old_value) {
  const ValueView operand = action.value.value.view();
  if (!old_value) return std::nullopt;
  if (old_value->type() != operand.type()) throw wrong_stored_type(action);
  const auto all = old_value->set().elements();
  const auto removed = operand.set().elements();
  std::vector<std::string_view> left;
  std::set_difference(all.begin(), all.end(), removed.begin(), removed.end(),
                      std::back_inserter(left));
  if (left.empty()) return std::nullopt;
  return set_of(operand.type(), left);
}

/// Writes the new item: goes through the old one and the tree of targets side by side, and copies
/// what is not targeted as bytes.
class Rewriter {
 public:
  Rewriter(const std::vector<UpdateAction>& actions, MapView before)
      : actions_(actions), before_(before) {
    // Before anything is written: so the first problem in the text is the one that is told.
    to_set_.reserve(actions.size());
    for (const auto& action : actions) {
      to_set_.push_back(action.kind == Kind::set ? value_to_set(action, before) : Computed());
      if (action.kind == Kind::set) check_levels(action.target.size(), to_set_.back().view());
    }
  }

  std::string rewritten(const PathTree& targets) {
    out_.reserve(before_.bytes().size() + 64);
    append_entries(targets, before_);
    return std::move(out_);
  }

 private:
  static void check_levels(std::size_t target_level, ValueView value) {
    if (target_level + levels(value) - 1 <= limits::nesting_levels_max) return;
    throw nested_too_deep();
  }

  void append_entries(const PathTree& targets, MapView map) {
    auto target = targets.names.begin();
    const auto end = targets.names.end();
    for (const auto& [name, value] : map) {
      for (; target != end && target->first < name; ++target) append_entry(*target, std::nullopt);
      if (target != end && target->first == name) {
        append_entry(*target++, value);
      } else {
        encoding::append_bytes(out_, name);
        out_.append(value.bytes());
      }
    }
    for (; target != end; ++target) append_entry(*target, std::nullopt);
  }

  void append_entry(const std::pair<const std::string, PathTree>& target,
                    std::optional<ValueView> old_value) {
    const std::size_t before = out_.size();
    encoding::append_bytes(out_, target.first);
    if (!append_value(target.second, old_value)) out_.resize(before);
  }

  void append_elements(const PathTree& targets, ListView list) {
    auto target = targets.indexes.begin();
    const auto end = targets.indexes.end();
    std::size_t index = 0;
    for (const auto& element : list) {
      if (target != end && target->first == index) {
        append_value((target++)->second, element);
      } else {
        out_.append(element.bytes());
      }
      ++index;
    }
    // Past the end: what is set there comes after the last one, in the order of the indexes.
    for (; target != end; ++target) append_value(target->second, std::nullopt);
  }

  /// Returns whether there is a value now; appends nothing if not.
  bool append_value(const PathTree& target, std::optional<ValueView> old_value) {
    if (target.is_leaf()) return append_result(static_cast<std::size_t>(target.leaf), old_value);
    const Type type = target.indexes.empty() ? Type::map : Type::list;
    if (!old_value || old_value->type() != type) throw wrong_path();
    encoding::append_tag(out_, type);
    const auto start = encoding::begin_counted(out_);
    if (type == Type::map) {
      append_entries(target, old_value->map());
    } else {
      append_elements(target, old_value->list());
    }
    encoding::end_counted(out_, start);
    return true;
  }

  bool append_result(std::size_t number, std::optional<ValueView> old_value) {
    const UpdateAction& action = actions_[number];
    switch (action.kind) {
      case Kind::set:
        out_.append(to_set_[number].view().bytes());
        return true;
      case Kind::remove:
        return false;
      case Kind::add:
        out_.append(added(action, old_value).bytes());
        return true;
      case Kind::subtract_elements: {
        const auto left = without_elements(action, old_value);
        if (left) out_.append(left->bytes());
        return left.has_value();
      }
    }
    return false;
  }

  const std::vector<UpdateAction>& actions_;
  MapView before_;
  std::vector<Computed> to_set_;
  std::string out_;
};

}  // namespace

struct Update::Actions {
  std::vector<UpdateAction> actions;
  PathTree targets;
};

Update::Update(std::unique_ptr<Actions> actions) : actions_(std::move(actions)) {}
Update::~Update() = default;
Update::Update(Update&&) noexcept = default;
Update& Update::operator=(Update&&) noexcept = default;

Update Update::parse(std::string_view text, Placeholders& placeholders) {
  constexpr std::string_view kind = "UpdateExpression";
  expression::Findings findings;
  auto actions = expression::parse_update(kind, text, findings);
  expression::check_update(kind, actions, findings, placeholders);
  return of(std::move(actions));
}

Update Update::of(std::vector<UpdateAction> actions) {
  auto made = std::make_unique<Actions>();
  made->actions = std::move(actions);
  int number = 0;
  for (const auto& action : made->actions) made->targets.insert(action.target, number++);
  return Update(std::move(made));
}

bool Update::targets(std::string_view name) const { return actions_->targets.names.contains(name); }

void Update::require_not_target(std::string_view name) const {
  if (!targets(name)) return;
  throw invalid_parameter_values("Cannot update attribute " + std::string(name) +
                                 ". This attribute is part of the key");
}

std::optional<ValueView> Update::literal_of(std::string_view name) const {
  for (const auto& action : actions_->actions) {
    const bool is_whole = action.target.size() == 1 && action.target[0].name == name;
    if (action.kind != Kind::set || !is_whole) continue;
    if (action.second || !action.value.is_value()) break;
    return action.value.value.view();
  }
  return std::nullopt;
}

void Update::require_scalar_key(std::string_view name, KeyOwner owner) const {
  for (const auto& action : actions_->actions) {
    expression::refuse_path_into_key(action.target, name, owner);
    if (action.kind != Kind::remove) expression::refuse_paths_into_key(action.value, name, owner);
    if (action.second) expression::refuse_paths_into_key(*action.second, name, owner);
  }
}

std::optional<Item> Update::apply(const MapView* old_item, MapView key) const {
  const auto& actions = actions_->actions;
  const bool may_create = std::any_of(actions.begin(), actions.end(), [](const auto& action) {
    return action.kind == Kind::set || action.kind == Kind::add;
  });
  // Whatever they target: AWS does not even look at the paths then.
  if (old_item == nullptr && !may_create) return std::nullopt;

  // An item that is yet to be has its key already.
  const MapView before = old_item != nullptr ? *old_item : key;
  return Item(Rewriter(actions, before).rewritten(actions_->targets));
}

Item Update::targeted(MapView item) const { return expression::select(actions_->targets, item); }

}  // namespace engine
