#include "engine/read/key_clauses.h"

#include <algorithm>
#include <string>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/table/index_keys.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

using Kind = SortCondition::Kind;

const KeyClause* clause_for(const std::vector<KeyClause>& clauses, const KeyAttribute& attribute) {
  const auto found = std::ranges::find(clauses, attribute.name, &KeyClause::attribute);
  return found == clauses.end() ? nullptr : &*found;
}

ApiError missed(const KeyAttribute& attribute) {
  return validation_error("Query condition missed key schema element: " + attribute.name);
}

void require_number_of_clauses(const Source& source, std::size_t clauses) {
  const std::size_t attributes = source.partition().size() + source.sort().size();
  if (clauses <= std::max<std::size_t>(2, attributes)) return;
  throw validation_error("The number of query conditions (" + std::to_string(clauses) +
                         ") exceeds the number of key attributes defined in the schema (" +
                         std::to_string(attributes) + ")");
}

/// What a key may not be, the condition cannot ask for either.
void require_key_value(const Source& source, const KeyAttribute& attribute, ValueView value,
                       std::size_t bytes_max) {
  const std::size_t length = key_value_length(value);
  if (length == 0) {
    if (source.index() == nullptr || source.table().is_key_attribute(attribute.name)) {
      throw validation_error("One or more parameter values are not valid. " +
                             empty_key_text(value) + " Key: " + attribute.name);
    }
    throw validation_error(
        "One or more parameter values are not valid. A value specified for a secondary index key "
        "is not supported. " +
        empty_key_text(value) + " IndexName: " + source.index()->name +
        ", IndexKey: " + attribute.name);
  }
  if (length <= bytes_max) return;
  throw invalid_parameter_values(
      bytes_max == limits::partition_key_bytes_max
          ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
          : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
}

void require_values(const Source& source, const KeyAttribute& attribute,
                    const SortCondition& condition, std::size_t bytes_max) {
  for (const ValueView value : condition.values) {
    if (value.type() != attribute.type) {
      throw invalid_parameter_values("Condition parameter type does not match schema type");
    }
    require_key_value(source, attribute, value, bytes_max);
  }
}

/// The clauses for the sort attributes, in the order of the schema. None is left out before one
/// that is there, and only the last may be anything else than `equal`.
std::vector<const KeyClause*> sort_clauses(const Source& source,
                                           const std::vector<KeyClause>& clauses) {
  std::vector<const KeyClause*> found;
  std::string not_equal;
  for (const auto& attribute : source.sort()) {
    const KeyClause* clause = clause_for(clauses, attribute);
    if (clause != nullptr && !not_equal.empty()) {
      throw validation_error("RANGE key attributes " + not_equal +
                             " must have equality conditions specified in the query because a "
                             "condition is present on key attribute " +
                             attribute.name);
    }
    if (clause != nullptr) found.push_back(clause);
    if (clause == nullptr || clause->condition.kind != Kind::equal) {
      if (!not_equal.empty()) not_equal += ", ";
      not_equal += attribute.name;
    }
  }
  return found;
}

/// The first attribute of the schema that nothing is said of, if clauses are about other things.
void require_known(const Source& source, const std::vector<KeyClause>& clauses) {
  const auto is_known = [&](const KeyClause& clause) {
    return source.key_attribute(clause.attribute) != nullptr;
  };
  if (std::ranges::all_of(clauses, is_known)) return;
  for (const auto& attribute : source.sort()) {
    if (clause_for(clauses, attribute) == nullptr) throw missed(attribute);
  }
  throw validation_error("Query key condition not supported");
}

}  // namespace

KeySelection key_selection_of(const Source& source, const std::vector<KeyClause>& clauses) {
  require_number_of_clauses(source, clauses.size());
  for (const auto& attribute : source.partition()) {
    if (clause_for(clauses, attribute) == nullptr) throw missed(attribute);
  }
  require_known(source, clauses);

  KeySelection selection;
  for (const auto& attribute : source.partition()) {
    const SortCondition& condition = clause_for(clauses, attribute)->condition;
    require_values(source, attribute, condition, limits::partition_key_bytes_max);
    if (condition.kind != Kind::equal) {
      throw validation_error("Query key condition not supported");
    }
    selection.partition.push_back(condition.values[0]);
  }
  for (const KeyClause* clause : sort_clauses(source, clauses)) {
    require_values(source, *source.key_attribute(clause->attribute), clause->condition,
                   limits::sort_key_bytes_max);
    selection.sort.push_back(clause->condition);
  }
  return selection;
}

}  // namespace engine
