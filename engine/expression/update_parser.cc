#include <algorithm>
#include <utility>

#include "engine/expression/parser.h"

namespace engine::expression {

namespace {

using Kind = UpdateAction::Kind;

constexpr std::pair<std::string_view, Kind> sections[] = {
    {"SET", Kind::set},
    {"REMOVE", Kind::remove},
    {"ADD", Kind::add},
    {"DELETE", Kind::subtract_elements},
};

class UpdateParser : public Parser {
 public:
  UpdateParser(std::string_view kind, std::string_view text, Findings& findings)
      : Parser(kind, text, findings) {}

  std::vector<UpdateAction> parse() {
    while (peek().kind != Token::Kind::end) section();
    return std::move(actions_);
  }

 private:
  void section() {
    const auto* const found =
        std::find_if(std::begin(sections), std::end(sections),
                     [&](const auto& section) { return peek().is_keyword(section.first); });
    if (found == std::end(sections)) syntax_error();
    take();
    const auto& [name, kind] = *found;
    const bool is_repeated = std::any_of(actions_.begin(), actions_.end(), [&](const auto& action) {
      return action.kind == found->second;
    });
    if (is_repeated && findings_.repeated_section.empty()) findings_.repeated_section = name;
    do {
      actions_.push_back(action(kind));
    } while (take_symbol(","));
  }

  UpdateAction action(Kind kind) {
    UpdateAction action;
    action.kind = kind;
    action.target = path();
    if (kind == Kind::set) {
      expect_symbol("=");
      set_value(action);
    } else if (kind != Kind::remove) {
      if (peek().kind != Token::Kind::value_placeholder) syntax_error();
      action.value = plain_operand();
    }
    return action;
  }

  /// An operand, or two with a sign between them; parentheses may enclose the whole and each
  /// operand, and which it is shows only after they close. Returns whether they enclose the whole.
  bool set_value(UpdateAction& action) {
    if (!take_symbol("(")) {
      action.value = plain_operand();
      rest_of_sum(action);
      return false;
    }
    check_depth(++depth_);
    const bool is_doubled = set_value(action);
    expect_symbol(")");
    if (is_doubled) redundant_parentheses();
    --depth_;
    if (action.second) return true;
    rest_of_sum(action);
    return !action.second;
  }

  void rest_of_sum(UpdateAction& action) {
    if (!peek().is("+") && !peek().is("-")) return;
    action.sign = take().text[0];
    count_operator();
    action.second = operand();
  }

  std::vector<UpdateAction> actions_;
};

}  // namespace

std::vector<UpdateAction> parse_update(std::string_view kind, std::string_view text,
                                       Findings& findings) {
  return UpdateParser(kind, text, findings).parse();
}

}  // namespace engine::expression
