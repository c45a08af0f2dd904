#pragma once

#include <functional>
#include <map>
#include <string>

#include "api/dynamodb/resource_arn.h"
#include "api/operation.h"

/// Tags of tables and of streams (dynamodb.md 16). A table's are in its description; a stream's are
/// kept beside the table and go when that goes.
namespace api {

using Tags = std::map<std::string, std::string>;

/// `ResourceArn` of the request. Throws `Invalid TableArn` if it is not there, and what
/// `resource_of` throws.
NamedResource tagged_resource_of(JsonView body);

Tags tags_of(const NamedResource& resource, Services& services, const Call& call,
             std::string_view operation);
/// `change` sees the tags as they are and may throw.
void change_tags(const NamedResource& resource, Services& services, const Call& call,
                 std::string_view operation, const std::function<void(Tags&)>& change);

}  // namespace api
