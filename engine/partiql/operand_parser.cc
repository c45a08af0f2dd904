#include <algorithm>
#include <utility>

#include "engine/limits.h"
#include "engine/partiql/nesting.h"
#include "engine/partiql/parser.h"

namespace engine::partiql {

namespace {

using expression::Function;
using expression::Operand;
using expression::Path;
using expression::Step;
using Kind = Token::Kind;

struct FunctionName {
  std::string_view capitals;
  std::string_view name;  ///< As messages have it.
  Function function;
};

/// SET_ADD and SET_DELETE are what SET says, and no operands.
constexpr FunctionName functions[] = {
    {"ATTRIBUTE_EXISTS", "attribute_exists", Function::attribute_exists},
    {"ATTRIBUTE_NOT_EXISTS", "attribute_not_exists", Function::attribute_not_exists},
    {"ATTRIBUTE_TYPE", "attribute_type", Function::attribute_type},
    {"BEGINS_WITH", "begins_with", Function::begins_with},
    {"CONTAINS", "contains", Function::contains},
    {"SIZE", "size", Function::size},
    {"MISSING", "missing", Function::attribute_not_exists},
    {"LIST_APPEND", "list_append", Function::list_append},
};

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool Parser::begins_call() const {
  const Token& token = peek();
  const bool is_function = token.is_word("MISSING") || !is_keyword(token);
  return token.kind == Kind::word && is_function && peek(1).is("(");
}

Path Parser::path() {
  if (!peek().is_name() || is_keyword(peek())) throw malformed();
  Path path;
  path.push_back(step_by_name());
  while (true) {
    if (take_symbol(".")) {
      if (!peek().is_name()) throw malformed("Invalid path dot component");
      path.push_back(step_by_name());
    } else if (take_symbol("[")) {
      path.push_back(step_in_brackets());
      expect_symbol("]");
    } else {
      break;
    }
  }
  // `.5` is one token.
  if (peek().kind == Kind::number && peek().text.starts_with('.')) {
    throw malformed("Invalid path dot component");
  }
  if (path.size() > limits::path_levels_max && findings_.path_problem.empty()) {
    findings_.path_problem = "The document path has too many nesting levels; nesting levels: " +
                             std::to_string(path.size());
  }
  return path;
}

Step Parser::step_by_name() {
  Step step;
  step.name = take().content();
  return step;
}

Step Parser::step_in_brackets() {
  if (peek().kind == Kind::string) return step_by_name();
  const Token number = take();
  if (number.kind != Kind::number || !is_digits(number.text)) throw malformed();
  return expression::index_step(number.text, findings_.path_problem);
}

Operand Parser::operand() {
  if (peek().is("(")) {
    const Nesting nesting(*this);
    take();
    Operand inner = operand();
    expect_symbol(")");
    return inner;
  }
  if (begins_call()) return call();
  Operand operand;
  if (begins_value()) {
    operand.kind = Operand::Kind::value;
    operand.value = value(/*level=*/1);
  } else {
    operand.path = path();
  }
  return operand;
}

Operand Parser::call() {
  const Nesting nesting(*this);
  const Token name = take();
  Operand call;
  call.kind = Operand::Kind::function;
  call.name = name.text;
  const auto* const found = std::ranges::find_if(
      functions, [&](const FunctionName& known) { return name.is_word(known.capitals); });
  if (found != std::end(functions)) {
    call.name = found->name;
    call.function = found->function;
  } else {
    note(validation_error("Unrecognized function: " + call.name + " at " + name.place()));
  }
  count_operator();
  expect_symbol("(");
  while (!take_symbol(")")) {
    if (!call.arguments.empty()) expect_symbol(",");
    call.arguments.push_back(operand());
  }
  return call;
}

}  // namespace engine::partiql
