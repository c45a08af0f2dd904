#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api/member.h"
#include "api/services.h"
#include "engine/backup/backup.h"
#include "engine/clock.h"

/// What the operations on backups have in common (dynamodb.md 17.3, 17.4 and 17.8).
namespace api {

/// Throws TableNotFoundException.
std::shared_ptr<const engine::Table> table_for_backup(const Services& services,
                                                      std::string_view name_or_arn);
/// Throws PointInTimeRecoveryUnavailableException if the table has no point-in-time recovery.
const engine::Recovery& recovery_of(const engine::Table& table);

/// A timestamp: epoch seconds, with fractions or without.
std::optional<engine::TimePoint> timestamp_of(JsonView body, std::string_view name);
nlohmann::ordered_json timestamp(engine::TimePoint time);

/// Of two moments in the same second the one that can be had, for clients whose timestamps are
/// whole seconds: a moment less than a second before the first one is that.
engine::TimePoint restorable(engine::TimePoint moment, engine::TimePoint earliest);

nlohmann::ordered_json continuous_backups_description(const engine::Table& table,
                                                      engine::TimePoint now);
nlohmann::ordered_json backup_details(const engine::Backup& backup);
nlohmann::ordered_json backup_description(const engine::Backup& backup);

}  // namespace api
