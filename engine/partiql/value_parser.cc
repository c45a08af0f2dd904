#include <algorithm>
#include <map>
#include <utility>

#include "engine/expression/names.h"
#include "engine/limits.h"
#include "engine/partiql/nesting.h"
#include "engine/partiql/parser.h"
#include "engine/value/json.h"
#include "engine/value/levels.h"
#include "engine/value/value_errors.h"

namespace engine::partiql {

namespace {

using Kind = Token::Kind;

/// Which set holds elements of that type; nothing if none does.
std::optional<Type> set_type_of(Type element) {
  switch (element) {
    case Type::string:
      return Type::string_set;
    case Type::number:
      return Type::number_set;
    case Type::binary:
      return Type::binary_set;
    default:
      return std::nullopt;
  }
}

/// An element as a set holds it.
std::string_view element_bytes(ValueView element) {
  return element.type() == Type::number ? element.number() : element.text();
}

void refuse_doubled(Type type, const std::vector<Value>& values) {
  std::vector<std::string> texts;
  std::vector<std::string_view> sorted;
  for (const auto& value : values) {
    texts.emplace_back();
    sorted.push_back(element_bytes(value));
    if (type == Type::binary_set) append_base64(texts.back(), value.view().text());
    if (type == Type::string_set) texts.back() = value.view().text();
  }
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) == sorted.end()) return;
  std::vector<SetElement> elements;
  for (std::size_t i = 0; i < values.size(); ++i) {
    elements.push_back({texts[i], element_bytes(values[i])});
  }
  throw doubled_elements(type, elements);
}

Value set_of(const std::vector<Value>& values) {
  const Type first = values[0].view().type();
  const auto type = set_type_of(first);
  const bool is_of_one_type =
      std::ranges::all_of(values, [&](const Value& value) { return value.view().type() == first; });
  if (!type || !is_of_one_type) {
    throw validation_error("Bags must contain only strings, only numbers or only binary values");
  }
  refuse_doubled(*type, values);
  std::vector<std::string> elements;
  elements.reserve(values.size());
  for (const auto& value : values) elements.emplace_back(element_bytes(value));
  return Value::set(*type, std::move(elements));
}

void require_level(std::size_t level) {
  if (level > limits::nesting_levels_max) throw nested_too_deep();
}

}  // namespace

bool Parser::begins_value() const {
  const Token& token = peek();
  if (token.kind == Kind::string || token.kind == Kind::number || token.kind == Kind::parameter) {
    return true;
  }
  if (token.is_word("TRUE") || token.is_word("FALSE") || token.is_word("NULL")) return true;
  return token.is("-") || token.is("+") || token.is("[") || token.is("{") || token.is("<<");
}

Value Parser::value(std::size_t level) {
  require_level(level);
  if (peek().kind == Kind::string) return Value::string(take().content());
  if (peek().kind == Kind::parameter) return parameter(level);
  if (take_word("TRUE")) return Value::boolean(true);
  if (take_word("FALSE")) return Value::boolean(false);
  if (take_word("NULL")) return Value::null();
  if (take_symbol("[")) return list(level);
  if (take_symbol("{")) return map(level);
  if (take_symbol("<<")) return bag(level);
  return number();
}

Value Parser::parameter(std::size_t level) {
  take();
  const std::size_t position = parameters_used_++;
  // Too few are told once it is known how many there should have been.
  if (position >= parameters_.size()) return Value::null();
  const Value& value = parameters_[position];
  require_level(level + levels(value) - 1);
  return value;
}

Value Parser::number() {
  std::string text;
  if (peek().is("-") || peek().is("+")) text = take().text;
  if (peek().kind != Kind::number) throw malformed();
  text += take().text;
  try {
    return Value::number(text);
  } catch (ApiError& error) {
    error.message += " under " + place_;
    if (!error.older_message.empty()) error.older_message += " under " + place_;
    throw;
  }
}

Value Parser::list(std::size_t level) {
  std::vector<Value> elements;
  const std::size_t place = place_.size();
  while (!take_symbol("]")) {
    if (!elements.empty()) expect_symbol(",");
    place_ += '[' + std::to_string(elements.size()) + ']';
    elements.push_back(value(level + 1));
    place_.resize(place);
  }
  return Value::list(elements);
}

Value Parser::map(std::size_t level) {
  // Of several entries with one name the last counts, as in a request.
  std::map<std::string, Value> entries;
  const std::size_t place = place_.size();
  for (bool is_first = true; !take_symbol("}"); is_first = false) {
    if (!is_first) expect_symbol(",");
    if (peek().kind != Kind::string) throw malformed();
    std::string name = take().content();
    expression::require_attribute_name(name);
    expect_symbol(":");
    place_ += '.' + name;
    entries[std::move(name)] = value(level + 1);
    place_.resize(place);
  }
  return Value::map({entries.begin(), entries.end()});
}

Value Parser::bag(std::size_t level) {
  // The elements are on the level of the set.
  const Nesting nesting(*this);
  std::vector<Value> elements;
  const std::size_t place = place_.size();
  while (!take_symbol(">>")) {
    if (!elements.empty()) expect_symbol(",");
    place_ += '[' + std::to_string(elements.size()) + ']';
    elements.push_back(value(level));
    place_.resize(place);
  }
  if (elements.empty()) throw validation_error("Empty bags are not supported");
  return set_of(elements);
}

Item Parser::item() {
  if (!peek().is("{") && peek().kind != Kind::parameter) throw malformed();
  const Value attributes = value(/*level=*/0);
  if (attributes.view().type() != Type::map) {
    // A parameter that is missing stands for something else.
    if (parameters_used_ > parameters_.size()) return {};
    throw validation_error("The VALUE of an INSERT statement must be a map");
  }
  return Item(attributes.view().map());
}

}  // namespace engine::partiql
