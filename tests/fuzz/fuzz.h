#pragma once

#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "engine/api_error.h"
#include "engine/value/json.h"

/// What the fuzz targets share.
namespace fuzz {

/// Ends the program, which is how libFuzzer learns of a finding.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "Does not hold: %s\n", what);
  std::abort();
}

/// Parsed as the server parses a body: in place, followed by the padding that simdjson wants. The
/// element lives until the next call.
inline std::optional<engine::JsonView> parsed(simdjson::dom::parser& parser, std::string& json) {
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  engine::JsonView element;
  if (parser.parse(json.data(), json.size(), false).get(element) != simdjson::SUCCESS) return {};
  return element;
}

/// What `act` returns; nothing if it refuses with an ApiError, which is an answer like any other.
template <class Act>
auto unless_refused(const Act& act) -> std::optional<decltype(act())> {
  try {
    return act();
  } catch (const engine::ApiError&) {
    return std::nullopt;
  }
}

inline std::string json_of(engine::MapView item) {
  std::string out;
  engine::append_json(out, item);
  return out;
}

}  // namespace fuzz
