#pragma once

#include "api/shape.h"
#include "engine/read/key_clauses.h"
#include "engine/read/key_range.h"
#include "engine/read/source.h"

/// `ExclusiveStartKey`, read and checked (dynamodb.md 8.3 and 8.4). All throw ValidationException.
namespace api {

/// Its attributes, whatever they are of.
engine::Item start_key_from_json(JsonView json);

/// Of a Query: has the attributes of a `LastEvaluatedKey` of the source.
void require_query_start(const engine::Source& source, engine::MapView start_key);
/// Of a Query: is one of the items that the query is about, so that it could have ended there.
void require_start_in(const engine::Source& source, const engine::KeySelection& selection,
                      engine::MapView start_key);

/// As `require_query_start`, of a Scan.
void require_scan_start(const engine::Source& source, engine::MapView start_key);
/// Of a Scan: `key`, in the store, lies in the segment.
void require_start_in(const engine::KeyRange& segment_range, std::string_view key,
                      std::size_t segment, std::size_t total);

}  // namespace api
