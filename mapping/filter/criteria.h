#pragma once

#include <cstddef>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/stream/record.h"
#include "engine/stream/stream.h"
#include "mapping/filter/pattern.h"

namespace mapping {

/// Which records a mapping wants (event-source-mapping.md 6): those that any of its patterns
/// matches. Compiled once, cheap to copy, and safe to ask from any thread.
class FilterCriteria {
 public:
  /// Without patterns: everything is admitted.
  FilterCriteria() = default;

  /// One pattern for each filter, as its JSON text. Throws `ApiError` (InvalidParameterValue-
  /// Exception, `Invalid filter pattern definition.`). How many and how long: not looked at.
  static FilterCriteria compile(std::span<const std::string> patterns);

  bool is_empty() const { return !patterns_ || patterns_->empty(); }

  /// A stream record, as the document that a function would get of it; no JSON is made.
  bool admits(const engine::Stream& stream, const engine::RecordView& record) const;
  /// Which filter admits it, counted from 0; nothing if none does, or if there is none.
  std::optional<std::size_t> first_match(const engine::Stream& stream,
                                         const engine::RecordView& record) const;
  /// For each filter, in plain words, what did not match. The record is not admitted.
  std::string why_refused(const engine::Stream& stream, const engine::RecordView& record) const;

  /// A queue's message, as the JSON text of its record in a function's event (7.4); its body is
  /// looked into by the rules of 6.6.
  bool admits_message(std::string_view record_json) const;
  std::optional<std::size_t> first_match_of_message(std::string_view record_json) const;
  std::string why_message_refused(std::string_view record_json) const;

  /// Any other document.
  bool admits_document(const nlohmann::json& document) const;

 private:
  std::shared_ptr<const std::vector<filter::Node>> patterns_;
};

}  // namespace mapping
