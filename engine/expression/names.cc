#include "engine/expression/names.h"

#include <algorithm>
#include <utility>

#include "engine/api_error.h"
#include "engine/expression/parser.h"
#include "engine/limits.h"

namespace engine {

namespace {

bool is_placeholder(std::string_view text, char sign) {
  return text.size() > 1 && text[0] == sign &&
         std::all_of(text.begin() + 1, text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

template <class Entries>
void require_placeholders(const std::string& parameter, char sign, const Entries& entries) {
  for (const auto& [placeholder, entry] : entries) {
    if (is_placeholder(placeholder, sign)) continue;
    throw validation_error(parameter + " contains invalid key: Syntax error; key: \"" +
                           placeholder + "\"");
  }
}

template <class Entries>
void require_used(const std::string& parameter, const Entries& entries) {
  std::string unused;
  for (const auto& [placeholder, entry] : entries) {
    if (entry.second) continue;
    if (!unused.empty()) unused += ", ";
    unused += placeholder;
  }
  if (unused.empty()) return;
  throw validation_error("Value provided in " + parameter + " unused in expressions: keys: {" +
                         unused + "}");
}

template <class Entries>
auto found_and_used(Entries& entries, std::string_view placeholder) {
  const auto found = entries.find(placeholder);
  if (found == entries.end()) return decltype(&std::as_const(found->second.first)){};
  found->second.second = true;
  return &std::as_const(found->second.first);
}

}  // namespace

Placeholders::Placeholders(std::map<std::string, std::string> names,
                           std::map<std::string, Value> values) {
  require_placeholders("ExpressionAttributeNames", '#', names);
  for (const auto& [placeholder, name] : names) expression::require_attribute_name(name);
  require_placeholders("ExpressionAttributeValues", ':', values);
  for (auto& [placeholder, name] : names) names_[placeholder] = {std::move(name), false};
  for (auto& [placeholder, value] : values) values_[placeholder] = {std::move(value), false};
}

void Placeholders::require_all_used() const {
  require_used("ExpressionAttributeNames", names_);
  require_used("ExpressionAttributeValues", values_);
}

const std::string* Placeholders::name(std::string_view placeholder) {
  return found_and_used(names_, placeholder);
}

const Value* Placeholders::value(std::string_view placeholder) {
  return found_and_used(values_, placeholder);
}

}  // namespace engine

namespace engine::expression {

namespace {

/// The part that both begin with; then whether they go on as name and index.
struct Meeting {
  bool overlaps = false;
  bool conflicts = false;
};

Meeting meeting(const Path& a, const Path& b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < shorter; ++i) {
    if (a[i].is_index != b[i].is_index) return {.conflicts = true};
    if (a[i] != b[i]) return {};
  }
  return {.overlaps = true};
}

}  // namespace

void require_attribute_name(std::string_view name) {
  if (name.empty()) throw validation_error("Empty attribute name");
  if (name.size() > limits::attribute_name_bytes_max) {
    throw validation_error("Attribute name is too large, must be less than 65536 bytes");
  }
}

void for_each_function(const Operand& operand, const std::function<void(const Operand&)>& visit) {
  if (!operand.is_function()) return;
  for (const auto& argument : operand.arguments) for_each_function(argument, visit);
  visit(operand);
}

void Names::refuse_reserved(const Path& path) const {
  for (const auto& step : path) {
    if (!step.is_index && is_reserved_word(step.name)) {
      throw invalid(kind_, "Attribute name is a reserved keyword; reserved keyword: " + step.name);
    }
  }
}

void Names::refuse_reserved(const Operand& operand) const {
  refuse_reserved(operand.path);
  for (const auto& argument : operand.arguments) refuse_reserved(argument);
}

void Names::resolve_names(Path& path) {
  for (auto& step : path) {
    if (!step.name.starts_with('#')) continue;
    const auto* name = placeholders_.name(step.name);
    if (name == nullptr) {
      throw invalid(kind_,
                    "An expression attribute name used in the document path is not defined; "
                    "attribute name: " +
                        step.name);
    }
    step.name = *name;
  }
}

void Names::resolve_names(Operand& operand) {
  resolve_names(operand.path);
  for (auto& argument : operand.arguments) resolve_names(argument);
}

void Names::resolve_value(Operand& operand) {
  if (!operand.is_value()) return;
  const auto* value = placeholders_.value(operand.name);
  if (value == nullptr) {
    throw invalid(kind_,
                  "An expression attribute value used in expression is not defined; attribute "
                  "value: " +
                      operand.name);
  }
  operand.value = *value;
}

void Names::resolve_values(Operand& operand) {
  resolve_value(operand);
  for (auto& argument : operand.arguments) resolve_values(argument);
}

void Names::resolve(Operand& operand) {
  resolve_names(operand.path);
  resolve_value(operand);
  for (auto& argument : operand.arguments) resolve(argument);
}

void refuse_overlapping(std::string_view kind, const std::vector<const Path*>& paths) {
  const auto refuse = [&](const char* how, const Path& one, const Path& two) {
    throw invalid(kind, std::string("Two document paths ") + how +
                            " with each other; must remove or rewrite one of these paths; path "
                            "one: " +
                            path_text(one) + ", path two: " + path_text(two));
  };
  std::pair<const Path*, const Path*> conflict;
  for (std::size_t two = 1; two < paths.size(); ++two) {
    for (std::size_t one = 0; one < two; ++one) {
      const Meeting met = meeting(*paths[one], *paths[two]);
      if (met.overlaps) refuse("overlap", *paths[one], *paths[two]);
      if (met.conflicts && conflict.first == nullptr) conflict = {paths[one], paths[two]};
    }
  }
  if (conflict.first != nullptr) refuse("conflict", *conflict.first, *conflict.second);
}

}  // namespace engine::expression
