#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/stream/record.h"
#include "mapping/filter/match.h"

namespace mapping::filter {

/// A part of the document that a function would get of a stream record (event-source-mapping.md
/// 4.1), seen in the record's own bytes.
class RecordValue {
 public:
  struct Source {
    const engine::Stream& stream;
    const engine::RecordView& record;
  };

  /// The whole document. `source` outlives all its values.
  explicit RecordValue(const Source& source) : source_(&source) {}

  Shape shape() const;
  LookUp<RecordValue> look_up(std::string_view name) const;
  void append_elements(std::vector<RecordValue>& out) const;
  Scalar scalar(std::string& scratch) const;
  bool is_body() const { return false; }

 private:
  enum class Kind : std::uint8_t {
    record,
    identity,
    change,     ///< What the member `dynamodb` holds.
    item,       ///< Attributes by their names.
    attribute,  ///< One member, named for the type.
    list,
    set,
    text,
    binary,
    number,
    boolean,
    null,
    event_id,
    created,
    sequence_number,
    size,
  };

  RecordValue(const Source* source, Kind kind, std::string_view bytes = {})
      : source_(source), bytes_(bytes), kind_(kind) {}
  LookUp<RecordValue> found(Kind kind, std::string_view bytes = {}) const {
    return {RecordValue(source_, kind, bytes)};
  }

  LookUp<RecordValue> look_up_in_record(std::string_view name) const;
  LookUp<RecordValue> look_up_in_change(std::string_view name) const;
  LookUp<RecordValue> look_up_in_item(std::string_view name) const;
  LookUp<RecordValue> look_up_in_attribute(std::string_view name) const;

  const Source* source_;
  std::string_view bytes_;
  Kind kind_ = Kind::record;
};

}  // namespace mapping::filter
