// Filter patterns with something to match. An input is two lines:
//
//     {"dynamodb":{"NewImage":{"state":{"S":["open"]}}}}
//     {"state":{"S":"open"}}
//
// The second is the new image of a record, and a document of its own.

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fuzz.h"
#include "mapping/filter/criteria.h"

namespace {

using mapping::FilterCriteria;

void match_record(const FilterCriteria& criteria, std::string image_json) {
  simdjson::dom::parser parser;
  const auto json = fuzz::parsed(parser, image_json);
  if (!json || !json->is_object()) return;
  const auto image = fuzz::unless_refused([&]() -> std::optional<engine::Item> {
    try {
      return engine::item_from_json(*json);
    } catch (const simdjson::simdjson_error&) {
      return std::nullopt;  // The model says no before.
    }
  });
  if (!image || !*image) return;

  engine::Stream stream;
  stream.arn = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/L";
  stream.region = "us-east-1";
  engine::RecordView record;
  record.sequence_number = 7;
  record.by_service = true;
  record.new_image = (*image)->view();
  std::string rendered;
  engine::append_record_json(rendered, stream, record, engine::RecordForm::lambda_event);
  const auto document = nlohmann::json::parse(rendered, nullptr, false);
  if (document.is_discarded()) return;  // Text that is no UTF-8.

  const bool admits = criteria.admits(stream, record);
  fuzz::require(admits == criteria.admits_document(document), "the bytes say what the JSON says");
  if (!admits) {
    fuzz::require(criteria.why_refused(stream, record) != "filter 1: ", "there is a reason");
  }
}

void match_document(const FilterCriteria& criteria, const std::string& text) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_discarded()) criteria.admits_document(document);
  if (!simdjson::validate_utf8(text.data(), text.size())) return;
  const auto message = nlohmann::json{{"body", text}}.dump();
  if (!criteria.admits_message(message)) {
    fuzz::require(criteria.why_message_refused(message) != "filter 1: ", "there is a reason");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(input.find('\n'), input.size());
  const std::vector<std::string> patterns = {input.substr(0, line)};
  const auto text = input.substr(std::min(line + 1, input.size()));

  const auto criteria = fuzz::unless_refused([&] { return FilterCriteria::compile(patterns); });
  if (!criteria) return 0;
  match_record(*criteria, text);
  match_document(*criteria, text);
  return 0;
}
