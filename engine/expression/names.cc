#include "engine/expression/names.h"

#include <algorithm>
#include <utility>

#include "engine/api_error.h"
#include "engine/expression/parser.h"
#include "engine/limits.h"
#include "engine/value/value_errors.h"

namespace engine {

namespace {

bool is_placeholder(std::string_view text, char sign) {
  return text.size() > 1 && text[0] == sign &&
         std::all_of(text.begin() + 1, text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

void check_key(std::string_view key, char sign) {
  const bool is_too_long = key.size() > limits::placeholder_bytes_max;
  if (!is_too_long && is_placeholder(key, sign)) return;
  const bool is_name = sign == '#';
  std::string problem = is_name ? "ExpressionAttributeNames" : "ExpressionAttributeValues";
  problem += " contains invalid key: ";
  if (is_too_long) {
    problem += "The expression attribute map contains a key that is too long;";
    if (is_name) problem += " size of key: " + std::to_string(key.size());
  } else {
    problem += "Syntax error; key: \"" + std::string(key) + '"';
  }
  throw validation_error(problem);
}

void check_name(const NamePlaceholder& entry) {
  if (entry.name.empty()) {
    throw validation_error(
        "ExpressionAttributeNames contains invalid value: Empty attribute name for key " +
        entry.placeholder);
  }
  expression::require_attribute_name(entry.name);
}

void check_size(const std::string& parameter, std::size_t bytes) {
  if (bytes <= limits::placeholder_map_bytes_max) return;
  throw validation_error(parameter + " exceeds max size");
}

/// Also leaves the last one only of entries with one placeholder.
template <class Entry>
void sort(std::vector<Entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.placeholder < b.placeholder; });
  const auto first_kept =
      std::unique(entries.rbegin(), entries.rend(), [](const Entry& a, const Entry& b) {
        return a.placeholder == b.placeholder;
      }).base();
  entries.erase(entries.begin(), first_kept);
}

template <class Entry>
Entry* found_and_used(std::vector<Entry>& entries, std::string_view placeholder) {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), placeholder,
      [](const Entry& entry, std::string_view wanted) { return entry.placeholder < wanted; });
  if (found == entries.end() || found->placeholder != placeholder) return nullptr;
  found->is_used = true;
  return &*found;
}

template <class Entry>
void require_used(const std::string& parameter, const std::vector<Entry>& entries) {
  std::string unused;
  for (const auto& entry : entries) {
    if (entry.is_used) continue;
    if (!unused.empty()) unused += ", ";
    unused += entry.placeholder;
  }
  if (unused.empty()) return;
  throw validation_error("Value provided in " + parameter + " unused in expressions: keys: {" +
                         unused + "}");
}

}  // namespace

void Placeholders::define(std::vector<NamePlaceholder> names) {
  std::size_t bytes = 0;
  for (const auto& entry : names) check_key(entry.placeholder, '#');
  for (const auto& entry : names) {
    check_name(entry);
    bytes += entry.placeholder.size() + entry.name.size();
  }
  check_size("ExpressionAttributeNames", bytes);
  sort(names);
  names_ = std::move(names);
}

void Placeholders::define(std::vector<ValuePlaceholder> values) {
  std::size_t bytes = 0;
  for (const auto& entry : values) {
    check_value_key(entry.placeholder);
    bytes += entry.placeholder.size() + entry.value.view().size_bytes();
  }
  check_size("ExpressionAttributeValues", bytes);
  sort(values);
  values_ = std::move(values);
}

void Placeholders::check_value_key(std::string_view key) { check_key(key, ':'); }

void Placeholders::require_all_used() const {
  require_used("ExpressionAttributeNames", names_);
  require_used("ExpressionAttributeValues", values_);
}

const std::string* Placeholders::name(std::string_view placeholder) {
  const auto* entry = found_and_used(names_, placeholder);
  return entry != nullptr ? &entry->name : nullptr;
}

const Value* Placeholders::value(std::string_view placeholder) {
  const auto* entry = found_and_used(values_, placeholder);
  return entry != nullptr ? &entry->value : nullptr;
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
  if (name.empty()) throw empty_attribute_name();
  if (name.size() > limits::attribute_name_bytes_max) throw attribute_name_too_long();
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
