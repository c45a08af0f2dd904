#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/dynamodb/resource_arn.h"
#include "api/operation.h"
#include "engine/api_error.h"
#include "engine/table/catalog.h"

/// Policies of tables and of streams (dynamodb.md 17.5): kept and shown. Nobody is held to them.
namespace api {

struct ResourcePolicy {
  std::string text;
  std::string revision;
};

/// Throws ValidationException for one that is too long, or no JSON object.
void require_policy(std::string_view text);

/// As it is kept, and under which name (`engine::TableNotes`).
std::string encode(const ResourcePolicy& policy);
std::string policy_note_of(const NamedResource& resource);

std::optional<ResourcePolicy> policy_of(const NamedResource& resource, const Services& services,
                                        const engine::Table& table);
/// Throws PolicyNotFoundException if the request expects another revision than the one that is
/// there, or that there is none.
void require_expected_revision(JsonView body, const std::optional<ResourcePolicy>& current);

engine::ApiError policy_not_found();

/// The policy that a table is to begin with, if its CreateTable has one.
void read_policy(JsonView body, Services& services, engine::TableSpec& spec);

}  // namespace api
