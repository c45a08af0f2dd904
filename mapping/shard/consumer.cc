#include "mapping/shard/consumer.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "engine/hash.h"
#include "engine/random.h"
#include "engine/stream/reader.h"
#include "mapping/report.h"

namespace mapping {

namespace {

/// What is written down of a shard, or where it begins.
ShardDocument document_of(const Means& means, const Mapping& mapping, const engine::Shard& shard) {
  const auto kind = shard_documents_kind(mapping.uuid);
  if (const auto bytes = means.documents.get(kind, shard.shard_id)) {
    return ShardDocument::decode(*bytes);
  }
  return {.progress = {.checkpoint = shard.starting}, .counters = {}};
}

ShardStatus written_status(const Means& means, const Mapping& mapping, const engine::Shard& shard) {
  auto document = document_of(means, mapping, shard);
  ShardStatus status;
  status.shard_id = shard.shard_id;
  status.counters = document.counters;
  status.read = document.progress.checkpoint;
  status.is_idle = !document.progress.has_pieces();
  status.progress = std::move(document.progress);
  return status;
}

}  // namespace

std::vector<engine::Documents::Change> starting_positions(const Mapping& mapping,
                                                          const engine::Stream& stream) {
  std::vector<engine::Documents::Change> changes;
  if (mapping.starting_position == StartingPosition::trim_horizon) return changes;
  for (const auto& shard : stream.shards()) {
    ShardDocument document;
    // Asked first: nothing is added to a closed shard.
    document.progress.has_ended = !shard->is_open();
    document.progress.checkpoint = shard->newest;
    changes.push_back({shard_documents_kind(mapping.uuid), shard->shard_id, document.encode()});
  }
  return changes;
}

void report_written(const Means& means, const engine::Stream& stream, MappingReport& report) {
  for (const auto& shard : stream.shards()) {
    auto status = written_status(means, report.view.mapping, *shard);
    report.shards.push_back(report_of(means, *shard, std::move(status)));
  }
}

StreamConsumer::StreamConsumer(const Means& means, Recorder& recorder, Signal& settled,
                               std::shared_ptr<const Mapping> mapping,
                               std::shared_ptr<const engine::Stream> stream)
    : means_(means),
      recorder_(recorder),
      settled_(settled),
      mapping_(std::move(mapping)),
      stream_(std::move(stream)),
      seed_(means.random.next()) {}

void StreamConsumer::start() { start_shards(); }

/// Starts what may be read now. A shard's children are in the list before its end can be read, so
/// it is enough to look again whenever a shard has ended.
void StreamConsumer::start_shards() {
  if (is_stopping_) return;
  forget_vanished();
  for (const auto& shard : stream_->shards()) {
    if (drivers_.contains(shard->shard_id) || !is_ready(*shard)) continue;
    auto driver = std::make_shared<Driver>(means_, recorder_, settled_, mapping_, stream_, shard,
                                           document_of(means_, *mapping_, *shard), seed_of(*shard));
    drivers_.emplace(shard->shard_id, driver);
    ++running_;
    boost::asio::co_spawn(
        means_.context, driver->run(),
        [self = shared_from_this(), driver, id = shard->shard_id](const std::exception_ptr& error) {
          if (error) std::rethrow_exception(error);
          self->on_done(*driver, id);
        });
  }
}

/// The same whenever a shard is begun in the same order of events.
std::uint64_t StreamConsumer::seed_of(const engine::Shard& shard) const {
  return engine::mix(seed_ + engine::stable_hash(shard.shard_id));
}

/// What is written down of shards that are listed no more, and that nobody is reading, is of no
/// further use. If it cannot be removed now, it will be when the next shard has ended.
void StreamConsumer::forget_vanished() try {
  std::vector<engine::Documents::Change> changes;
  const auto kind = shard_documents_kind(mapping_->uuid);
  for (const auto& [shard_id, bytes] : means_.documents.list(kind)) {
    if (stream_->shard(shard_id)) continue;
    const auto driver = drivers_.find(shard_id);
    if (driver != drivers_.end() && !driver->second->has_ended()) continue;
    if (driver != drivers_.end()) drivers_.erase(driver);
    changes.push_back({kind, shard_id, std::nullopt});
  }
  if (!changes.empty()) means_.documents.commit(changes);
} catch (const std::exception& error) {
  spdlog::warn("mapping {}: what is kept of old shards cannot be removed: {}", mapping_->uuid,
               error.what());
}

/// A parent that the stream no longer has counts as dealt with, unless it is being read still.
bool StreamConsumer::is_ready(const engine::Shard& shard) const {
  if (shard.parent.empty()) return true;
  const auto driver = drivers_.find(shard.parent);
  if (driver != drivers_.end()) return driver->second->has_ended();
  const auto parent = stream_->shard(shard.parent);
  return !parent || document_of(means_, *mapping_, *parent).progress.has_ended;
}

/// The driver may be one of ours no more: its shard has vanished.
void StreamConsumer::on_done(Driver& driver, const std::string& shard_id) {
  --running_;
  if (driver.has_ended()) {
    try {
      start_shards();
    } catch (const std::exception& error) {
      spdlog::error("mapping {}: the shards after {} cannot be started: {}", mapping_->uuid,
                    shard_id, error.what());
    }
  }
  driver.rest();
  settled_.ring();
  if (is_stopping_ && running_ == 0) on_stopped_();
}

void StreamConsumer::stop(std::function<void()> on_stopped) {
  is_stopping_ = true;
  on_stopped_ = std::move(on_stopped);
  for (const auto& [id, driver] : drivers_) driver->stop();
  if (running_ == 0) on_stopped_();
}

bool StreamConsumer::is_in_flight() const {
  for (const auto& [id, driver] : drivers_) {
    if (driver->is_in_flight()) return true;
  }
  return false;
}

void StreamConsumer::set_mapping(std::shared_ptr<const Mapping> mapping) {
  mapping_ = std::move(mapping);
  for (const auto& [id, driver] : drivers_) driver->set_mapping(mapping_);
}

void StreamConsumer::report(MappingReport& report) const {
  for (const auto& shard : stream_->shards()) {
    report.shards.push_back(report_of(means_, *shard, status(*shard)));
  }
}

ShardStatus StreamConsumer::status(const engine::Shard& shard) const {
  const auto driver = drivers_.find(shard.shard_id);
  if (driver != drivers_.end()) return driver->second->status();
  return written_status(means_, *mapping_, shard);
}

}  // namespace mapping
