#pragma once

#include <nlohmann/json.hpp>

#include "api/services.h"
#include "engine/table/table_notes.h"

/// What is kept of the auto scaling of tables: it is shown, and scales nothing (dynamodb.md 1.2).
namespace api {

/// An object with `write`, `indexes` by name and `replicas` by region, as
/// `AutoScalingSettingsDescription`s.
nlohmann::ordered_json kept_auto_scaling(const Services& services, const engine::Table& table);
/// The note in which it is kept.
engine::TableNotes::Changes auto_scaling_note(const nlohmann::ordered_json& settings);

/// `TableAutoScalingDescription`
nlohmann::ordered_json auto_scaling_description(const Services& services,
                                                const engine::Table& table);

}  // namespace api
