#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "engine/stream/record.h"
#include "engine/stream/stream.h"
#include "mapping/shard/lane.h"

namespace engine {
class StreamReader;
}

namespace mapping {

/// The events that a function gets of one shard (event-source-mapping.md 4).
///
/// A record is rendered once and kept while it may be tried again, up to a bound: what a lane that
/// stands still has piled up is rendered anew when its turn comes.
class Events {
 public:
  static constexpr std::size_t kept_bytes_max = 16 * 1024 * 1024;

  Events(const engine::StreamReader& reader, const engine::Stream& stream,
         const engine::Shard& shard)
      : reader_(reader), stream_(stream), shard_(shard) {}

  /// A record that was read, as the machine knows it. `previous`: the one read before it.
  Arrival add(const engine::Record& record, const engine::RecordView& view,
              engine::SequenceNumber previous);
  /// The event with exactly these records; with a window, those members of it (4.4).
  std::shared_ptr<const std::string> event(std::span<const Arrival> records,
                                           const std::optional<Window>& window, bool is_final);
  /// It is not asked for again.
  void forget(engine::SequenceNumber number);

 private:
  void append(std::string& out, engine::SequenceNumber number) const;

  const engine::StreamReader& reader_;
  const engine::Stream& stream_;
  const engine::Shard& shard_;
  std::unordered_map<engine::SequenceNumber, std::string> rendered_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace mapping
