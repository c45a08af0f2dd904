#pragma once

#include <nlohmann/json.hpp>

#include "api/member.h"
#include "engine/arn.h"
#include "engine/table/change.h"

namespace api {

/// Changes what a restored table has of its source by the `...Override` members of a restore.
/// Throws ValidationException.
void apply_overrides(JsonView body, const engine::Caller& caller, engine::TableSpec& spec);

/// The answer of a restore.
nlohmann::ordered_json restored_table(const engine::Table& table, engine::TimePoint now);

}  // namespace api
