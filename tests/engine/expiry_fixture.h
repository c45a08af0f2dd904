#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/table/item_key.h"
#include "tests/engine/fixture.h"

namespace engine {

// Tables whose items end by the attribute `end`.

/// The second of the fixture's clock.
inline constexpr long long start = 1'764'085'660;

inline Value at(long long second) { return Value::number(std::to_string(second)); }
inline TimePoint time_of(long long second) { return TimePoint(std::chrono::seconds(second)); }

inline std::shared_ptr<const Table> enable(Engine& engine, const std::string& name,
                                           const std::string& attribute_name = "end") {
  auto table = engine.catalog.update(name, {.enable_time_to_live = attribute_name});
  engine.expiry.begin(*table);
  return engine.catalog.find(name);
}

inline std::shared_ptr<const Table> make_expiring_table(Engine& engine,
                                                        const std::string& name = "T") {
  engine.make_table(name, ViewType::new_and_old_images);
  auto table = enable(engine, name);
  engine.expiry.perform(engine.clock.now());
  return table;
}

/// What whoever performs chores does.
inline void perform_all(Engine& engine) {
  for (int turns = 0; turns < 10'000; ++turns) {
    const auto due = engine.expiry.next_due();
    if (!due || *due > engine.clock.now()) return;
    engine.expiry.perform(engine.clock.now());
  }
  FAIL() << "always due";
}

inline void live_until(Engine& engine, long long second) {
  engine.clock.time = time_of(second);
  perform_all(engine);
}

inline bool is_there(Engine& engine, const Table& table, const std::string& pk) {
  return engine.reader.item(table.key_of(item(pk))).has_value();
}

inline std::size_t entries_under(const Engine& engine, std::uint32_t id) {
  std::size_t count = 0;
  for (auto cursor =
           engine.store.scan(storage::Column::items, table_prefix(id), table_prefix(id + 1));
       cursor.valid(); cursor.next()) {
    ++count;
  }
  return count;
}

/// Entries of the list.
inline std::size_t listed(const Engine& engine, const Table& table) {
  return entries_under(engine, table.time_to_live->id);
}

}  // namespace engine
