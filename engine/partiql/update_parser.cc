#include <string>
#include <utility>

#include "engine/partiql/nesting.h"
#include "engine/partiql/parser.h"

namespace engine::partiql {

namespace {

using expression::Operand;
using expression::UpdateAction;
using Kind = UpdateAction::Kind;

bool is_set(const Operand& operand) {
  return operand.is_value() && operand.value.view().type() >= Type::string_set;
}

}  // namespace

/// `SET` and `REMOVE`, as often as they like, each with one or more parts.
std::vector<UpdateAction> Parser::actions() {
  std::vector<UpdateAction> actions;
  while (true) {
    if (take_word("SET")) {
      do {
        actions.push_back(assignment());
      } while (take_symbol(","));
    } else if (take_word("REMOVE")) {
      do {
        UpdateAction action;
        action.kind = Kind::remove;
        action.target = path();
        actions.push_back(std::move(action));
      } while (take_symbol(","));
    } else {
      break;
    }
  }
  if (actions.empty()) throw malformed("Expected data manipulation");
  return actions;
}

UpdateAction Parser::assignment() {
  UpdateAction action;
  action.target = path();
  expect_symbol("=");
  if (begins_call() && peek().is_word("SET_ADD")) {
    set_function(action, Kind::add);
  } else if (begins_call() && peek().is_word("SET_DELETE")) {
    set_function(action, Kind::subtract_elements);
  } else {
    set_value(action);
  }
  return action;
}

/// `SET a = set_add(a, <<...>>)` is what `ADD a :set` is.
void Parser::set_function(UpdateAction& action, Kind kind) {
  const Token name = take();
  const std::string function = kind == Kind::add ? "SET_ADD" : "SET_DELETE";
  action.kind = kind;
  count_operator();
  expect_symbol("(");
  std::vector<Operand> arguments;
  std::vector<Token> begins;
  while (!take_symbol(")")) {
    if (!arguments.empty()) expect_symbol(",");
    begins.push_back(peek());
    arguments.push_back(operand());
  }
  if (arguments.size() != 2) {
    return note(validation_error(function + " must have exactly two arguments at " + name.place()));
  }
  if (!arguments[0].is_path() || arguments[0].path != action.target) {
    return note(validation_error("The first argument to " + function +
                                 " must equal the assignment value at " + begins[0].place()));
  }
  if (!is_set(arguments[1])) {
    return note(validation_error("The second argument to " + function +
                                 " must be a value with type SET at " + begins[1].place()));
  }
  action.value = std::move(arguments[1]);
}

/// An operand, or two with a sign between them; parentheses may enclose the whole and each operand,
/// and which it is shows only after they close.
void Parser::set_value(UpdateAction& action) {
  if (peek().is("(")) {
    const Nesting nesting(*this);
    take();
    set_value(action);
    expect_symbol(")");
  } else {
    action.value = operand();
  }
  if (!action.second) rest_of_sum(action);
}

void Parser::rest_of_sum(UpdateAction& action) {
  if (!peek().is("+") && !peek().is("-")) return;
  action.sign = take().text[0];
  count_operator();
  action.second = operand();
}

}  // namespace engine::partiql
