#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/random.h"
#include "engine/stream/stream.h"
#include "mapping/event/event.h"
#include "mapping/failure_report.h"
#include "mapping/filter/criteria.h"
#include "mapping/history.h"
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
  std::uint64_t records_filtered = 0;  ///< That no filter admitted.
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
  bool is_idle = false;            ///< Everything read is dealt with and written down.
  std::vector<bool> is_in_flight;  ///< By lane: the function has the first piece now.
  std::optional<engine::TimePoint>
      gathers_until;       ///< Records wait for the end of a batching window.
  std::string trouble;     ///< What the disk said, if work stands still for it.
  std::string last_error;  ///< Of the latest attempt, if it failed.
};

/// Does what the machine of one shard says: reads, invokes, tells the destination, writes down.
///
/// Lives on the mapping thread.
class Driver {
 public:
  /// `settled` is rung whenever there is nothing to do at once. `seed`: of request ids.
  Driver(const Means& means, Recorder& recorder, Signal& settled,
         std::shared_ptr<const Mapping> mapping, std::shared_ptr<const engine::Stream> stream,
         std::shared_ptr<const engine::Shard> shard, ShardDocument document, std::uint64_t seed);
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

  bool has_ended() const { return machine_.has_ended(); }
  bool is_in_flight() const { return in_flight_ > 0; }
  ShardStatus status() const;

 private:
  /// An attempt that a function has.
  struct Flight {
    std::size_t lane = 0;
    Attempt attempt = {};  ///< Without its records:
    std::vector<Arrival> records = {};
    std::shared_ptr<const std::string> event = nullptr;
    Policy policy = {};  ///< As it was begun; it may be changed meanwhile.
    Delivery delivery = {};
  };

  boost::asio::awaitable<void> perform(Action action);
  bool begin(Invoke invoke);
  boost::asio::awaitable<void> fly(std::shared_ptr<Flight> flight,
                                   std::shared_ptr<const void> at_work);
  void land(const Flight& flight, const Invocation& invocation);
  bool judge(const Flight& flight, const Invocation& invocation, Delivery& delivery);
  boost::asio::awaitable<bool> discard(Discard discard);
  FailureReport report_of(const GiveUp& given_up, const Delivery& delivery);
  boost::asio::awaitable<void> wait(std::optional<engine::TimePoint> until);
  bool read(const Read& read);
  bool save();
  bool has_news() const;
  void forget(std::span<const Arrival> records);
  Delivery delivery_of(std::span<const Arrival> records, int attempt,
                       std::uint64_t split_from) const;
  bool in_trouble(std::string_view doing, const std::exception& error);

  const Means& means_;
  Recorder& recorder_;
  Signal& settled_;
  std::shared_ptr<const Mapping> mapping_;
  FilterCriteria filter_;
  const std::shared_ptr<const engine::Stream> stream_;
  const std::shared_ptr<const engine::Shard> shard_;
  const std::shared_ptr<Bell> bell_;
  Policy policy_;
  Machine machine_;
  Counters counters_;
  Events events_;
  engine::Random request_ids_;
  History history_;
  std::vector<Delivery> unsaved_;
  engine::SequenceNumber written_checkpoint_ = 0;
  int in_flight_ = 0;
  bool is_stopping_ = false;
  bool has_reached_end_ = false;  ///< Of a closed shard.
  std::string trouble_;
  std::string last_error_;
};

}  // namespace mapping
