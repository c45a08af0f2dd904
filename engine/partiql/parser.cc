#include "engine/partiql/parser.h"

#include <algorithm>
#include <utility>

#include "engine/expression/checks.h"
#include "engine/expression/names.h"
#include "engine/limits.h"

namespace engine::partiql {

namespace {

using expression::ConditionNode;
using expression::Path;

ApiError wrong_parameter_count() {
  return validation_error("Number of parameters in request and statement don't match.");
}

std::string text_of(const Returning& returning) {
  return std::string("RETURNING ") + (returning.is_all ? "ALL " : "MODIFIED ") +
         (returning.is_old ? "OLD *" : "NEW *");
}

/// What no table could make right, in the order of the text.
void check(Select& select, const expression::Findings& findings) {
  expression::refuse_bad_paths("", findings);
  std::vector<const Path*> paths;
  for (const auto& path : select.projection) paths.push_back(&path);
  expression::refuse_overlapping("", paths);
  if (select.where) expression::check_condition(*select.where, findings);
}

void check(Exists& exists, const expression::Findings& findings) { check(exists.select, findings); }

void check(Insert& insert, const expression::Findings& /*findings*/) {
  if (insert.item.size_bytes() > limits::item_bytes_max) {
    throw validation_error("Item size has exceeded the maximum allowed size");
  }
}

void check(Update& update, const expression::Findings& findings) {
  expression::check_update(update.actions, findings);
  if (update.where) expression::check_condition(*update.where, findings);
}

void check(Delete& remove, const expression::Findings& findings) {
  if (remove.where) expression::check_condition(*remove.where, findings);
}

}  // namespace

ApiError malformed(const std::string& detail) {
  return validation_error("Statement wasn't well formed, can't be processed: " + detail);
}

bool is_keyword(const Token& token) {
  static constexpr std::string_view keywords[] = {
      "SELECT",  "FROM", "WHERE",  "AND",       "OR",   "NOT",   "IN",   "IS",
      "BETWEEN", "SET",  "REMOVE", "RETURNING", "TRUE", "FALSE", "NULL", "MISSING"};
  return std::ranges::any_of(keywords,
                             [&](std::string_view keyword) { return token.is_word(keyword); });
}

Tree parse(std::string_view text, std::span<const Value> parameters) {
  return Parser(text, parameters).statement();
}

Parser::Parser(std::string_view text, std::span<const Value> parameters)
    : TokenWalk(tokens_of(text)), parameters_(parameters) {}

Tree Parser::statement() {
  Tree tree = verb();
  take_symbol(";");
  expect_end();
  if (parameters_used_ != parameters_.size()) throw wrong_parameter_count();
  if (problem_) throw *problem_;
  std::visit([&](auto& statement) { check(statement, findings_); }, tree);
  return tree;
}

Tree Parser::verb() {
  if (take_word("SELECT")) return select();
  if (take_word("INSERT")) return insert();
  if (take_word("UPDATE")) return update();
  if (take_word("DELETE")) return remove();
  if (peek().is_word("EXISTS") && peek(1).is("(")) return exists();
  // A name or a value, and whatever comes after it.
  const bool is_expression = peek().is_name() || begins_value();
  throw malformed(
      is_expression && peek(1).kind != Token::Kind::end ? "Unexpected token after expression" : "");
}

Select Parser::select() {
  Select select;
  select.projection = projection();
  expect_word("FROM");
  select.from = source();
  refuse_alias();
  select.where = where();
  select.order_by = order_by();
  return select;
}

Exists Parser::exists() {
  take();
  expect_symbol("(");
  expect_word("SELECT");
  Exists exists{select()};
  expect_symbol(")");
  return exists;
}

Insert Parser::insert() {
  Insert insert;
  expect_word("INTO");
  insert.into = source_to_write();
  expect_word("VALUE");
  insert.item = item();
  return insert;
}

Update Parser::update() {
  Update update;
  update.table = source_to_write();
  update.actions = actions();
  update.where = where();
  update.returning = returning();
  return update;
}

Delete Parser::remove() {
  Delete remove;
  expect_word("FROM");
  remove.from = source_to_write();
  remove.where = where();
  const auto wanted = returning();
  if (wanted && (!wanted->is_all || !wanted->is_old)) {
    note(validation_error("Invalid returning clause: " + text_of(*wanted) +
                          ". Only RETURNING ALL OLD * is allowed in DELETE statements."));
  }
  remove.returns_old = wanted.has_value();
  return remove;
}

std::vector<Path> Parser::projection() {
  std::vector<Path> paths;
  if (take_symbol("*")) return paths;
  do {
    if (!begins_call() && !begins_value()) {
      paths.push_back(path());
      continue;
    }
    note(validation_error("Unexpected path component at " + peek().place()));
    const bool counts = begins_call() && peek(2).is("*") && peek(3).is(")");
    if (counts) {
      for (int i = 0; i < 4; ++i) take();
    } else {
      operand();
    }
  } while (take_symbol(","));
  return paths;
}

SourceName Parser::source() {
  SourceName source;
  source.table = source_name();
  if (!take_symbol(".")) return source;
  source.index = source_name();
  if (!peek().is(".")) return source;
  while (take_symbol(".")) source_name();
  note(validation_error("A path may contain at most 2 components in the FROM clause"));
  return source;
}

std::string Parser::source_name() {
  if (!peek().is_name() || is_keyword(peek())) throw malformed();
  std::string name = take().content();
  if (name.empty()) note(validation_error("Path component cannot be an empty string"));
  return name;
}

SourceName Parser::source_to_write() {
  SourceName table = source();
  refuse_alias();
  if (table.index) note(validation_error("This operation is not supported on an index"));
  return table;
}

void Parser::refuse_alias() {
  const bool is_named = take_word("AS");
  const bool is_clause = is_keyword(peek()) || peek().is_word("VALUE") || peek().is_word("ORDER");
  const bool is_alias = peek().is_name() && !is_clause;
  if (is_named && !is_alias) throw malformed();
  if (!is_alias) return;
  take();
  note(validation_error("Aliasing is not supported"));
}

std::optional<ConditionNode> Parser::where() {
  if (!take_word("WHERE")) return std::nullopt;
  return condition();
}

std::vector<Order> Parser::order_by() {
  std::vector<Order> keys;
  if (!take_word("ORDER")) return keys;
  expect_word("BY");
  do {
    Order order;
    order.key = path();
    order.is_descending = take_word("DESC");
    if (!order.is_descending) take_word("ASC");
    keys.push_back(std::move(order));
  } while (take_symbol(","));
  return keys;
}

std::optional<Returning> Parser::returning() {
  if (!take_word("RETURNING")) return std::nullopt;
  Returning returning;
  returning.is_all = take_word("ALL");
  if (!returning.is_all) expect_word("MODIFIED");
  returning.is_old = take_word("OLD");
  if (!returning.is_old) expect_word("NEW");
  expect_symbol("*");
  return returning;
}

void Parser::expect_symbol(std::string_view symbol) {
  if (!take_symbol(symbol)) throw malformed();
}

bool Parser::take_word(std::string_view capitals) {
  if (!peek().is_word(capitals)) return false;
  ++at_;
  return true;
}

void Parser::expect_word(std::string_view capitals) {
  if (!take_word(capitals)) throw malformed();
}

void Parser::expect_end() const {
  if (peek().kind != Token::Kind::end) throw malformed("Unexpected token after expression");
}

void Parser::note(ApiError problem) {
  if (!problem_) problem_ = std::move(problem);
}

}  // namespace engine::partiql
