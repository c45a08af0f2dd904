#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/stream/stream.h"

namespace engine {

/// A stream and its shards, as they are kept in the store.
std::string describe(const Stream& stream);
std::shared_ptr<Stream> stream_of(std::string_view description);

/// Copies what `describe` writes; for a change that is written before it is made.
std::shared_ptr<Stream> copy_of(const Stream& stream);

}  // namespace engine
