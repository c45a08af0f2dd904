#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/member.h"
#include "api/shape.h"
#include "engine/table/catalog.h"

/// What CreateTable and UpdateTable have in common: their members, read and checked
/// (dynamodb.md 13.2 and 13.4, streams.md 3.1).
namespace api {

/// Throws for the first of the members that is there: this version cannot do it.
void refuse(JsonView body, std::initializer_list<std::string_view> names);

std::optional<engine::BillingMode> billing_mode_of(JsonView body);
/// Throws if it is beyond what any table can have; `whose` is empty for a table's, or ` for index
/// I`.
std::optional<engine::Throughput> throughput_of(JsonView body, const std::string& whose = "",
                                                std::string_view member = "ProvisionedThroughput");
std::optional<std::string> table_class_of(JsonView body, std::string_view member = "TableClass");

struct StreamWish {
  bool is_enabled = false;
  std::optional<engine::ViewType> view_type;
};
std::optional<StreamWish> stream_wish_of(JsonView body);

/// `Tags`, checked (dynamodb.md 16).
std::map<std::string, std::string> tags_of(JsonView body);
/// Throws if no table or stream can have so many.
void require_tag_count(std::size_t count);

}  // namespace api
