#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "api/member.h"
#include "engine/backup/transfer.h"

/// What exports and imports look like to clients (dynamodb.md 17.8).
namespace api {

/// The members of `body` that are shown as they were sent: a JSON object.
std::string shown_members(JsonView body, std::initializer_list<std::string_view> names);

nlohmann::ordered_json export_description(const engine::Export& transfer);
nlohmann::ordered_json import_description(const engine::Import& transfer);

}  // namespace api
