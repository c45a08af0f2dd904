#include "engine/backup/backup.h"

#include <algorithm>
#include <cctype>

namespace engine {

namespace {

constexpr std::size_t digits = 14;
constexpr std::size_t hex_digits = 8;

bool is_dated_id(std::string_view id) {
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  return id.size() == digits + 1 + hex_digits && id[digits] == '-' &&
         std::all_of(id.begin(), id.begin() + digits, is_digit) &&
         std::all_of(id.end() - hex_digits, id.end(), is_hex);
}

}  // namespace

std::string dated_id(TimePoint now, std::string_view eight_digits) {
  const auto time = std::to_string(epoch_milliseconds(now));
  return std::string(digits - time.size(), '0') + time + '-' + std::string(eight_digits);
}

std::string_view dated_id_of(std::string_view arn, std::string_view kind) {
  const auto id_at = arn.rfind('/');
  if (!arn.starts_with("arn:") || id_at == std::string_view::npos) return {};
  const auto id = arn.substr(id_at + 1);
  const auto table = arn.substr(0, id_at);
  if (!is_dated_id(id) || !table.ends_with(kind)) return {};
  const auto rest = table.substr(0, table.size() - kind.size());
  return rest.ends_with('/') && rest.find(":table/") != std::string_view::npos ? id
                                                                               : std::string_view();
}

TableSpec spec_of(const Table& source, std::string name) {
  TableSpec spec;
  spec.name = std::move(name);
  spec.key = source.key;
  spec.attribute_definitions = source.attribute_definitions;
  spec.billing_mode = source.billing_mode;
  spec.throughput = source.throughput;
  spec.on_demand_limits = source.on_demand_limits;
  spec.encryption = source.encryption;
  spec.table_class = source.table_class;
  for (const auto& index : source.indexes) {
    Index fresh;
    fresh.name = index->name;
    fresh.is_global = index->is_global;
    fresh.partition = index->partition;
    fresh.sort = index->sort;
    fresh.projection = index->projection;
    fresh.non_key_attributes = index->non_key_attributes;
    fresh.throughput = index->throughput;
    fresh.on_demand_limits = index->on_demand_limits;
    spec.indexes.push_back(std::move(fresh));
  }
  for (const auto& index : source.vector_indexes) {
    VectorIndex fresh;
    fresh.name = index->name;
    fresh.attribute_name = index->attribute_name;
    fresh.dimensions = index->dimensions;
    fresh.distance = index->distance;
    fresh.hash = index->hash;
    fresh.inline_filters = index->inline_filters;
    fresh.projection = index->projection;
    fresh.non_key_attributes = index->non_key_attributes;
    spec.vector_indexes.push_back(std::move(fresh));
  }
  return spec;
}

}  // namespace engine
