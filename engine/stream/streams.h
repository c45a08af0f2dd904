#pragma once

#include <atomic>
#include <functional>
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

/// Hears, after the commit, that a stream has new records, that shards of it have been closed, or
/// that it has ended. Called with locks held in the last case: it only makes a note of it.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  virtual void on_records(const Stream& stream) = 0;
};

/// Hears that there is a new stream, or that one has other shards. Called with locks held: it only
/// makes a note of it.
class ShapeListener {
 public:
  virtual ~ShapeListener() = default;
  virtual void on_shape() = 0;
};

/// A change to the shards of a stream, all of it at once.
struct Reshaping {
  /// An open shard is closed and followed by one child, or by two that share its range.
  struct Succession {
    std::shared_ptr<Shard> parent;
    int children = 1;
  };
  std::vector<Succession> successions;
  /// Trimmed records, up to this one, leave the disk.
  struct Clearing {
    std::shared_ptr<Shard> shard;
    SequenceNumber through = 0;
  };
  std::vector<Clearing> cleared;
  /// Listed no more, and their records gone.
  std::vector<std::shared_ptr<Shard>> vanished;

  bool is_empty() const { return successions.empty() && cleared.empty() && vanished.empty(); }
};

struct Reshaped {
  std::vector<std::shared_ptr<Shard>> closed;
  std::vector<std::shared_ptr<Shard>> opened;
};

/// All streams: those in use, and the disabled ones that can still be read.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Streams {
 public:
  /// Held by whoever changes the shape of a stream, from looking at it until the change is made.
  using Hold = std::unique_lock<std::mutex>;

  Streams(storage::Store& store, const Clock& clock, Random& random, int shards_per_stream);

  /// By ARN. Null if there is none.
  std::shared_ptr<Stream> find(std::string_view arn) const;
  /// The same; throws ResourceNotFoundException `...: Stream: <arn> not found`.
  std::shared_ptr<Stream> existing(std::string_view arn) const;
  /// In the byte order of their ARNs, those after `after`; of one table only, if a name is given.
  std::vector<std::shared_ptr<Stream>> list(std::string_view table_name, std::string_view after,
                                            std::size_t limit) const;
  std::vector<std::shared_ptr<Stream>> all() const;

  /// How many shards a new stream of the table begins with: what its tag `dynamill:shards` says, or
  /// `shards_per_stream`. Throws `ApiError` (ValidationException) that names the tag.
  int shard_count(const Table& table) const;
  /// A new stream for `table` (which has `region` and `account` in its ARN). The caller commits
  /// `batch` and then calls `opened`.
  std::shared_ptr<Stream> prepare(const Table& table, ViewType view_type, storage::Batch& batch);
  void opened(std::shared_ptr<Stream> stream);
  /// Disables the stream, which closes every open shard: adds it to `batch`, which the caller
  /// commits before `closed`. Nobody writes to the table meanwhile. Keep what it returns until
  /// after `closed`.
  [[nodiscard]] Hold prepare_close(const Stream& stream, TimePoint now, storage::Batch& batch);
  void closed(Stream& stream, TimePoint now);

  /// Changes the shards as `decide` says, which sees the stream while nobody else changes it, and
  /// may throw. Writers of a shard that is closed wait, and go on with the child. Does nothing to a
  /// stream that is no longer here.
  Reshaped reshape(Stream& stream, const std::function<Reshaping(const Stream&)>& decide);
  /// Removes a disabled stream, and whatever is left of its records.
  void remove(const Stream& stream);

  /// The next number. Call it with the shard's mutex held, and commit before letting go.
  SequenceNumber next_number();

  void set_listener(StreamListener* listener) { listener_ = listener; }
  void set_shape_listener(ShapeListener* listener) { shape_listener_ = listener; }
  void tell(const Stream& stream) const {
    if (listener_ != nullptr) listener_->on_records(stream);
  }

 private:
  void load();
  void find_ends(Shard& shard) const;
  std::string free_label(const Table& table) const;
  std::shared_ptr<Shard> make_shard(long long milliseconds, std::uint32_t suffix, TimePoint now);
  std::vector<std::shared_ptr<Shard>> make_children(const Stream& stream,
                                                    const Reshaping& reshaping, TimePoint now);
  std::vector<std::uint32_t> suffixes(std::size_t count);
  void put_last_ids(storage::Batch& batch) const;
  void reclaim(const Reshaping& reshaping);
  void tell_of_shape() const {
    if (shape_listener_ != nullptr) shape_listener_->on_shape();
  }

  storage::Store& store_;
  const Clock& clock_;
  Random& random_;
  const int shards_per_stream_;
  StreamListener* listener_ = nullptr;
  ShapeListener* shape_listener_ = nullptr;
  /// Taken after a table's gate and before a shard's mutex.
  std::mutex change_mutex_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Stream>, std::less<>> streams_;  ///< By `mutex_`.
  std::atomic<std::uint64_t> last_stream_id_{0};
  std::atomic<std::uint64_t> last_shard_id_{0};
  std::atomic<SequenceNumber> next_number_{0};
  std::atomic<SequenceNumber> reserved_{0};  ///< Numbers below it may be given out.
  std::mutex reserve_mutex_;
};

}  // namespace engine
