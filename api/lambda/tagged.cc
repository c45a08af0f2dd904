#include "api/lambda/tagged.h"

#include "api/lambda/model.h"
#include "engine/arn.h"

namespace api::lambda {

Tagged check_tag_call(const char* operation, Json input, const RestCall& call) {
  const auto& resource = call.path.at("Resource");
  input["Resource"] = resource;
  check_model(operation, input);
  const auto arn = engine::Arn::parse(resource).value();
  if (arn.resource.starts_with("event-source-mapping:")) return Tagged::mapping;
  if (arn.resource.starts_with("function:")) return Tagged::function;
  throw refused("A tag of " + arn.resource.substr(0, arn.resource.find(':')));
}

}  // namespace api::lambda
