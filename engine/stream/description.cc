#include "engine/stream/description.h"

#include <nlohmann/json.hpp>

#include "engine/hash.h"

namespace engine {

namespace {

using nlohmann::json;

/// (The mutex of a shard that is being changed is held by whoever changes it.)
json shard_json(const Shard& shard) {
  json out = {{"id", shard.id},
              {"shardId", shard.shard_id},
              {"parent", shard.parent},
              {"hashFrom", shard.hash_from},
              {"hashTo", shard.hash_to},
              {"starting", shard.starting},
              {"created", epoch_milliseconds(shard.created)},
              {"newest", shard.newest.load()},
              {"newestCreated", epoch_milliseconds(shard.newest_created.load())},
              {"trimmed", shard.trimmed.load()},
              {"removed", shard.removed.load()}};
  if (!shard.is_open()) out["vanishes"] = epoch_milliseconds(shard.vanishes);
  return out;
}

std::shared_ptr<Shard> shard_of(const json& in) {
  auto shard = std::make_shared<Shard>();
  shard->id = in.at("id");
  shard->shard_id = in.at("shardId");
  shard->parent = in.at("parent");
  shard->hash_from = in.at("hashFrom");
  shard->hash_to = in.at("hashTo");
  shard->starting = in.at("starting");
  shard->created = from_epoch_milliseconds(in.at("created"));
  shard->newest = in.at("newest").get<SequenceNumber>();
  shard->newest_created = from_epoch_milliseconds(in.at("newestCreated"));
  shard->trimmed = in.at("trimmed").get<SequenceNumber>();
  shard->removed = in.at("removed").get<SequenceNumber>();
  if (in.contains("vanishes")) {
    shard->vanishes = from_epoch_milliseconds(in.at("vanishes"));
    shard->is_closed = true;
  }
  return shard;
}

}  // namespace

std::string describe(const Stream& stream) {
  json out = {{"id", stream.id},
              {"arn", stream.arn},
              {"label", stream.label},
              {"tableName", stream.table_name},
              {"region", stream.region},
              {"keySchema", stream.key_schema},
              {"viewType", view_type_name(stream.view_type)},
              {"created", epoch_milliseconds(stream.created)},
              {"shards", json::array()}};
  if (stream.status == StreamStatus::disabled) {
    out["disabled"] = epoch_milliseconds(stream.disabled);
  }
  for (const auto& shard : stream.shards()) out["shards"].push_back(shard_json(*shard));
  return out.dump();
}

std::shared_ptr<Stream> stream_of(std::string_view description) {
  const auto in = json::parse(description);
  auto stream = std::make_shared<Stream>();
  stream->id = in.at("id");
  stream->arn = in.at("arn");
  stream->label = in.at("label");
  stream->table_name = in.at("tableName");
  stream->region = in.at("region");
  stream->key_schema = in.at("keySchema");
  stream->view_type = view_type_of(in.at("viewType").get<std::string>()).value();
  stream->created = from_epoch_milliseconds(in.at("created"));
  stream->event_seed = stable_hash(stream->arn);
  if (in.contains("disabled")) {
    stream->disabled = from_epoch_milliseconds(in.at("disabled"));
    stream->status = StreamStatus::disabled;
  }
  std::vector<std::shared_ptr<Shard>> shards;
  for (const auto& shard : in.at("shards")) shards.push_back(shard_of(shard));
  stream->set_shards(std::move(shards));
  return stream;
}

std::shared_ptr<Stream> copy_of(const Stream& stream) { return stream_of(describe(stream)); }

}  // namespace engine
