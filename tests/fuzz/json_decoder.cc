// A request's item, from JSON to stored bytes and back: what is taken is well-formed, and comes
// back as the same bytes.

#include <cstdint>

#include "engine/value/encoding.h"
#include "fuzz.h"
#include "server/protocol/large_numbers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  simdjson::dom::parser parser;
  std::string sent(reinterpret_cast<const char*>(data), size);
  std::string in_range = server::with_numbers_in_range(sent);
  fuzz::require(server::with_numbers_in_range(in_range) == in_range, "numbers in range stay");
  const bool is_json_in_range = fuzz::parsed(parser, in_range).has_value();
  const auto json = fuzz::parsed(parser, sent);
  if (!json) return 0;
  fuzz::require(is_json_in_range, "JSON with its numbers in range is JSON");
  const auto item = fuzz::unless_refused([&] { return engine::item_from_json(*json); });
  fuzz::unless_refused([&] { return engine::value_from_json(*json); });
  if (!item) return 0;
  fuzz::require(engine::encoding::is_well_formed(item->bytes()), "an item is well-formed");
  fuzz::require(item->view().size() <= item->size_bytes(), "every attribute counts for something");

  std::string answered = fuzz::json_of(*item);
  const auto again = fuzz::parsed(parser, answered);
  fuzz::require(again.has_value(), "what is answered is JSON");
  fuzz::require(engine::item_from_json(*again) == *item, "there and back is the same item");
  return 0;
}
