#include "api/dynamodb/resource_policy.h"

#include <nlohmann/json.hpp>

#include "api/member.h"
#include "engine/limits.h"
#include "engine/random.h"
#include "engine/table/table_notes.h"
#include "engine/value/json_nesting.h"

namespace api {

namespace {

using nlohmann::json;

constexpr std::string_view no_policy = "NO_POLICY";
constexpr std::string_view note_name = "policy";

bool is_json_object(std::string_view text) {
  return !engine::is_nested_too_deep(text) && json::parse(text, nullptr, false).is_object();
}

}  // namespace

void require_policy(std::string_view text) {
  if (text.size() > engine::limits::resource_policy_bytes_max) {
    throw engine::validation_error("Resource policy size exceeds the limit of " +
                                   std::to_string(engine::limits::resource_policy_bytes_max) +
                                   " bytes");
  }
  if (!is_json_object(text)) {
    throw engine::validation_error("Resource policy is not a JSON object");
  }
}

std::string encode(const ResourcePolicy& policy) {
  return json{{"text", policy.text}, {"revision", policy.revision}}.dump();
}

std::string policy_note_of(const NamedResource& resource) {
  std::string note(note_name);
  if (resource.is_stream()) note += "/stream/" + resource.stream_label;
  return note;
}

std::optional<ResourcePolicy> policy_of(const NamedResource& resource, const Services& services,
                                        const engine::Table& table) {
  const auto note = engine::TableNotes(services.documents).get(table, policy_note_of(resource));
  if (!note) return std::nullopt;
  const auto in = json::parse(*note);
  return ResourcePolicy{in.at("text"), in.at("revision")};
}

void require_expected_revision(JsonView body, const std::optional<ResourcePolicy>& current) {
  const auto expected = member_of(body, "ExpectedRevisionId");
  if (!expected) return;
  const std::string_view revision = current ? std::string_view(current->revision) : no_policy;
  if (std::string_view(*expected) != revision) throw policy_not_found();
}

engine::ApiError policy_not_found() {
  return {"PolicyNotFoundException",
          "Resource-based policy not found for the provided ResourceArn"};
}

void read_policy(JsonView body, Services& services, engine::TableSpec& spec) {
  const auto given = member_of(body, "ResourcePolicy");
  if (!given) return;
  const std::string text{std::string_view(*given)};
  require_policy(text);
  spec.notes[std::string(note_name)] = encode({text, services.random.uuid()});
}

}  // namespace api
