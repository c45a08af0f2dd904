#pragma once

#include <functional>
#include <memory>

namespace mapping {

struct Mapping;
struct MappingReport;

/// A mapping at work on its event source.
///
/// Lives on the mapping thread. May throw `storage::StorageError`.
class Consumer {
 public:
  virtual ~Consumer() = default;

  virtual void start() = 0;
  /// Begins nothing more; what a function has is brought to its end. `on_stopped` is called when
  /// all is at rest.
  virtual void stop(std::function<void()> on_stopped) = 0;
  /// Whether a function is busy with a batch of ours.
  virtual bool is_in_flight() const = 0;
  /// From now on; what has been begun stays as it is.
  virtual void set_mapping(std::shared_ptr<const Mapping> mapping) = 0;
  /// Adds how it stands with the source.
  virtual void report(MappingReport& report) const = 0;
};

}  // namespace mapping
