#include "api/dynamodb/payload_hash.h"

#include <map>
#include <string>

#include "engine/hash.h"
#include "engine/value/json.h"

namespace api {

namespace {

/// JSON without spaces, with the members of objects in the order of their names.
void append_canonical(std::string& out, JsonView json) {
  if (json.is_object()) {
    std::map<std::string_view, JsonView> members;
    for (const auto& [name, value] : simdjson::dom::object(json)) {
      if (!value.is_null()) members.insert_or_assign(name, value);
    }
    out += '{';
    for (const auto& [name, value] : members) {
      engine::append_json_string(out, name);
      out += ':';
      append_canonical(out, value);
      out += ',';
    }
    out += '}';
  } else if (json.is_array()) {
    out += '[';
    for (const JsonView element : simdjson::dom::array(json)) {
      append_canonical(out, element);
      out += ',';
    }
    out += ']';
  } else if (json.is_string()) {
    engine::append_json_string(out, std::string_view(json));
  } else if (json.is_bool()) {
    out += bool(json) ? "true" : "false";
  } else if (json.is_number()) {
    out += std::to_string(double(json));
  } else {
    out += "null";
  }
}

}  // namespace

std::uint64_t payload_hash(std::string_view operation, JsonView payload) {
  std::string canonical(operation);
  append_canonical(canonical, payload);
  return engine::stable_hash(canonical);
}

}  // namespace api
