#include "mapping/filter/record_document.h"

#include "engine/value/encoding.h"
#include "engine/value/json.h"
#include "engine/value/number.h"

namespace mapping::filter {

using engine::Type;

Shape RecordValue::shape() const {
  switch (kind_) {
    case Kind::record:
    case Kind::identity:
    case Kind::change:
    case Kind::item:
    case Kind::attribute:
      return Shape::object;
    case Kind::list:
    case Kind::set:
      return Shape::array;
    default:
      return Shape::scalar;
  }
}

LookUp<RecordValue> RecordValue::look_up(std::string_view name) const {
  switch (kind_) {
    case Kind::record:
      return look_up_in_record(name);
    case Kind::identity:
      if (name == "type") return found(Kind::text, "Service");
      if (name == "principalId") return found(Kind::text, "dynamodb.amazonaws.com");
      return {};
    case Kind::change:
      return look_up_in_change(name);
    case Kind::item:
      return look_up_in_item(name);
    case Kind::attribute:
      return look_up_in_attribute(name);
    default:
      return {};
  }
}

LookUp<RecordValue> RecordValue::look_up_in_record(std::string_view name) const {
  const auto& [stream, record] = *source_;
  if (name == "dynamodb") return found(Kind::change);
  if (name == "eventName") return found(Kind::text, engine::event_name_text(record.event_name));
  if (name == "userIdentity" && record.by_service) return found(Kind::identity);
  if (name == "eventID") return found(Kind::event_id);
  if (name == "eventVersion") return found(Kind::text, "1.1");
  if (name == "eventSource") return found(Kind::text, "aws:dynamodb");
  if (name == "awsRegion") return found(Kind::text, stream.region);
  if (name == "eventSourceARN") return found(Kind::text, stream.arn);
  return {};
}

LookUp<RecordValue> RecordValue::look_up_in_change(std::string_view name) const {
  const auto& [stream, record] = *source_;
  if (name == "NewImage" && record.new_image) return found(Kind::item, record.new_image->bytes());
  if (name == "OldImage" && record.old_image) return found(Kind::item, record.old_image->bytes());
  if (name == "Keys") return found(Kind::item, record.keys.bytes());
  if (name == "ApproximateCreationDateTime") return found(Kind::created);
  if (name == "SequenceNumber") return found(Kind::sequence_number);
  if (name == "SizeBytes") return found(Kind::size);
  if (name == "StreamViewType") {
    return found(Kind::text, engine::view_type_name(stream.view_type));
  }
  return {};
}

LookUp<RecordValue> RecordValue::look_up_in_item(std::string_view name) const {
  LookUp<RecordValue> result;
  std::string_view rest = bytes_;
  while (!rest.empty()) {
    const auto here = engine::encoding::take_bytes(rest);
    const auto length = engine::encoding::value_length(rest);
    if (here == name) {
      result.value = RecordValue(source_, Kind::attribute, rest.substr(0, length));
    } else if (here > name) {
      // They are sorted: names that begin with this one and a dot come soon, or not at all.
      if (!here.starts_with(name) || here[name.size()] > '.') break;
      result.has_longer = here[name.size()] == '.';
      if (result.has_longer) break;
    }
    rest.remove_prefix(length);
  }
  return result;
}

LookUp<RecordValue> RecordValue::look_up_in_attribute(std::string_view name) const {
  const engine::ValueView value(bytes_);
  if (name != engine::type_name(value.type())) return {};
  switch (value.type()) {
    case Type::string:
      return found(Kind::text, value.text());
    case Type::binary:
      return found(Kind::binary, value.text());
    case Type::number:
      return found(Kind::number, value.number());
    case Type::boolean:
      return found(Kind::boolean, bytes_);
    case Type::null:
      return found(Kind::null);
    case Type::map:
      return found(Kind::item, value.map().bytes());
    case Type::list:
      return found(Kind::list, value.list().bytes());
    default:
      return found(Kind::set, bytes_);
  }
}

void RecordValue::append_elements(std::vector<RecordValue>& out) const {
  if (kind_ == Kind::list) {
    for (const auto& element : engine::ListView(bytes_)) {
      out.push_back(RecordValue(source_, Kind::attribute, element.bytes()));
    }
  } else if (kind_ == Kind::set) {
    const auto set = engine::ValueView(bytes_).set();
    const auto kind = set.type() == Type::string_set   ? Kind::text
                      : set.type() == Type::number_set ? Kind::number
                                                       : Kind::binary;
    for (const auto element : set.elements()) out.push_back(RecordValue(source_, kind, element));
  }
}

Scalar RecordValue::scalar(std::string& scratch) const {
  switch (kind_) {
    case Kind::binary:
      engine::append_base64(scratch, bytes_);
      return {std::string_view(scratch)};
    case Kind::number:
      engine::Number::append_text(scratch, bytes_);
      return {std::string_view(scratch)};
    case Kind::boolean:
      return {engine::ValueView(bytes_).boolean()};
    case Kind::null:
      return {true};  // It is written {"NULL":true}.
    case Kind::event_id:
      scratch = engine::event_id(source_->stream, source_->record.sequence_number);
      return {std::string_view(scratch)};
    case Kind::created:
      return {Numeral::of(engine::epoch_seconds(source_->record.created))};
    case Kind::sequence_number:
      scratch = engine::sequence_number_text(source_->record.sequence_number);
      return {std::string_view(scratch)};
    case Kind::size:
      return {Numeral::of(static_cast<long long>(source_->record.size))};
    default:
      return {bytes_};
  }
}

}  // namespace mapping::filter
