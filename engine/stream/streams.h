#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/random.h"
#include "engine/stream/stream.h"
#include "storage/store.h"

namespace engine {

struct Table;

/// Hears, after the commit and with no lock held, that a stream has new records or has ended.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  virtual void on_records(const Stream& stream) = 0;
};

/// All streams: those in use, and the disabled ones that can still be read.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Streams {
 public:
  Streams(storage::Store& store, const Clock& clock, Random& random, int shards_per_stream);

  /// By ARN. Null if there is none.
  std::shared_ptr<Stream> find(std::string_view arn) const;
  /// In the byte order of their ARNs, those after `after`; of one table only, if a name is given.
  std::vector<std::shared_ptr<Stream>> list(std::string_view table_name, std::string_view after,
                                            std::size_t limit) const;

  /// A new stream for `table` (which has `region` and `account` in its ARN). The caller commits
  /// `batch` and then calls `opened`.
  std::shared_ptr<Stream> prepare(const Table& table, ViewType view_type, storage::Batch& batch);
  void opened(std::shared_ptr<Stream> stream);
  /// Closes every open shard: adds it to `batch`, which the caller commits before `closed`. Nobody
  /// writes to the table meanwhile.
  void prepare_close(const Stream& stream, storage::Batch& batch) const;
  void closed(Stream& stream);

  /// The next number. Call it with the shard's mutex held, and commit before letting go.
  SequenceNumber next_number();

  void set_listener(StreamListener* listener) { listener_ = listener; }
  void tell(const Stream& stream) const {
    if (listener_ != nullptr) listener_->on_records(stream);
  }

 private:
  void load();
  std::string free_label(const Table& table) const;

  storage::Store& store_;
  const Clock& clock_;
  Random& random_;
  int shards_per_stream_;
  StreamListener* listener_ = nullptr;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Stream>, std::less<>> streams_;
  std::uint64_t last_stream_id_ = 0;
  std::uint64_t last_shard_id_ = 0;
  std::atomic<SequenceNumber> next_number_{0};
  std::atomic<SequenceNumber> reserved_{0};  ///< Numbers below it may be given out.
  std::mutex reserve_mutex_;
};

}  // namespace engine
