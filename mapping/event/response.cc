#include "mapping/event/response.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/value/json_nesting.h"

namespace mapping {

namespace {

using nlohmann::json;

/// Behind the value that begins at `at`, in JSON that is well-formed.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  int levels = 0;
  bool is_in_text = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_in_text) {
      if (c == '\\') ++at;
      if (c != '"') continue;
      is_in_text = false;
      if (levels == 0) return at + 1;
    } else if (c == '"') {
      is_in_text = true;
    } else if (c == '[' || c == '{') {
      ++levels;
    } else if (c == ']' || c == '}') {
      if (levels == 0) return at;
      if (--levels == 0) return at + 1;
    } else if (c == ',' && levels == 0) {
      return at;
    }
  }
  return at;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

/// The text of a member of an object, in JSON that is well-formed: of the last one of that name.
std::string_view member_text(std::string_view object, std::string_view quoted_name) {
  std::string_view found;
  auto at = skip_blanks(object, 0) + 1;
  while ((at = skip_blanks(object, at)) < object.size() && object[at] == '"') {
    const auto name_end = end_of_value(object, at);
    const bool is_it = object.substr(at, name_end - at) == quoted_name;
    at = skip_blanks(object, skip_blanks(object, name_end) + 1);  // Behind the colon.
    const auto end = end_of_value(object, at);
    if (is_it) found = object.substr(at, end - at);
    at = skip_blanks(object, end) + 1;
  }
  return found;
}

ItemFailures malformed(std::string problem) {
  ItemFailures failures;
  failures.is_malformed = true;
  failures.problem = std::move(problem);
  return failures;
}

}  // namespace

ItemFailures read_item_failures(std::string_view payload) {
  // What most functions reply most of the time.
  if (payload.empty() || payload == "null" || payload == "{}") return {};
  if (engine::is_nested_too_deep(payload)) return malformed("the reply is nested too deep");
  const auto reply = json::parse(payload, nullptr, false);
  if (reply.is_discarded()) return malformed("the reply is not JSON");
  if (reply.is_null() || (reply.is_array() && reply.empty()) || reply == "") return {};
  if (!reply.is_object()) return malformed("the reply is not a JSON object");
  const auto list = reply.find("batchItemFailures");
  if (list == reply.end() || list->is_null()) return {};
  if (!list->is_array()) return malformed("batchItemFailures is not a list");

  ItemFailures failures;
  for (const auto& entry : *list) {
    const bool has_id = entry.is_object() && entry.contains("itemIdentifier");
    if (!has_id) return malformed("an entry of batchItemFailures has no itemIdentifier");
    const auto& id = entry.at("itemIdentifier");
    if (!id.is_string() || id.get_ref<const std::string&>().empty()) {
      return malformed("an itemIdentifier is " + (id.is_string() ? "empty" : id.dump()));
    }
    failures.ids.push_back(id.get<std::string>());
  }
  return failures;
}

std::optional<std::string> read_window_state(std::string_view payload) {
  // The text goes on as the function wrote it; nothing is made of it but what it is.
  const auto begin = skip_blanks(payload, 0);
  if (begin == payload.size() || payload[begin] != '{' || !json::accept(payload)) {
    return std::nullopt;
  }
  const auto state = member_text(payload, "\"state\"");
  if (!state.starts_with('{')) return std::nullopt;
  return std::string(state);
}

}  // namespace mapping
