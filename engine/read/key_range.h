#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/expression/key_condition.h"
#include "engine/read/source.h"

namespace engine {

/// Items whose keys in the store are in [from, to).
struct KeyRange {
  std::string from;
  std::string to;

  /// Without the item with that key and all that come before it, in the direction of reading.
  void continue_after(std::string_view key, bool is_forward);
};

/// The items of one partition: `partition` has a value for each attribute of the partition key,
/// `sort` a condition for the first sort attributes, all but the last of them `equal`. Values are
/// of the attributes' types.
KeyRange range_of(const Source& source, std::span<const Value> partition,
                  std::span<const SortCondition> sort);

/// All items.
KeyRange range_of(const Source& source);
/// One of `total` parts that have no item in common, and together all. `segment` is less.
KeyRange segment_of(const Source& source, std::size_t segment, std::size_t total);

}  // namespace engine
