#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/stream/record.h"
#include "engine/stream/stream.h"
#include "mapping/recorder.h"
#include "mapping/report.h"

namespace engine {
class StreamReader;
}

namespace mapping {

/// Where a record is: its shard, and the record itself unless it has been trimmed.
struct PlacedRecord {
  std::shared_ptr<const engine::Shard> shard;
  std::optional<engine::Record> record;
  engine::SequenceNumber number = 0;
};

/// Nothing if no shard that is listed has, or had, such a record.
std::optional<PlacedRecord> place_of(const engine::Stream& stream,
                                     const engine::StreamReader& reader,
                                     engine::SequenceNumber number);

/// Why a record did or did not reach a mapping's function so far.
struct Explanation {
  enum class Verdict : std::uint8_t {
    delivered,  ///< The function dealt with it.
    discarded,  ///< It was given up.
    expired,    ///< The stream lost it first.
    filtered,   ///< No filter admits it.
    failing,    ///< It was tried, and will be again.
    waiting,    ///< Read, and not tried as yet.
    not_read,
    passed,  ///< The checkpoint is behind it, and nothing is known of a delivery.
  };
  Verdict verdict = Verdict::passed;
  std::string text;                       ///< In plain words.
  std::vector<std::uint64_t> deliveries;  ///< Those that had it, in order.
};

/// `notRead`
std::string_view verdict_name(Explanation::Verdict verdict);

/// `mapping`: one of this stream. May throw `storage::StorageError`.
Explanation explain(const MappingReport& mapping, const engine::Stream& stream,
                    const PlacedRecord& record, const Recorder& recorder);

}  // namespace mapping
