#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

#include "engine/table/index.h"
#include "engine/table/vector_index.h"

namespace engine {

/// Parts of a table as it is kept in the store (`describe`).
nlohmann::json attribute_json(const KeyAttribute& attribute);
KeyAttribute attribute_of(const nlohmann::json& in);
nlohmann::json attributes_json(const std::vector<KeyAttribute>& attributes);
std::vector<KeyAttribute> attributes_of(const nlohmann::json& in);

nlohmann::json changes_json(const ThroughputChanges& changes);
ThroughputChanges changes_of(const nlohmann::json& in);
nlohmann::json limits_json(const OnDemandLimits& limits);
OnDemandLimits limits_of(const nlohmann::json& in);
nlohmann::json units_json(const Throughput& throughput);
Throughput units_of(const nlohmann::json& in);

nlohmann::json index_json(const Index& index);
std::shared_ptr<const Index> index_of(const nlohmann::json& in, const KeySchema& table_key);
nlohmann::json vector_index_json(const VectorIndex& index);
std::shared_ptr<const VectorIndex> vector_index_of(const nlohmann::json& in,
                                                   const KeySchema& table_key);

}  // namespace engine
