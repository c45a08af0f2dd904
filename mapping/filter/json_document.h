#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/filter/match.h"

namespace mapping::filter {

/// A part of a JSON document.
class JsonValue {
 public:
  /// `body`: what the member `body` at the top of a message holds, if that is JSON: an object or an
  /// array. Null: it is plain text. `Message` outlives all its values.
  struct Message {
    const nlohmann::json& record;
    const nlohmann::json* body = nullptr;
  };

  explicit JsonValue(const nlohmann::json& json) : json_(&json) {}
  explicit JsonValue(const Message& message) : json_(&message.record), message_(&message) {}

  Shape shape() const;
  LookUp<JsonValue> look_up(std::string_view name) const;
  void append_elements(std::vector<JsonValue>& out) const;
  Scalar scalar(std::string& scratch) const;
  bool is_body() const { return is_body_; }

 private:
  const nlohmann::json* json_;
  const Message* message_ = nullptr;  ///< At the top of a message.
  bool is_body_ = false;
};

}  // namespace mapping::filter
