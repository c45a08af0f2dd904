#include "engine/stream/description.h"

#include <nlohmann/json.hpp>

#include "engine/hash.h"

namespace engine {

namespace {

using nlohmann::json;

json shard_json(const Shard& shard) {
  const std::lock_guard lock(shard.mutex);
  json out = {{"id", shard.id},
              {"shardId", shard.shard_id},
              {"parent", shard.parent},
              {"hashFrom", shard.hash_from},
              {"hashTo", shard.hash_to},
              {"starting", shard.starting},
              {"created", epoch_milliseconds(shard.created)}};
  if (shard.ending) out["ending"] = *shard.ending;
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
  if (in.contains("ending")) shard->close(in.at("ending"));
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
              {"enabled", stream.status == StreamStatus::enabled}};
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
  stream->status = in.at("enabled") ? StreamStatus::enabled : StreamStatus::disabled;
  for (const auto& shard : in.at("shards")) stream->shard_list.push_back(shard_of(shard));
  return stream;
}

std::shared_ptr<Stream> copy_of(const Stream& stream) { return stream_of(describe(stream)); }

}  // namespace engine
