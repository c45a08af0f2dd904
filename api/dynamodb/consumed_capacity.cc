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

}  // namespace

ReturnCapacity return_capacity_of(std::string_view text) {
  if (text == "TOTAL") return ReturnCapacity::total;
  if (text == "INDEXES") return ReturnCapacity::indexes;
  return ReturnCapacity::none;
}

void append_consumed_capacity(std::string& out, ReturnCapacity detail, std::string_view table_name,
                              double units) {
  out += "{\"TableName\":";
  engine::append_json_string(out, table_name);
  out += ',';
  append_units(out, units);
  if (detail == ReturnCapacity::indexes) {
    out += ",\"Table\":{";
    append_units(out, units);
    out += '}';
  }
  out += '}';
}

}  // namespace api
