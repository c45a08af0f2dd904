#include "engine/expression/parser.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/limits.h"

namespace engine::expression {

namespace {

/// Parentheses that say something enclose an operator each, and there may be 300: deeper nesting is
/// an error whatever follows.
constexpr int depth_max = 700;

constexpr long long list_index_max = std::numeric_limits<std::int32_t>::max();

Function function_of(std::string_view name) {
  static constexpr std::pair<std::string_view, Function> functions[] = {
      {"attribute_exists", Function::attribute_exists},
      {"attribute_not_exists", Function::attribute_not_exists},
      {"attribute_type", Function::attribute_type},
      {"begins_with", Function::begins_with},
      {"contains", Function::contains},
      {"size", Function::size},
      {"if_not_exists", Function::if_not_exists},
      {"list_append", Function::list_append},
  };
  for (const auto& [known, function] : functions) {
    if (name == known) return function;
  }
  return Function::unknown;
}

}  // namespace

ApiError invalid(std::string_view kind, const std::string& message) {
  if (kind.empty()) return validation_error(message);
  return validation_error("Invalid " + std::string(kind) + ": " + message);
}

Step index_step(std::string_view digits, std::string& problem) {
  Step step;
  step.is_index = true;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), step.index);
  const bool is_in_range = error == std::errc() && step.index <= list_index_max;
  if (!is_in_range && problem.empty()) {
    problem = "List index is not within the allowable range; index: [" + std::string(digits) + "]";
  }
  return step;
}

std::string path_text(const Path& path) {
  std::string text = "[";
  for (const auto& step : path) {
    if (text.size() > 1) text += ", ";
    text += step.is_index ? '[' + std::to_string(step.index) + ']' : step.name;
  }
  return text + "]";
}

Parser::Parser(std::string_view kind, std::string_view text, Findings& findings)
    : findings_(findings), kind_(kind), text_(text) {
  if (text.size() > limits::expression_bytes_max) {
    const std::string message = "Expression size has exceeded the maximum allowed size;";
    throw invalid(kind, kind == "UpdateExpression"
                            ? message
                            : message + " expression size: " + std::to_string(text.size()));
  }
  tokens_ = tokens_of(text);
  if (tokens_.size() == 1) throw invalid(kind, "The expression can not be empty;");
}

void Parser::expect_symbol(std::string_view symbol) {
  if (!take_symbol(symbol)) syntax_error();
}

void Parser::expect_end() const {
  if (peek().kind != Token::Kind::end) syntax_error();
}

bool Parser::take_keyword(std::string_view keyword) {
  if (!peek().is_keyword(keyword)) return false;
  ++at_;
  return true;
}

/// Names the token and shows it with the ones before and after it.
void Parser::syntax_error() const {
  const Token& here = tokens_[at_];
  const bool is_end = here.kind == Token::Kind::end;
  const Token& first = at_ > 0 ? tokens_[at_ - 1] : here;
  const Token& last = is_end ? first : peek(1).kind == Token::Kind::end ? here : peek(1);
  const char* begin = first.text.data();
  const char* end = last.text.data() + last.text.size();
  throw invalid(kind_, "Syntax error; token: \"" + (is_end ? "<EOF>" : std::string(here.text)) +
                           "\", near: \"" + std::string(begin, end) + "\"");
}

void Parser::redundant_parentheses() const {
  throw invalid(kind_, "The expression has redundant parentheses;");
}

void Parser::check_depth(int depth) const {
  if (depth <= depth_max) return;
  int open = depth;
  for (std::size_t i = at_; i < tokens_.size(); ++i) {
    if (tokens_[i].is("(")) ++open;
    if (tokens_[i].is(")")) --open;
  }
  if (open <= 0) redundant_parentheses();
  throw invalid(kind_, "Syntax error; token: \"<EOF>\", near: \"" +
                           std::string(tokens_[tokens_.size() - 2].text) + "\"");
}

Step Parser::step_by_name() {
  const auto kind = peek().kind;
  if (kind != Token::Kind::name && kind != Token::Kind::name_placeholder) syntax_error();
  Step step;
  step.name = take().text;
  return step;
}

Step Parser::step_by_index() {
  if (peek().kind != Token::Kind::number) syntax_error();
  const Token number = take();
  return index_step(number.text, findings_.path_problem);
}

Path Parser::path() {
  Path path;
  path.push_back(step_by_name());
  while (true) {
    if (take_symbol(".")) {
      path.push_back(step_by_name());
    } else if (take_symbol("[")) {
      path.push_back(step_by_index());
      expect_symbol("]");
    } else {
      break;
    }
  }
  if (path.size() > limits::path_levels_max && findings_.path_problem.empty()) {
    findings_.path_problem = "The document path has too many nesting levels; nesting levels: " +
                             std::to_string(path.size());
  }
  return path;
}

Operand Parser::plain_operand() {
  Operand operand;
  if (peek().kind == Token::Kind::value_placeholder) {
    operand.kind = Operand::Kind::value;
    operand.name = take().text;
    return operand;
  }
  const bool is_call = peek().kind == Token::Kind::name && peek(1).is("(");
  if (!is_call) {
    operand.path = path();
    return operand;
  }
  operand.kind = Operand::Kind::function;
  operand.name = take().text;
  operand.function = function_of(operand.name);
  operand.arguments = operands_in_parentheses();
  count_operator();
  return operand;
}

Operand Parser::operand() {
  if (!take_symbol("(")) return plain_operand();
  check_depth(++depth_);
  const bool is_doubled = peek().is("(");
  Operand inner = operand();
  expect_symbol(")");
  if (is_doubled) redundant_parentheses();
  --depth_;
  return inner;
}

std::vector<Operand> Parser::operands_in_parentheses() {
  expect_symbol("(");
  std::vector<Operand> operands;
  do {
    operands.push_back(operand());
  } while (take_symbol(","));
  expect_symbol(")");
  return operands;
}

std::vector<Path> parse_projection(std::string_view kind, std::string_view text,
                                   Findings& findings) {
  struct ProjectionParser : Parser {
    using Parser::Parser;

    std::vector<Path> parse() {
      std::vector<Path> paths;
      do {
        paths.push_back(path());
      } while (take_symbol(","));
      expect_end();
      return paths;
    }
  };
  return ProjectionParser(kind, text, findings).parse();
}

}  // namespace engine::expression
