#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/stream/streams.h"
#include "engine/table/table.h"

namespace engine {

/// A table as it is kept in the store; its stream by ARN.
std::string describe(const Table& table);
std::shared_ptr<Table> table_of(std::string_view description, const Streams& streams);

}  // namespace engine
