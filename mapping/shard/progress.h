#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/stream.h"

namespace mapping {

/// What is told of an attempt that failed, if it was the last.
struct FailedAttempt {
  std::string request_id = {};
  std::string executed_version = "$LATEST";
  /// As the report has it: nothing if the function answered, but not as it should have.
  std::optional<std::string> function_error = "Unhandled";
  std::uint64_t delivery_id = 0;  ///< In the flight recorder.
};

/// Records that are tried together: a batch, or what bisecting or a partial answer left of one.
struct Piece {
  engine::SequenceNumber first = 0;
  engine::SequenceNumber last = 0;
  int size = 0;
  int attempts = 0;              ///< That reached the function and failed.
  std::uint64_t split_from = 0;  ///< The delivery after which it was split off; 0: none.
  bool is_windowed = false;      ///< It belongs to the tumbling window that is open.
  bool is_final = false;         ///< It closes that window, and has no records.
  FailedAttempt failed = {};     ///< The latest, if `attempts` is not 0.
};

/// A tumbling window that has been begun (event-source-mapping.md 4.4).
struct Window {
  engine::TimePoint start{};
  engine::TimePoint end{};
  std::string state = "{}";          ///< JSON, as the function gave it last.
  bool has_records = false;          ///< Some were dealt with since it was begun or closed early.
  bool is_terminated_early = false;  ///< Its state is too large: it is closed before its end.
  engine::TimePoint newest{};        ///< When its last record was made.

  bool holds(engine::TimePoint created) const { return start <= created && created < end; }
};

/// A sub-shard (event-source-mapping.md 3.5): some of the keys of a shard, dealt with in order.
struct LaneProgress {
  engine::SequenceNumber done = 0;  ///< Its records up to it are dealt with.
  std::vector<Piece> pieces = {};   ///< Begun and not dealt with, in the order of the shard.
  int throttles = 0;                ///< Since the function was last reached.
  engine::TimePoint not_before{};   ///< Of the next attempt.
  /// When the batching window began in which records are gathered, or the last call ended.
  std::optional<engine::TimePoint> gathering_since = std::nullopt;
  bool is_gathering = false;  ///< Some record has come since.
  std::optional<Window> window = std::nullopt;
};

/// Where a shard stands: what has to survive the process.
struct Progress {
  engine::SequenceNumber checkpoint = 0;  ///< All records up to it are dealt with.
  std::vector<LaneProgress> lanes = std::vector<LaneProgress>(1);
  bool has_ended = false;  ///< The shard is closed and dealt with to its end.

  /// Some record has been begun and is not dealt with.
  bool has_pieces() const;

  /// Text; states of windows as they are.
  std::string encode() const;
  /// Nothing if it is not what `encode` writes.
  static std::optional<Progress> decode(std::string_view text);
};

}  // namespace mapping
