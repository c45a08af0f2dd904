#pragma once

#include "engine/expression/expression.h"
#include "engine/value/encoding.h"
#include "fuzz.h"

/// The item that expressions, and what was before them, are tried on.
namespace fuzz {

inline engine::Item item_of(std::string json) {
  simdjson::dom::parser parser;
  return engine::item_from_json(parsed(parser, json).value());
}

inline const engine::Item& sample_key() {
  static const engine::Item key = item_of(R"({"pk":{"S":"a"}})");
  return key;
}

/// Something of everything, named for its type.
inline const engine::Item& sample_item() {
  static const engine::Item item = item_of(
      R"({"pk":{"S":"a"},"s":{"S":"text"},"n":{"N":"-1.5"},"b":{"B":"AAEC"},"t":{"BOOL":true},)"
      R"("z":{"NULL":true},"l":{"L":[{"N":"1"},{"S":"x"},{"M":{"a":{"L":[{"N":"2"}]}}}]},)"
      R"("m":{"M":{"a":{"N":"1"},"b":{"M":{"c":{"S":"d"}}},"e":{"L":[]}}},"ss":{"SS":["a","b"]},)"
      R"("ns":{"NS":["1","2"]},"bs":{"BS":["AA==","AQ=="]},"w":{"M":{}},"big":{"N":)"
      R"("99999999999999999999999999999999999999"}})");
  return item;
}

inline void ask(const engine::Condition& condition) {
  for (const auto item : {sample_item().view(), sample_key().view(), engine::MapView()}) {
    const auto holds = [&] { return condition.holds(item); };
    require(unless_refused(holds) == unless_refused(holds),
            "asked again a condition says the same");
  }
}

inline void apply(const engine::Update& update, const engine::MapView* old_item) {
  const auto result = unless_refused([&] { return update.apply(old_item, sample_key()); });
  if (!result || !*result) return;
  const engine::Item& item = **result;
  require(engine::encoding::is_well_formed(item.bytes()), "an update gives an item");
  require(engine::encoding::is_well_formed(update.targeted(item).bytes()),
          "what it targeted is well-formed");
  simdjson::dom::parser parser;
  std::string answered = json_of(item);
  const auto json = parsed(parser, answered);
  require(json && engine::item_from_json(*json) == item, "there and back it is the same");
}

/// To the item, and where there is none.
inline void apply(const engine::Update& update) {
  const engine::MapView old_item = sample_item();
  apply(update, &old_item);
  apply(update, nullptr);
}

}  // namespace fuzz
