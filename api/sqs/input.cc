#include "api/sqs/input.h"

#include "api/sqs/errors.h"

namespace api::sqs {

namespace {

[[noreturn]] void refuse_type(const char* name) {
  throw engine::serialization_error(std::string(name) + " has a value of a wrong type");
}

}  // namespace

const Json* member(const Json& input, const char* name) {
  const auto found = input.find(name);
  return found == input.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> text(const Json& input, const char* name) {
  const auto* value = member(input, name);
  if (!value) return std::nullopt;
  if (!value->is_string()) refuse_type(name);
  return value->get<std::string>();
}

std::string required_text(const Json& input, const char* name) {
  auto value = text(input, name);
  if (!value || value->empty()) throw missing_parameter(name);
  return *std::move(value);
}

std::optional<long long> integer(const Json& input, const char* name) {
  const auto* value = member(input, name);
  if (!value) return std::nullopt;
  if (!value->is_number_integer()) refuse_type(name);
  return value->get<long long>();
}

std::optional<long long> integer_between(const Json& input, const char* name, long long min,
                                         long long max, const std::string& reason) {
  const auto value = integer(input, name);
  if (value && (*value < min || *value > max)) {
    throw invalid_parameter(std::to_string(*value), name, reason);
  }
  return value;
}

std::vector<std::string> texts(const Json& input, const char* name) {
  std::vector<std::string> found;
  const auto* list = member(input, name);
  if (!list) return found;
  if (!list->is_array()) refuse_type(name);
  for (const auto& value : *list) {
    if (!value.is_string()) refuse_type(name);
    found.push_back(value.get<std::string>());
  }
  return found;
}

const Json* object(const Json& input, const char* name) {
  const auto* value = member(input, name);
  if (value && !value->is_object()) refuse_type(name);
  return value;
}

std::string queue_name(const Json& input) {
  const auto url = text(input, "QueueUrl").value_or("");
  const auto slash = url.rfind('/');
  auto name = slash == std::string::npos ? url : url.substr(slash + 1);
  if (name.empty()) throw queue_does_not_exist();
  return name;
}

std::string queue_name_to_find(const Json& input) {
  auto name = text(input, "QueueName").value_or("");
  if (name.empty()) {
    throw invalid_parameter(
        "Value for parameter QueueName is invalid. Reason: Must specify a queue name.");
  }
  return name;
}

std::string queue_url(const std::string& host, const std::string& account,
                      const std::string& name) {
  return "http://" + host + "/" + account + "/" + name;
}

}  // namespace api::sqs
