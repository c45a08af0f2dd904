#pragma once

#include <simdjson.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/api_error.h"
#include "engine/value/json.h"
#include "mapping/filter/criteria.h"

namespace mapping {

inline FilterCriteria criteria(const std::vector<std::string>& patterns) {
  return FilterCriteria::compile(patterns);
}

inline bool is_accepted(const std::string& pattern) {
  try {
    criteria({pattern});
    return true;
  } catch (const engine::ApiError& error) {
    EXPECT_EQ(error.code, "InvalidParameterValueException");
    EXPECT_EQ(error.message, "Invalid filter pattern definition.");
    return false;
  }
}

inline engine::Item item_of(std::string json) {
  simdjson::dom::parser parser;
  return engine::item_from_json(parser.parse(json));
}

/// A record of a stream, made of nothing.
struct FilteredRecord {
  /// Images as JSON; empty: none.
  FilteredRecord(engine::EventName name, const std::string& new_image,
                 const std::string& old_image = "", bool by_service = false) {
    const auto new_item = item_of(new_image.empty() ? "{}" : new_image);
    const auto old_item = item_of(old_image.empty() ? "{}" : old_image);
    const engine::MapView new_view = new_item;
    const engine::MapView old_view = old_item;
    const auto keys = item_of(R"({"pk":{"S":"a"}})");
    record.sequence_number = 100;
    engine::encode_record(record.bytes, name, engine::from_epoch_milliseconds(1'764'085'661'900),
                          by_service, keys, new_image.empty() ? nullptr : &new_view,
                          old_image.empty() ? nullptr : &old_view);
    stream.arn = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2025-11-25T15:47:12.345";
    stream.region = "us-east-1";
    stream.view_type = engine::ViewType::new_and_old_images;
    stream.event_seed = 7;
  }
  static FilteredRecord insert(const std::string& new_image) {
    return {engine::EventName::insert, new_image};
  }

  bool passes(const std::string& pattern) const {
    return criteria({pattern}).admits(stream, record.view());
  }
  /// A pattern for what `dynamodb.NewImage` holds.
  bool image_passes(const std::string& pattern) const {
    return passes(R"({"dynamodb":{"NewImage":)" + pattern + "}}");
  }
  std::string why(const std::vector<std::string>& patterns) const {
    return criteria(patterns).why_refused(stream, record.view());
  }
  nlohmann::json document() const {
    std::string json;
    engine::append_record_json(json, stream, record.view(), engine::RecordForm::lambda_event);
    return nlohmann::json::parse(json);
  }

  engine::Stream stream;
  engine::Record record;
};

}  // namespace mapping
