#include "api/sns/errors.h"

namespace api::sns {

engine::ApiError invalid_parameter(const std::string& what) {
  return {"InvalidParameter", "Invalid parameter: " + what};
}

engine::ApiError is_null(const std::string& member) {
  return {"ValidationError", "1 validation error detected: Value null at '" + member +
                                 "' failed to satisfy constraint: Member must not be null"};
}

engine::ApiError invalid_attribute(const std::string& attribute, const std::string& what) {
  return {"ParameterValueInvalid", "The message attribute '" + attribute + "' " + what};
}

engine::ApiError unsupported(const std::string& what) {
  return invalid_parameter(engine::not_supported(what).message);
}

}  // namespace api::sns
