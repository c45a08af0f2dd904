#include "api/dynamodb/tags.h"

#include <nlohmann/json.hpp>

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/stream/streams.h"
#include "engine/table/catalog.h"
#include "engine/table/table_notes.h"

namespace api {

namespace {

std::string note_of(const NamedResource& resource) {
  return "tags/stream/" + resource.stream_label;
}

Tags stream_tags(const NamedResource& resource, const Services& services,
                 const engine::Table& table) {
  const auto note = engine::TableNotes(services.documents).get(table, note_of(resource));
  return note ? nlohmann::json::parse(*note).get<Tags>() : Tags();
}

}  // namespace

NamedResource tagged_resource_of(JsonView body) {
  const auto given = member_of(body, "ResourceArn");
  if (!given) throw engine::validation_error("Invalid TableArn");
  return resource_of(std::string_view(*given));
}

Tags tags_of(const NamedResource& resource, Services& services, const Call& call,
             std::string_view operation) {
  const auto table = table_of(resource, services, call, operation);
  return resource.is_stream() ? stream_tags(resource, services, *table) : table->tags;
}

void change_tags(const NamedResource& resource, Services& services, const Call& call,
                 std::string_view operation, const std::function<void(Tags&)>& change) {
  const auto table = table_of(resource, services, call, operation);
  if (!resource.is_stream()) {
    engine::TableChange table_change;
    table_change.edit = [&](engine::Table& version) {
      change(version.tags);
      services.streams.shard_count(version);  // As of a table to be made.
    };
    services.catalog.update(table->name, table_change);
    return;
  }
  services.catalog.annotate(table->name, [&](const engine::Table& current) {
    Tags tags = stream_tags(resource, services, current);
    change(tags);
    return engine::TableNotes::Changes{{note_of(resource), nlohmann::json(tags).dump()}};
  });
}

}  // namespace api
