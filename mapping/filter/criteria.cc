#include "mapping/filter/criteria.h"

#include <nlohmann/json.hpp>

#include "engine/api_error.h"
#include "mapping/filter/json_document.h"
#include "mapping/filter/match.h"
#include "mapping/filter/record_document.h"

namespace mapping {

namespace {

using filter::JsonValue;
using filter::Node;
using filter::RecordValue;

template <class Value>
std::optional<std::size_t> first_of(const std::vector<Node>& patterns, const Value& document) {
  for (std::size_t at = 0; at < patterns.size(); ++at) {
    if (filter::Match<Value>::matches(patterns[at], document)) return at;
  }
  return std::nullopt;
}

template <class Value>
std::string why_none_of(const std::vector<Node>& patterns, const Value& document) {
  std::string words;
  for (std::size_t at = 0; at < patterns.size(); ++at) {
    if (at > 0) words += "; ";
    words += "filter " + std::to_string(at + 1) + ": " +
             filter::Match<Value>::why_not(patterns[at], document);
  }
  return words;
}

/// What a text that is JSON says; text, a number and the like on their own are plain text.
std::optional<nlohmann::json> structure_of(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || (text[start] != '{' && text[start] != '[')) return {};
  if (text.find('\0') != text.npos) return {};  // The parser would stop there.
  auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return {};
  return json;
}

/// Gives `ask` the message as a document.
template <class Ask>
auto ask_message(std::string_view record_json, const Ask& ask) {
  const auto record = nlohmann::json::parse(record_json);
  std::optional<nlohmann::json> body;
  if (const auto found = record.find("body"); found != record.end() && found->is_string()) {
    body = structure_of(found->get_ref<const std::string&>());
  }
  const JsonValue::Message message{record, body ? &*body : nullptr};
  return ask(JsonValue(message));
}

}  // namespace

FilterCriteria FilterCriteria::compile(std::span<const std::string> patterns) {
  auto nodes = std::make_shared<std::vector<Node>>();
  try {
    for (const auto& pattern : patterns) nodes->push_back(filter::compile(pattern));
  } catch (const filter::InvalidPattern&) {
    throw engine::ApiError("InvalidParameterValueException", "Invalid filter pattern definition.");
  }
  FilterCriteria criteria;
  criteria.patterns_ = std::move(nodes);
  return criteria;
}

bool FilterCriteria::admits(const engine::Stream& stream, const engine::RecordView& record) const {
  return is_empty() || first_match(stream, record);
}

std::optional<std::size_t> FilterCriteria::first_match(const engine::Stream& stream,
                                                       const engine::RecordView& record) const {
  if (is_empty()) return std::nullopt;
  const RecordValue::Source source{stream, record};
  return first_of(*patterns_, RecordValue(source));
}

std::string FilterCriteria::why_refused(const engine::Stream& stream,
                                        const engine::RecordView& record) const {
  if (is_empty()) return {};
  const RecordValue::Source source{stream, record};
  return why_none_of(*patterns_, RecordValue(source));
}

bool FilterCriteria::admits_message(std::string_view record_json) const {
  return is_empty() || first_match_of_message(record_json);
}

std::optional<std::size_t> FilterCriteria::first_match_of_message(
    std::string_view record_json) const {
  if (is_empty()) return std::nullopt;
  return ask_message(record_json,
                     [&](const JsonValue& message) { return first_of(*patterns_, message); });
}

std::string FilterCriteria::why_message_refused(std::string_view record_json) const {
  if (is_empty()) return {};
  return ask_message(record_json,
                     [&](const JsonValue& message) { return why_none_of(*patterns_, message); });
}

bool FilterCriteria::admits_document(const nlohmann::json& document) const {
  return is_empty() || first_of(*patterns_, JsonValue(document));
}

}  // namespace mapping
