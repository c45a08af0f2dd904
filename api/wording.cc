#include "api/wording.h"

namespace api {

Layer layer_of(std::string_view operation) {
  if (operation == "PutItem" || operation == "UpdateItem" || operation == "DeleteItem") {
    return Layer::new_enveloped;
  }
  if (operation == "GetItem") return Layer::new_bare;
  return Layer::old_layer;
}

engine::ApiError in_words_of(Layer layer, engine::ApiError error) {
  if (layer != Layer::new_enveloped || error.code != "ValidationException") return error;
  // Values of no type or of several are spoken of by an older check.
  if (error.message.starts_with("Supplied AttributeValue ")) return error;
  error.message.insert(0, "1 validation error detected: ");
  return error;
}

}  // namespace api
