#pragma once

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "engine/stream/streams.h"
#include "mapping/timeline.h"

namespace mapping {

/// Hears that a stream has news and rings for those who read it.
///
/// Safe to call from any thread; a writer that finds all bells rung already pays next to nothing.
class Doorbell final : public engine::StreamListener {
 public:
  void on_records(const engine::Stream& stream) override;

  void add(const engine::Stream& stream, std::shared_ptr<Bell> bell);
  void remove(const engine::Stream& stream, const std::shared_ptr<Bell>& bell);

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::uint64_t, std::vector<std::shared_ptr<Bell>>> bells_;  ///< By stream.
};

}  // namespace mapping
