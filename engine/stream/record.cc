#include "engine/stream/record.h"

#include <array>
#include <cassert>

#include "engine/hash.h"
#include "engine/value/json.h"
#include "storage/order_key.h"

namespace engine {

// A record:
//
//   flags     1 byte: event name (2 bits), by service, has new image, has old image
//   created   8 bytes, epoch milliseconds
//   size      4 bytes, what SizeBytes says
//   keys      4 bytes of length, then the entries of a map
//   images    likewise, the new one before the old one, those that the flags name

namespace {

constexpr unsigned by_service_flag = 4;
constexpr unsigned new_image_flag = 8;
constexpr unsigned old_image_flag = 16;
constexpr std::size_t header_bytes = 1 + 8 + 4;

void append_section(std::string& out, MapView map) {
  storage::append_u32(out, static_cast<std::uint32_t>(map.bytes().size()));
  out.append(map.bytes());
}

MapView take_section(std::string_view& bytes) {
  const auto length = storage::read_u32(bytes);
  const auto entries = bytes.substr(4, length);
  bytes.remove_prefix(4 + length);
  return MapView(entries);
}

RecordView decode(SequenceNumber number, std::string_view bytes) {
  assert(bytes.size() >= header_bytes);
  const auto flags = static_cast<unsigned char>(bytes[0]);
  RecordView record;
  record.sequence_number = number;
  record.event_name = static_cast<EventName>(flags & 3);
  record.by_service = (flags & by_service_flag) != 0;
  record.created =
      from_epoch_milliseconds(static_cast<long long>(storage::read_u64(bytes.substr(1))));
  record.size = storage::read_u32(bytes.substr(9));
  bytes.remove_prefix(header_bytes);
  record.keys = take_section(bytes);
  if ((flags & new_image_flag) != 0) record.new_image = take_section(bytes);
  if ((flags & old_image_flag) != 0) record.old_image = take_section(bytes);
  return record;
}

void append_identity(std::string& out, RecordForm form) {
  out += form == RecordForm::streams_api
             ? R"(,"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})"
             : R"(,"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"})";
}

}  // namespace

std::string_view event_name_text(EventName name) {
  static constexpr std::array<std::string_view, 3> names = {"INSERT", "MODIFY", "REMOVE"};
  return names[static_cast<std::size_t>(name)];
}

RecordView Record::view() const { return decode(sequence_number, bytes); }

TimePoint Record::created() const { return view().created; }

void encode_record(std::string& out, EventName name, TimePoint created, bool by_service,
                   MapView keys, const MapView* new_image, const MapView* old_image) {
  unsigned flags = static_cast<unsigned>(name);
  std::size_t size = keys.size_bytes();
  if (by_service) flags |= by_service_flag;
  if (new_image != nullptr) {
    flags |= new_image_flag;
    size += new_image->size_bytes();
  }
  if (old_image != nullptr) {
    flags |= old_image_flag;
    size += old_image->size_bytes();
  }
  out += static_cast<char>(flags);
  storage::append_u64(out, static_cast<std::uint64_t>(epoch_milliseconds(created)));
  storage::append_u32(out, static_cast<std::uint32_t>(size));
  append_section(out, keys);
  if (new_image != nullptr) append_section(out, *new_image);
  if (old_image != nullptr) append_section(out, *old_image);
}

std::string event_id(const Stream& stream, SequenceNumber number) {
  static constexpr char digit_of[] = "0123456789abcdef";
  const std::uint64_t high = mix(stream.event_seed ^ number);
  const std::uint64_t low = mix(high + 0x9e3779b97f4a7c15);
  std::string text;
  text.reserve(32);
  for (const auto half : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) text += digit_of[half >> shift & 0xf];
  }
  return text;
}

void append_record_json(std::string& out, const Stream& stream, const RecordView& record,
                        RecordForm form) {
  out += R"({"eventID":")";
  out += event_id(stream, record.sequence_number);
  out += R"(","eventName":")";
  out += event_name_text(record.event_name);
  out += R"(","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":)";
  append_json_string(out, stream.region);
  // Whole seconds, rounded down (streams.md 8); Lambda writes them with a fraction (event-source-
  // mapping.md 4.1).
  out += R"(,"dynamodb":{"ApproximateCreationDateTime":)";
  out += std::to_string(epoch_seconds(record.created));
  if (form == RecordForm::lambda_event) out += ".0";
  out += R"(,"Keys":)";
  append_json(out, record.keys);
  if (record.new_image) {
    out += R"(,"NewImage":)";
    append_json(out, *record.new_image);
  }
  if (record.old_image) {
    out += R"(,"OldImage":)";
    append_json(out, *record.old_image);
  }
  out += R"(,"SequenceNumber":")";
  out += sequence_number_text(record.sequence_number);
  out += R"(","SizeBytes":)";
  out += std::to_string(record.size);
  out += R"(,"StreamViewType":")";
  out += view_type_name(stream.view_type);
  out += R"("})";
  if (record.by_service) append_identity(out, form);
  if (form == RecordForm::lambda_event) {
    out += R"(,"eventSourceARN":)";
    append_json_string(out, stream.arn);
  }
  out += '}';
}

}  // namespace engine
