// SearchVectors: the items of a vector index whose vectors are nearest to one.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SearchVectors.html

#include <algorithm>
#include <array>
#include <charconv>

#include "api/dynamodb/consumed_capacity.h"
#include "api/dynamodb/expressions.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/search_members.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/read/reader.h"
#include "engine/read/vector_search.h"
#include "engine/table/catalog.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::validation_error;

const Input& input = input_of("dynamodb", "SearchVectors");
const Layer layer = layer_of("SearchVectors");

std::size_t count_of(JsonView body) {
  const auto count = integer_of(required_member(body, "TopK"));
  if (count < 1 || count > engine::limits::search_results_max) {
    throw validation_error("Provided TopK value '" + std::to_string(count) +
                           "' is out of valid range. The value must be between 1 and " +
                           std::to_string(engine::limits::search_results_max) + " inclusive");
  }
  return static_cast<std::size_t>(count);
}

std::vector<float> vector_of(JsonView body) {
  const auto wrong = [] {
    return validation_error(
        "Search vector contains invalid values. All values in the search vector must be a 32-bit "
        "floating-point number attribute");
  };
  std::vector<float> vector;
  for (const JsonView element : simdjson::dom::array(required_member(body, "SearchVector"))) {
    if (element.is_null() || !member_of(element, "N")) throw wrong();
    engine::Value value;
    try {
      value = engine::value_from_json(element);
    } catch (const engine::ApiError&) {
      throw wrong();
    }
    const auto number = engine::vector_element(value);
    if (!number) throw wrong();
    vector.push_back(*number);
  }
  return vector;
}

Expressions expressions_of(JsonView body) {
  ExpressionParameters parameters;
  for (const auto& [name, value] : simdjson::dom::object(body)) {
    if (!value.is_null()) parameters.take(name, value);
  }
  parameters.require_sense(layer);
  return checked(layer, [&] { return parameters.parse(); });
}

/// One that can be searched.
std::shared_ptr<const engine::VectorIndex> index_of(const engine::Table& table,
                                                    std::string_view name) {
  auto index = table.vector_index(name);
  if (!index || index->is_allocating || index->status == engine::TableStatus::deleting) {
    throw validation_error("The table does not have the specified index: " + std::string(name));
  }
  if (index->is_backfilling || index->status == engine::TableStatus::creating) {
    throw validation_error("Cannot search backfilling vector index: " + index->name);
  }
  return index;
}

/// Divides the condition among the HASH attributes, all of which have to be there, and the filters.
void read_condition(const engine::SearchCondition& condition, engine::VectorQuery& query) {
  const auto& index = query.index;
  const auto find = [](const std::vector<engine::KeyAttribute>& attributes,
                       const std::string& name) {
    return std::ranges::find(attributes, name, &engine::KeyAttribute::name);
  };
  for (const auto& [name, value] : condition) {
    auto attribute = find(index.hash, name);
    if (attribute == index.hash.end()) {
      attribute = find(index.inline_filters, name);
      if (attribute == index.inline_filters.end()) {
        throw validation_error(
            "SearchConditionExpression must not contain any attributes that is not in "
            "SearchSchema. Invalid attribute: " +
            name);
      }
      query.filters.emplace_back(name, value);
    }
    if (attribute->type != value.view().type()) {
      throw engine::invalid_parameter_values("Condition parameter type does not match schema type");
    }
  }
  for (const auto& attribute : index.hash) {
    const auto given = std::ranges::find_if(
        condition, [&](const auto& equality) { return equality.first == attribute.name; });
    if (given == condition.end()) {
      throw validation_error(
          "SearchConditionExpression must be provided when SearchSchema has a HASH key");
    }
    query.hash.push_back(given->second);
  }
}

void append_number(std::string& out, double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  const std::string_view shortest(text.data(), static_cast<std::size_t>(end - text.data()));
  out += shortest;
  if (shortest.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void encode(const engine::VectorSearch& search, const Expressions& expressions, bool tells_capacity,
            std::string& out) {
  std::size_t bytes = search.bytes_examined;
  out += "{\"SearchResults\":[";
  for (const auto& neighbour : search.neighbours) {
    const engine::Item selected = expressions.projection
                                      ? expressions.projection->select(neighbour.attributes)
                                      : neighbour.attributes;
    bytes += selected.size_bytes();
    if (out.back() != '[') out += ',';
    out += "{\"Item\":";
    engine::append_json(out, selected.view());
    out += ",\"Score\":";
    append_number(out, neighbour.score);
    out += '}';
    if (out.size() > engine::limits::search_bytes_max) {
      throw validation_error("The response of SearchVectors exceeds the limit of " +
                             std::to_string(engine::limits::search_bytes_max) + " bytes");
    }
  }
  out += ']';
  if (tells_capacity) {
    out += ",\"ConsumedCapacity\":{\"VectorSearchRequestBytes\":";
    append_number(out, static_cast<double>(bytes));
    out += '}';
  }
  out += '}';
}

}  // namespace

void search_vectors(Services& services, const Call& call, std::string& out) {
  check_search_members(call);
  const auto count = count_of(call.body);
  input.check(call.body);
  auto vector = vector_of(call.body);
  const auto expressions = expressions_of(call.body);

  const auto table = services.catalog.table(required_member(call.body, "TableName"));
  const auto index = index_of(*table, required_member(call.body, "IndexName"));
  engine::VectorQuery query{.index = *index, .count_max = count};
  read_condition(expressions.search_condition, query);
  if (vector.size() != index->dimensions) {
    throw validation_error("Input search vector dimension " + std::to_string(vector.size()) +
                           " does not match vector index dimension " +
                           std::to_string(index->dimensions));
  }
  query.vector = std::move(vector);

  const auto detail = member_of(call.body, "ReturnConsumedCapacity");
  const bool tells_capacity = detail && std::string_view(*detail) != "NONE";
  encode(services.reader.search_vectors(query), expressions, tells_capacity, out);
}

}  // namespace api
