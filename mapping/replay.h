#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/stream/stream.h"
#include "mapping/function/functions.h"
#include "mapping/mapping.h"
#include "mapping/recorder.h"

namespace engine {
class StreamReader;
}

namespace mapping {

/// Which batch is to be replayed: one of the recorder's, or that of a failure record as a
/// destination gets it (event-source-mapping.md 5.7). Errors: ResourceNotFoundException where there
/// is none; InvalidParameterValueException where it cannot be put together again, saying why.
struct ReplayOrder {
  std::uint64_t delivery_id = 0;  ///< 0: by the failure record.
  std::string request_id = {};
  std::string stream_arn = {};
  std::string shard_id = {};
  engine::SequenceNumber first = 0;
  engine::SequenceNumber last = 0;
  std::size_t batch_size = 0;
};

/// A batch of the past.
struct RecordedBatch {
  std::uint64_t delivery_id = 0;  ///< 0: the recorder does not keep it.
  std::string shard_id;
  std::vector<engine::SequenceNumber> records;
  std::optional<Window> window = std::nullopt;
  bool is_final = false;
};

/// What came of a replay.
struct Replayed {
  Delivery delivery;    ///< Not kept as one; `id` is the one replayed.
  std::string payload;  ///< The function's reply, or its error document.
};

RecordedBatch find_batch(const ReplayOrder& order, const Mapping& mapping,
                         const engine::Stream& stream, const engine::StreamReader& reader,
                         const Recorder& recorder);
/// Exactly the event it was. A record that has been trimmed: an error that names it.
std::shared_ptr<const std::string> event_of(const RecordedBatch& batch,
                                            const engine::Stream& stream,
                                            const engine::StreamReader& reader);
Replayed judge_replay(const RecordedBatch& batch, const Mapping& mapping, Invocation invocation);

}  // namespace mapping
