#include "api/dynamodb/table_members.h"

#include <algorithm>
#include <cctype>

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/limits.h"

namespace api {

namespace {

using engine::validation_error;

/// Letters of any language are bytes beyond ASCII.
bool is_tag_character(unsigned char c) {
  return c >= 0x80 || std::isalnum(c) != 0 || std::isspace(c) != 0 ||
         std::string_view("+-=._:/").find(static_cast<char>(c)) != std::string_view::npos;
}

void require_tag_key(std::string_view key) {
  if (key.starts_with("aws:")) {
    throw validation_error("Tag Key cannot be prefixed with aws:, Key: " + std::string(key));
  }
  if (!std::all_of(key.begin(), key.end(), is_tag_character)) {
    throw validation_error("The Tag Key provided is invalid, Key: " + std::string(key));
  }
}

void require_tag_value(std::string_view value) {
  if (std::all_of(value.begin(), value.end(), is_tag_character)) return;
  throw validation_error("The Tag Value provided is invalid, Value: " + std::string(value));
}

long long units_of(JsonView throughput, const std::string& name, const std::string& whose) {
  const long long units = integer_of(required_member(throughput, name));
  if (units > engine::limits::throughput_units_max) {
    throw validation_error("Given value " + std::to_string(units) + " for " + name +
                           " is out of bounds" + whose);
  }
  return units;
}

}  // namespace

void refuse(JsonView body, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (member_of(body, name)) throw engine::not_supported(std::string(name));
  }
}

std::optional<engine::BillingMode> billing_mode_of(JsonView body) {
  const auto mode = member_of(body, "BillingMode");
  if (!mode) return std::nullopt;
  return std::string_view(*mode) == "PAY_PER_REQUEST" ? engine::BillingMode::pay_per_request
                                                      : engine::BillingMode::provisioned;
}

std::optional<engine::Throughput> throughput_of(JsonView body, const std::string& whose,
                                                std::string_view member) {
  const auto throughput = member_of(body, member);
  if (!throughput) return std::nullopt;
  return engine::Throughput{units_of(*throughput, "ReadCapacityUnits", whose),
                            units_of(*throughput, "WriteCapacityUnits", whose)};
}

std::optional<std::string> table_class_of(JsonView body, std::string_view member) {
  const auto given = member_of(body, member);
  if (!given) return std::nullopt;
  const std::string_view text = *given;
  if (text != "STANDARD" && text != "STANDARD_INFREQUENT_ACCESS") {
    throw validation_error(
        "Invalid table-class parameter provided. Please try again with a valid table-class value: "
        "[STANDARD, STANDARD_INFREQUENT_ACCESS].");
  }
  return std::string(text);
}

std::optional<StreamWish> stream_wish_of(JsonView body) {
  const auto specification = member_of(body, "StreamSpecification");
  if (!specification) return std::nullopt;
  StreamWish wish;
  wish.is_enabled = boolean_of(required_member(*specification, "StreamEnabled"));
  if (const auto type = member_of(*specification, "StreamViewType")) {
    wish.view_type = engine::view_type_of(std::string_view(*type));
  }
  return wish;
}

std::map<std::string, std::string> tags_of(JsonView body) {
  std::map<std::string, std::string> tags;
  const auto list = member_of(body, "Tags");
  if (!list) return tags;
  for (const JsonView tag : simdjson::dom::array(*list)) {
    const std::string_view key = required_member(tag, "Key");
    const std::string_view value = required_member(tag, "Value");
    require_tag_key(key);
    require_tag_value(value);
    if (!tags.emplace(key, value).second) {
      throw validation_error("Duplicate Tag Keys provided as input: Duplicate Tag Key found " +
                             std::string(key));
    }
  }
  require_tag_count(tags.size());
  return tags;
}

void require_tag_count(std::size_t count) {
  if (count <= engine::limits::tags_max) return;
  throw validation_error("Number of Tags exceed the current limit for the provided ResourceArn");
}

}  // namespace api
