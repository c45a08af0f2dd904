#include "api/control/body.h"

#include "engine/api_error.h"
#include "engine/value/json_nesting.h"

namespace api::control {

nlohmann::json object_of(const std::string& body) {
  if (engine::is_nested_too_deep(body)) {
    throw engine::validation_error("the body is nested too deep");
  }
  auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object()) throw engine::validation_error("the body is not a JSON object");
  return object;
}

}  // namespace api::control
