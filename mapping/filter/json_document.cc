#include "mapping/filter/json_document.h"

#include <nlohmann/json.hpp>

namespace mapping::filter {

Shape JsonValue::shape() const {
  if (json_->is_object()) return Shape::object;
  return json_->is_array() ? Shape::array : Shape::scalar;
}

LookUp<JsonValue> JsonValue::look_up(std::string_view name) const {
  LookUp<JsonValue> result;
  if (!json_->is_object()) return result;
  const auto& members = json_->get_ref<const nlohmann::json::object_t&>();
  const std::string key(name);
  if (const auto found = members.find(key); found != members.end()) {
    result.value = JsonValue(found->second);
    if (message_ != nullptr && key == "body") {
      if (message_->body != nullptr) result.value = JsonValue(*message_->body);
      result.value->is_body_ = true;
    }
  }
  const auto longer = key + '.';
  const auto next = members.lower_bound(longer);
  result.has_longer = next != members.end() && next->first.starts_with(longer);
  return result;
}

void JsonValue::append_elements(std::vector<JsonValue>& out) const {
  for (const auto& element : *json_) out.push_back(JsonValue(element));
}

Scalar JsonValue::scalar(std::string&) const {
  if (json_->is_string()) return {std::string_view(json_->get_ref<const std::string&>())};
  if (json_->is_boolean()) return {json_->get<bool>()};
  if (json_->is_number()) return {Numeral::of(*json_)};
  return {nullptr};
}

}  // namespace mapping::filter
