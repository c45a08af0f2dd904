#include "api/dynamodb/consumed_capacity.h"

#include <array>
#include <cstdio>

#include "engine/value/json.h"

namespace api {

namespace {

void append_units(std::string& out, double units) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.1f", units);
  out += "\"CapacityUnits\":";
  out.append(text.data(), static_cast<std::size_t>(length));
}

/// Nothing if no index took any.
void append_indexes(std::string& out, std::string_view member,
                    const std::map<std::string, double>& indexes) {
  if (indexes.empty()) return;
  out += ",\"";
  out += member;
  out += "\":{";
  for (const auto& [name, units] : indexes) {
    if (out.back() != '{') out += ',';
    engine::append_json_string(out, name);
    out += ":{";
    append_units(out, units);
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

void append_consumed_capacity(std::string& out, ReturnCapacity detail, std::string_view table_name,
                              const engine::Capacity& capacity) {
  out += "{\"TableName\":";
  engine::append_json_string(out, table_name);
  out += ',';
  append_units(out, capacity.total());
  if (detail == ReturnCapacity::indexes) {
    out += ",\"Table\":{";
    append_units(out, capacity.table);
    out += '}';
    append_indexes(out, "LocalSecondaryIndexes", capacity.local_indexes);
    append_indexes(out, "GlobalSecondaryIndexes", capacity.global_indexes);
  }
  out += '}';
}

}  // namespace api
