#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/value/json.h"

namespace mapping {

/// Writes a JSON object into a text, member by member.
class JsonObject {
 public:
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }

  void text(std::string_view name, std::string_view value) {
    begin(name);
    engine::append_json_string(out_, value);
  }
  void number(std::string_view name, std::uint64_t value) {
    begin(name);
    out_ += std::to_string(value);
  }
  void boolean(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  /// `json` as it is.
  void raw(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
  }
  void texts(std::string_view name, std::span<const std::string> values) {
    auto& out = value(name);
    out += '[';
    for (const auto& text : values) {
      if (out.back() != '[') out += ',';
      engine::append_json_string(out, text);
    }
    out += ']';
  }
  /// Append the member's value to what it gives.
  std::string& value(std::string_view name) {
    begin(name);
    return out_;
  }
  void end() { out_ += '}'; }

 private:
  void begin(std::string_view name) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    engine::append_json_string(out_, name);
    out_ += ':';
  }

  std::string& out_;
  bool is_first_ = true;
};

}  // namespace mapping
