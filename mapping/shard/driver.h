#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/stream/stream.h"
#include "mapping/event/event.h"
#include "mapping/mapping.h"
#include "mapping/means.h"
#include "mapping/recorder.h"
#include "mapping/shard/machine.h"
#include "mapping/timeline.h"

namespace mapping {

struct Invocation;

/// What was done on a shard for a mapping since it was created.
struct Counters {
  std::uint64_t records_delivered = 0;  ///< In batches that the function accepted.
  std::uint64_t invocations = 0;        ///< That reached the function.
  std::uint64_t failures = 0;
  std::uint64_t throttles = 0;
  std::uint64_t splits = 0;
  std::uint64_t records_discarded = 0;
  std::uint64_t destination_failures = 0;

  Counters& operator+=(const Counters& other);
};

/// Where a shard stands and what was done: a document.
struct ShardDocument {
  Progress progress;
  Counters counters;

  std::string encode() const;
  /// Throws `std::runtime_error` if it is not what `encode` writes.
  static ShardDocument decode(std::string_view bytes);
};

/// `shard/<uuid>`: the kind of a mapping's shard documents, which have the shard's id.
std::string shard_documents_kind(std::string_view mapping_uuid);

/// What a driver is doing, for those who ask.
struct ShardStatus {
  std::string shard_id;
  Progress progress;
  Counters counters;
  engine::SequenceNumber read = 0;
  bool is_idle = false;       ///< Everything read is dealt with and written down.
  bool is_in_flight = false;  ///< The function has the first piece now.
  std::string trouble;        ///< What the disk said, if work stands still for it.
  std::string last_error;     ///< Of the latest attempt, if it failed.
};

/// Does what the machine of one shard says: reads, invokes, tells the destination, writes down.
///
/// Lives on the mapping thread.
class Driver {
 public:
  /// `settled` is rung whenever there is nothing to do at once.
  Driver(const Means& means, Recorder& recorder, Signal& settled,
         std::shared_ptr<const Mapping> mapping, std::shared_ptr<const engine::Stream> stream,
         std::shared_ptr<const engine::Shard> shard, ShardDocument document);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// Returns when the shard has ended, or after `stop`. Call it once.
  boost::asio::awaitable<void> run();
  /// What is in flight is brought to its end and written down; nothing more is begun.
  void stop();
  /// After `run`, and once whatever follows from its end has begun: nobody has to wait for it.
  void rest();
  /// From now on; what has been begun stays as it is.
  void set_mapping(std::shared_ptr<const Mapping> mapping);

  bool has_ended() const { return machine_.progress().has_ended; }
  ShardStatus status() const;

 private:
  boost::asio::awaitable<void> perform(Action action);
  boost::asio::awaitable<void> invoke(Invoke invoke);
  boost::asio::awaitable<void> discard(Discard discard);
  boost::asio::awaitable<void> wait(std::optional<engine::TimePoint> until);
  bool read(const Read& read);
  bool save();
  void report(const Invoke& invoke, const Invocation& invocation, Delivery delivery);
  Delivery delivery_of(std::span<const Arrival> records, int attempt,
                       std::uint64_t split_from) const;
  bool in_trouble(std::string_view doing, const std::exception& error);

  const Means& means_;
  Recorder& recorder_;
  Signal& settled_;
  std::shared_ptr<const Mapping> mapping_;
  const std::shared_ptr<const engine::Stream> stream_;
  const std::shared_ptr<const engine::Shard> shard_;
  const std::shared_ptr<Bell> bell_;
  Machine machine_;
  Counters counters_;
  Events events_;
  std::vector<Delivery> unsaved_;
  bool is_stopping_ = false;
  bool is_in_flight_ = false;
  std::string trouble_;
  std::string last_error_;
};

}  // namespace mapping
