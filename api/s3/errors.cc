#include "api/s3/errors.h"

namespace api::s3 {

engine::ApiError no_such_key() { return {"NoSuchKey", "The specified key does not exist.", 404}; }

engine::ApiError invalid_argument(const std::string& message) {
  return {"InvalidArgument", message};
}

engine::ApiError invalid_request(const std::string& message) { return {"InvalidRequest", message}; }

engine::ApiError malformed_xml() {
  return {"MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema"};
}

engine::ApiError precondition_failed() {
  return {"PreconditionFailed", "At least one of the pre-conditions you specified did not hold",
          412};
}

engine::ApiError not_implemented(const std::string& what) {
  return {"NotImplemented", engine::not_supported(what).message, 501};
}

}  // namespace api::s3
