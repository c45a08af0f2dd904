#pragma once

#include <optional>
#include <string>

#include "engine/clock.h"
#include "engine/stream/stream.h"
#include "engine/value/attribute_value.h"

namespace engine {

enum class EventName : std::uint8_t { insert, modify, remove };

std::string_view event_name_text(EventName name);

/// A stream record as it is kept: the images that the stream's view type asks for, in the form
/// items have. `decode` looks into the bytes and copies nothing.
struct RecordView {
  SequenceNumber sequence_number = 0;
  EventName event_name = EventName::insert;
  TimePoint created;
  bool by_service = false;  ///< A TTL deletion.
  std::size_t size = 0;     ///< `SizeBytes`, as streams.md 8.4 counts it.
  MapView keys;
  std::optional<MapView> new_image;
  std::optional<MapView> old_image;
};

/// A record that owns its bytes, as readers hand it out.
struct Record {
  SequenceNumber sequence_number = 0;
  std::string bytes;

  RecordView view() const;
  TimePoint created() const;
};

/// The bytes of a record. An image that is null is not part of it.
void encode_record(std::string& out, EventName name, TimePoint created, bool by_service,
                   MapView keys, const MapView* new_image, const MapView* old_image);

/// 32 hexadecimal digits, the same for a record whenever it is asked for.
std::string event_id(const Stream& stream, SequenceNumber number);

/// The record as the Streams API gives it (streams.md 8); with `event_source_arn`, as Lambda hands
/// it to a function (event-source-mapping.md 4.1).
enum class RecordForm { streams_api, lambda_event };
void append_record_json(std::string& out, const Stream& stream, const RecordView& record,
                        RecordForm form);

}  // namespace engine
