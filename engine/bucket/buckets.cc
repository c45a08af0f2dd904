#include "engine/bucket/buckets.h"

#include <mutex>
#include <nlohmann/json.hpp>

#include "engine/digest.h"
#include "storage/error.h"
#include "storage/order_key.h"

namespace engine {

namespace {

using Json = nlohmann::json;
using storage::Batch;
using storage::Column;

// The keys of buckets in the column of state:
//
//     bd <name>            a description
//     bo <bucket id> <key> the description of an object
//     bb <bucket id> <key> its bytes, apart: lists do not read them
constexpr std::string_view descriptions = "bd";
constexpr std::string_view objects = "bo";
constexpr std::string_view contents = "bb";

std::string prefix_of(std::string_view kind, std::uint64_t bucket_id) {
  std::string key(kind);
  storage::append_u64(key, bucket_id);
  return key;
}

std::string key_of(std::string_view kind, std::uint64_t bucket_id, std::string_view key) {
  return prefix_of(kind, bucket_id).append(key);
}

std::string description_key(std::string_view name) {
  return std::string(descriptions).append(name);
}

/// In CBOR, which does not mind what bytes a header has.
std::string encode(const Json& json) {
  std::string bytes;
  Json::to_cbor(json, bytes);
  return bytes;
}

Json decode(std::string_view bytes) {
  auto json = Json::from_cbor(bytes, true, false);
  if (!json.is_object()) throw storage::StorageError("a bucket's record in the store is damaged");
  return json;
}

std::string encode_object(const ObjectDescription& object) {
  return encode({{"size", object.size},
                 {"etag", object.etag},
                 {"modified", epoch_milliseconds(object.modified)},
                 {"headers", object.headers}});
}

ObjectDescription decode_object(std::string_view key, std::string_view bytes) {
  const auto json = decode(bytes);
  return {.key = std::string(key),
          .size = json.at("size"),
          .etag = json.at("etag"),
          .modified = from_epoch_milliseconds(json.at("modified")),
          .headers = json.at("headers")};
}

void remove_object(Batch& batch, std::uint64_t bucket_id, std::string_view key) {
  batch.remove(Column::state, key_of(objects, bucket_id, key));
  batch.remove(Column::state, key_of(contents, bucket_id, key));
}

}  // namespace

ApiError no_such_bucket() { return {"NoSuchBucket", "The specified bucket does not exist", 404}; }

Buckets::Buckets(storage::Store& store, const Clock& clock, Random& random)
    : store_(store), clock_(clock), random_(random) {
  for (auto cursor = store.scan(Column::state, descriptions, storage::after_prefix(descriptions));
       cursor.valid(); cursor.next()) {
    const std::string name(cursor.key().substr(descriptions.size()));
    const auto json = decode(cursor.value());
    buckets_[name] = {.id = json.at("id"),
                      .description = {.name = name,
                                      .region = json.at("region"),
                                      .account = json.at("account"),
                                      .created = from_epoch_milliseconds(json.at("created"))}};
  }
}

bool Buckets::create(const std::string& name, const Caller& caller) {
  const std::unique_lock lock(mutex_);
  if (buckets_.contains(name)) return false;
  const Bucket bucket{.id = random_.next(),
                      .description = {.name = name,
                                      .region = caller.region,
                                      .account = caller.account,
                                      .created = clock_.now()}};
  Batch batch;
  batch.put(Column::state, description_key(name),
            encode({{"id", bucket.id},
                    {"region", caller.region},
                    {"account", caller.account},
                    {"created", epoch_milliseconds(bucket.description.created)}}));
  store_.commit(batch);
  buckets_.emplace(name, bucket);
  return true;
}

void Buckets::remove(std::string_view name) {
  const std::unique_lock lock(mutex_);
  const auto from = prefix_of(objects, existing(name).id);
  if (store_.scan(Column::state, from, storage::after_prefix(from)).valid()) {
    throw ApiError("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
  }
  Batch batch;
  batch.remove(Column::state, description_key(name));
  store_.commit(batch);
  buckets_.erase(buckets_.find(name));
}

std::optional<BucketDescription> Buckets::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) return std::nullopt;
  return found->second.description;
}

BucketDescription Buckets::describe(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  return existing(name).description;
}

std::vector<BucketDescription> Buckets::list(std::string_view prefix, std::string_view after,
                                             std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<BucketDescription> found;
  auto at = after < prefix ? buckets_.lower_bound(prefix) : buckets_.upper_bound(after);
  for (; at != buckets_.end() && at->first.starts_with(prefix) && found.size() < limit; ++at) {
    found.push_back(at->second.description);
  }
  return found;
}

ObjectDescription Buckets::put(std::string_view bucket_name, const std::string& key,
                               std::string_view bytes,
                               const std::map<std::string, std::string>& headers,
                               const Condition& condition) {
  ObjectDescription object{.key = key,
                           .size = bytes.size(),
                           .etag = hex_text(md5(bytes)),
                           .modified = clock_.now(),
                           .headers = headers};
  const std::unique_lock lock(mutex_);
  const auto& bucket = existing(bucket_name);
  if (condition) {
    const auto old_object = read(bucket, key);
    condition(old_object ? &*old_object : nullptr);
  }
  Batch batch;
  batch.put(Column::state, key_of(objects, bucket.id, key), encode_object(object));
  batch.put(Column::state, key_of(contents, bucket.id, key), bytes);
  store_.commit(batch);
  return object;
}

std::optional<ObjectDescription> Buckets::head(std::string_view bucket_name,
                                               std::string_view key) const {
  const std::shared_lock lock(mutex_);
  return read(existing(bucket_name), key);
}

std::optional<Object> Buckets::get(std::string_view bucket_name, std::string_view key) const {
  const std::shared_lock lock(mutex_);
  const auto& bucket = existing(bucket_name);
  auto description = read(bucket, key);
  if (!description) return std::nullopt;
  auto bytes = store_.get(Column::state, key_of(contents, bucket.id, key));
  if (!bytes) throw storage::StorageError("the bytes of an object are missing in the store");
  return Object{*std::move(description), *std::move(bytes)};
}

void Buckets::remove_objects(std::string_view bucket_name, const std::vector<std::string>& keys) {
  const std::unique_lock lock(mutex_);
  const auto& bucket = existing(bucket_name);
  Batch batch;
  for (const auto& key : keys) remove_object(batch, bucket.id, key);
  if (!batch.empty()) store_.commit(batch);
}

ObjectPage Buckets::list_objects(std::string_view bucket_name, const ObjectQuery& query) const {
  const std::shared_lock lock(mutex_);
  const auto space = prefix_of(objects, existing(bucket_name).id);
  const auto end = storage::after_prefix(space + query.prefix);
  const auto common_prefix = [&](std::string_view key) {
    if (query.delimiter.empty()) return std::string();
    const auto at = key.find(query.delimiter, query.prefix.size());
    if (at == std::string_view::npos) return std::string();
    return std::string(key.substr(0, at + query.delimiter.size()));
  };

  ObjectPage page;
  auto from = space + query.prefix;
  if (const auto after = space + query.after; !query.after.empty() && after >= from) {
    // A common prefix that was told stands for all keys that begin with it.
    const bool was_common = query.after.size() >= query.prefix.size() && !query.delimiter.empty() &&
                            common_prefix(query.after) == query.after;
    from = was_common ? storage::after_prefix(after) : after + '\0';
  }
  if (from >= end) return page;
  auto cursor = store_.scan(Column::state, from, end);
  while (cursor.valid()) {
    if (page.objects.size() + page.common_prefixes.size() == query.limit) {
      page.has_more = true;
      break;
    }
    const std::string key(cursor.key().substr(space.size()));
    if (auto common = common_prefix(key); !common.empty()) {
      from = storage::after_prefix(space + common);
      page.last = common;
      page.common_prefixes.push_back(std::move(common));
      if (from >= end) break;
      cursor = store_.scan(Column::state, from, end);
    } else {
      page.last = key;
      page.objects.push_back(decode_object(key, cursor.value()));
      cursor.next();
    }
  }
  return page;
}

void Buckets::clear() {
  const std::unique_lock lock(mutex_);
  Batch batch;
  for (const auto kind : {descriptions, objects, contents}) {
    batch.remove_range(Column::state, kind, storage::after_prefix(kind));
  }
  store_.commit(batch);
  buckets_.clear();
}

const Buckets::Bucket& Buckets::existing(std::string_view name) const {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) throw no_such_bucket();
  return found->second;
}

std::optional<ObjectDescription> Buckets::read(const Bucket& bucket, std::string_view key) const {
  const auto bytes = store_.get(Column::state, key_of(objects, bucket.id, key));
  if (!bytes) return std::nullopt;
  return decode_object(key, *bytes);
}

}  // namespace engine
