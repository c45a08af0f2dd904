#pragma once

#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api_error.h"
#include "engine/arn.h"
#include "engine/bucket/bucket.h"
#include "engine/clock.h"
#include "engine/random.h"
#include "storage/store.h"

namespace engine {

/// The buckets there are and their objects, all of them in the store; nothing of an object is kept
/// in memory.
///
/// What a call has done is in the store before it returns. Safe to call from any thread. Errors:
/// `ApiError` NoSuchBucket from every call that takes the name of a bucket; `StorageError`.
class Buckets {
 public:
  /// Learns from the store which there are.
  Buckets(storage::Store& store, const Clock& clock, Random& random);

  /// Says whether it is new; otherwise it was there, and is as it was.
  bool create(const std::string& name, const Caller& caller);
  /// Errors: BucketNotEmpty.
  void remove(std::string_view name);
  /// Nothing if there is none.
  std::optional<BucketDescription> find(std::string_view name) const;
  BucketDescription describe(std::string_view name) const;
  /// By name; those that begin with `prefix` and come after `after`, at most `limit`.
  std::vector<BucketDescription> list(std::string_view prefix = "", std::string_view after = "",
                                      std::size_t limit = -1) const;

  /// Whether an object may be written, given the one that is there (null: none). May throw.
  using Condition = std::function<void(const ObjectDescription* old_object)>;
  /// In the place of the object that has the key. Time, size and ETag are found here.
  ObjectDescription put(std::string_view bucket, const std::string& key, std::string_view bytes,
                        const std::map<std::string, std::string>& headers,
                        const Condition& condition = nullptr);
  /// Nothing if there is none.
  std::optional<ObjectDescription> head(std::string_view bucket, std::string_view key) const;
  std::optional<Object> get(std::string_view bucket, std::string_view key) const;
  /// Nothing happens if there is none.
  void remove_objects(std::string_view bucket, const std::vector<std::string>& keys);
  ObjectPage list_objects(std::string_view bucket, const ObjectQuery& query) const;
  /// Removes every bucket.
  void clear();

 private:
  struct Bucket {
    std::uint64_t id = 0;  ///< Its objects' keys begin with it; never used again.
    BucketDescription description;
  };

  const Bucket& existing(std::string_view name) const;
  std::optional<ObjectDescription> read(const Bucket& bucket, std::string_view key) const;

  storage::Store& store_;
  const Clock& clock_;
  Random& random_;
  /// Guards `buckets_`, and keeps an object's bytes and description together: held over commits.
  mutable std::shared_mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

ApiError no_such_bucket();

}  // namespace engine
