#pragma once

#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/random.h"
#include "engine/read/reader.h"
#include "engine/stream/reader.h"
#include "engine/stream/streams.h"
#include "engine/table/catalog.h"
#include "engine/write/backfill.h"
#include "engine/write/expiry.h"
#include "engine/write/transaction.h"
#include "engine/write/writer.h"
#include "storage/store.h"
#include "tests/folder.h"

namespace engine {

/// Time in the test's hands.
class FakeClock final : public Clock {
 public:
  TimePoint now() const override { return time; }
  TimePoint time = from_epoch_milliseconds(1'764'085'660'123);
};

/// An engine on a store in memory, or on one that a test opens again.
struct Engine {
  explicit Engine(const storage::StoreOptions& options = {.in_memory = true}, int shards = 1,
                  Duration settle_time = Duration(0))
      : store(options),
        streams(store, clock, random, shards),
        catalog(store, streams, clock, random, settle_time) {}

  FakeClock clock;
  Random random{1};
  storage::Store store;
  Streams streams;
  Catalog catalog;
  Reader reader{store};
  Writer writer{store, streams, clock};
  Transactions transactions{store, writer, clock};
  Expiry expiry{store, catalog, writer};
  Backfill backfill{store, catalog, writer};
  StreamReader stream_reader{store, clock};

  std::shared_ptr<const Table> make_table(const std::string& name,
                                          std::optional<ViewType> stream = std::nullopt,
                                          bool has_sort_key = false) {
    TableSpec spec;
    spec.name = name;
    spec.key.partition = {"pk", Type::string};
    spec.attribute_definitions = {{"pk", Type::string}};
    if (has_sort_key) {
      spec.key.sort = {"sk", Type::number};
      spec.attribute_definitions.push_back({"sk", Type::number});
    }
    spec.billing_mode = BillingMode::pay_per_request;
    spec.stream = stream;
    catalog.create(spec, Caller{});
    return catalog.find(name);
  }

  WriteOutcome put(const std::shared_ptr<const Table>& table, const Item& item) {
    return writer.apply(put_of(table, item));
  }

  static Write put_of(const std::shared_ptr<const Table>& table, const Item& item) {
    Write write;
    write.table = table;
    write.key = table->key_of(item);
    write.change = [item](const Item*) { return item; };
    return write;
  }

  WriteOutcome remove(const std::shared_ptr<const Table>& table, const Item& key) {
    Write write;
    write.table = table;
    write.key = table->key_of_key(key);
    write.change = [](const Item*) { return std::nullopt; };
    return writer.apply(write);
  }

  /// Every record of the stream in force, shard by shard.
  std::vector<Record> records(const Table& table) {
    std::vector<Record> all;
    const auto now = catalog.find(table.name);
    for (const auto& shard : now->stream->shards()) {
      auto page = stream_reader.read(*shard, 0, 100'000, 1 << 30);
      std::move(page.records.begin(), page.records.end(), std::back_inserter(all));
    }
    return all;
  }
};

inline Item item(const std::string& pk) { return Item::of({{"pk", Value::string(pk)}}); }

inline Item item(const std::string& pk, const std::string& name, const Value& value) {
  return Item::of({{"pk", Value::string(pk)}, {name, value}});
}

}  // namespace engine
