#pragma once

#include <string_view>

#include "engine/api_error.h"

namespace api {

/// The two generations of AWS's texts for wrong requests (dynamodb.md, "Read this first"). Which
/// operation answers in which is decided in `wording.cc`, and nowhere else.
enum class Layer {
  old_layer,
  new_bare,
  new_enveloped,  ///< Static checks, too, begin with `1 validation error detected: `.
};

Layer layer_of(std::string_view operation);

/// The error of a static check, in the words of the layer (dynamodb.md 3.6).
engine::ApiError in_words_of(Layer layer, engine::ApiError error);

/// Does a static check, or reads something that is checked as it is read.
template <typename Check>
auto checked(Layer layer, Check check) {
  try {
    return check();
  } catch (const engine::ApiError& error) {
    throw in_words_of(layer, error);
  }
}

}  // namespace api
