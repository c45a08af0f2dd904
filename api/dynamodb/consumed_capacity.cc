#include "api/dynamodb/consumed_capacity.h"

#include <array>
#include <cstdio>

#include "api/member.h"
#include "engine/value/json.h"

namespace api {

namespace {

/// Members of an arm, or of the whole.
void append_units(std::string& out, double units, UnitKind kind) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.1f", units);
  const std::string_view number(text.data(), static_cast<std::size_t>(length));
  out += "\"CapacityUnits\":";
  out += number;
  if (kind == UnitKind::plain) return;
  out += kind == UnitKind::read ? ",\"ReadCapacityUnits\":" : ",\"WriteCapacityUnits\":";
  out += number;
}

/// Nothing if no vector index took any.
void append_vector_indexes(std::string& out, const std::map<std::string, double>& indexes) {
  if (indexes.empty()) return;
  out += ",\"VectorIndexes\":{";
  for (const auto& [name, bytes] : indexes) {
    if (out.back() != '{') out += ',';
    engine::append_json_string(out, name);
    out += ":{\"VectorWriteRequestBytes\":";
    out += std::to_string(static_cast<long long>(bytes));
    out += ".0}";
  }
  out += '}';
}

/// Nothing if no index took any.
void append_indexes(std::string& out, std::string_view member,
                    const std::map<std::string, double>& indexes, UnitKind kind) {
  if (indexes.empty()) return;
  out += ",\"";
  out += member;
  out += "\":{";
  for (const auto& [name, units] : indexes) {
    if (out.back() != '{') out += ',';
    engine::append_json_string(out, name);
    out += ":{";
    append_units(out, units, kind);
    out += '}';
  }
  out += '}';
}

}  // namespace

ReturnCapacity return_capacity_of(std::string_view text) {
  if (text == "TOTAL") return ReturnCapacity::total;
  if (text == "INDEXES") return ReturnCapacity::indexes;
  return ReturnCapacity::none;
}

ReturnCapacity return_capacity_in(JsonView body) {
  const auto detail = member_of(body, "ReturnConsumedCapacity");
  return detail ? return_capacity_of(*detail) : ReturnCapacity::none;
}

void append_consumed_capacity(std::string& out, ReturnCapacity detail, std::string_view table_name,
                              const engine::Capacity& capacity, UnitKind kind) {
  out += "{\"TableName\":";
  engine::append_json_string(out, table_name);
  out += ',';
  append_units(out, capacity.total(), kind);
  if (detail == ReturnCapacity::indexes) {
    out += ",\"Table\":{";
    append_units(out, capacity.table, kind);
    out += '}';
    append_indexes(out, "LocalSecondaryIndexes", capacity.local_indexes, kind);
    append_indexes(out, "GlobalSecondaryIndexes", capacity.global_indexes, kind);
    append_vector_indexes(out, capacity.vector_indexes);
  }
  out += '}';
}

void append_consumed_capacities(std::string& out, ReturnCapacity detail,
                                const Capacities& capacities, UnitKind kind) {
  out += "\"ConsumedCapacity\":[";
  for (const auto& [table_name, capacity] : capacities) {
    if (out.back() != '[') out += ',';
    append_consumed_capacity(out, detail, table_name, capacity, kind);
  }
  out += ']';
}

}  // namespace api
