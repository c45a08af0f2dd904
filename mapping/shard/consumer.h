#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/documents.h"
#include "engine/stream/stream.h"
#include "mapping/consumer.h"
#include "mapping/mapping.h"
#include "mapping/means.h"
#include "mapping/recorder.h"
#include "mapping/shard/driver.h"
#include "mapping/timeline.h"

namespace mapping {

/// Where each shard of `stream` begins for a mapping that has not begun: with LATEST, whatever is
/// there now is behind it. Shards that come later are read from their beginning.
std::vector<engine::Documents::Change> starting_positions(const Mapping& mapping,
                                                          const engine::Stream& stream);

/// How a mapping stands that is not at work, from what is written down.
void report_written(const Means& means, const engine::Stream& stream, MappingReport& report);

/// A mapping at work on its stream: a driver for every shard whose parent is dealt with.
///
/// Lives on the mapping thread. May throw `storage::StorageError`.
class StreamConsumer final : public Consumer, public std::enable_shared_from_this<StreamConsumer> {
 public:
  StreamConsumer(const Means& means, Recorder& recorder, Signal& settled,
                 std::shared_ptr<const Mapping> mapping,
                 std::shared_ptr<const engine::Stream> stream);

  void start() override;
  void stop(std::function<void()> on_stopped) override;
  bool is_in_flight() const override;
  void set_mapping(std::shared_ptr<const Mapping> mapping) override;
  void report(MappingReport& report) const override;

 private:
  void start_shards();
  std::uint64_t seed_of(const engine::Shard& shard) const;
  void forget_vanished();
  bool is_ready(const engine::Shard& shard) const;
  void on_done(Driver& driver, const std::string& shard_id);
  ShardStatus status(const engine::Shard& shard) const;

  const Means& means_;
  Recorder& recorder_;
  Signal& settled_;
  std::shared_ptr<const Mapping> mapping_;
  const std::shared_ptr<const engine::Stream> stream_;
  const std::uint64_t seed_;                                ///< Of request ids, from this start on.
  std::map<std::string, std::shared_ptr<Driver>> drivers_;  ///< By shard; those at rest too.
  int running_ = 0;
  bool is_stopping_ = false;
  std::function<void()> on_stopped_;
};

}  // namespace mapping
