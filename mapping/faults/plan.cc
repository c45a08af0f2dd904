#include "mapping/faults/plan.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/api_error.h"
#include "engine/hash.h"
#include "engine/time_text.h"
#include "engine/value/json.h"
#include "mapping/function/function.h"

namespace mapping {

namespace {

using Json = nlohmann::json;
using engine::validation_error;

constexpr std::array<std::string_view, 6> names = {"fail",  "timeout", "throttle",
                                                   "delay", "crash",   "loseAnswer"};
constexpr double delay_seconds_max = 7 * 24 * 3600;
constexpr std::uint64_t times_max = 1'000'000'000;
/// So that any JSON reader gets them back as they are.
constexpr std::uint64_t seed_max = (std::uint64_t{1} << 53) - 1;

/// The members of an object, each asked for once; `path` is how messages name it.
class Members {
 public:
  Members(const Json& object, std::string path) : object_(object), path_(std::move(path)) {
    if (!object.is_object()) throw validation_error(path_ + " is an object");
  }

  /// Null if it was not given.
  const Json* find(const std::string& name) {
    known_.push_back(name);
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  std::string name_of(const std::string& member) const {
    return path_.empty() ? member : path_ + "." + member;
  }

  std::string text(const std::string& name) {
    const auto* member = find(name);
    if (member == nullptr) return {};
    if (!member->is_string() || member->get_ref<const std::string&>().empty()) {
      throw validation_error(name_of(name) + " is a text");
    }
    return member->get<std::string>();
  }
  std::optional<double> number(const std::string& name, double above, double max) {
    const auto* member = find(name);
    if (member == nullptr) return std::nullopt;
    const double value = member->is_number() ? member->get<double>() : NAN;
    if (!(value > above && value <= max)) {
      throw validation_error(name_of(name) + " is a number above " + shown(above) + " and up to " +
                             shown(max));
    }
    return value;
  }
  std::optional<std::uint64_t> whole(const std::string& name, std::uint64_t min,
                                     std::uint64_t max) {
    const auto* member = find(name);
    if (member == nullptr) return std::nullopt;
    return whole_of(*member, name_of(name), min, max);
  }
  static std::uint64_t whole_of(const Json& member, const std::string& name, std::uint64_t min,
                                std::uint64_t max) {
    if (member.is_number_unsigned()) {
      const auto value = member.get<std::uint64_t>();
      if (value >= min && value <= max) return value;
    }
    throw validation_error(name + " is a whole number from " + std::to_string(min) + " to " +
                           std::to_string(max));
  }
  /// The elements of a list that is not empty; nothing if it was not given.
  std::span<const Json> list(const std::string& name) {
    const auto* member = find(name);
    if (member == nullptr) return {};
    if (!member->is_array() || member->empty()) {
      throw validation_error(name_of(name) + " is a list that is not empty");
    }
    return member->get_ref<const Json::array_t&>();
  }
  std::vector<std::string> texts(const std::string& name) {
    std::vector<std::string> all;
    for (const auto& element : list(name)) {
      if (!element.is_string()) throw validation_error(name_of(name) + " is a list of texts");
      all.push_back(element.get<std::string>());
    }
    return all;
  }

  /// All that there may be has been asked for.
  void refuse_others() const {
    for (const auto& [name, member] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
      std::string there_are;
      for (const auto& known : known_) there_are += (there_are.empty() ? "" : ", ") + known;
      throw validation_error("there is no member " + name_of(name) + "; there are " + there_are);
    }
  }

 private:
  static std::string shown(double number) { return std::to_string(static_cast<long long>(number)); }

  const Json& object_;
  const std::string path_;
  std::vector<std::string> known_;
};

Fault fault_of(const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<Fault>(found - names.begin());
  std::string there_are;
  for (const auto known : names) {
    there_are += (there_are.empty() ? "" : ", ") + std::string(known);
  }
  throw validation_error("fault is one of " + there_are);
}

/// `{"pk":{"S":"a"}}`, as a record's `Keys` would write it.
std::string key_of(const Json& key, const std::string& name) {
  if (!key.is_object() || key.empty()) {
    throw validation_error(name + " is a list of keys, as in {\"pk\":{\"S\":\"a\"}}");
  }
  for (const auto& [attribute, value] : key.items()) {
    const bool is_scalar = value.is_object() && value.size() == 1 && value.begin()->is_string() &&
                           (value.contains("S") || value.contains("N") || value.contains("B"));
    if (!is_scalar) throw validation_error(name + ": " + attribute + " is an S, an N or a B");
  }
  simdjson::dom::parser parser;
  std::string text;
  engine::append_json(text, engine::item_from_json(parser.parse(key.dump())));
  return text;
}

HandlerCalls handler_calls_of(const Json& json) {
  Members members(json, "handler");
  HandlerCalls calls;
  calls.function = members.text("function");
  if (!calls.function.empty() && !FunctionName::parse(calls.function)) {
    throw validation_error("handler.function is the name or the ARN of a function");
  }
  calls.mapping_uuid = members.text("mappingUuid");
  for (const auto& key : members.list("keys")) calls.keys.push_back(key_of(key, "handler.keys"));
  for (const auto& attempt : members.list("attempts")) {
    calls.attempts.push_back(
        static_cast<int>(Members::whole_of(attempt, "handler.attempts: each", 1, 100'000)));
  }
  members.refuse_others();
  return calls;
}

OperationCalls operation_calls_of(const Json& json) {
  Members members(json, "dynamodb");
  OperationCalls calls{members.texts("operations"), members.texts("tables")};
  members.refuse_others();
  return calls;
}

void check_end(FaultPlan& plan, Members& members, engine::TimePoint now) {
  plan.times = members.whole("times", 1, times_max);
  if (const auto text = members.text("until"); !text.empty()) {
    plan.until = engine::instant_of(text);
    if (!plan.until) {
      throw validation_error(
          "until is a time with its offset, like \"2030-01-31T12:00:00Z\", of the server's clock");
    }
    if (*plan.until <= now) throw validation_error("until has passed by the server's clock");
    if (!engine::instant_of(engine::iso_milliseconds(*plan.until) + "Z")) {
      throw validation_error("until is not after the year 9999");
    }
  }
  if (!plan.times && !plan.until) {
    throw validation_error("a plan has an end: times, until, or both");
  }
}

void check_chance(FaultPlan& plan, Members& members, std::uint64_t drawn_seed) {
  const auto probability = members.number("probability", 0, 1);
  const auto seed = members.whole("seed", 0, seed_max);
  if (seed && !probability) throw validation_error("seed goes with probability");
  plan.probability = probability.value_or(1);
  plan.seed = probability ? seed.value_or(drawn_seed & seed_max) : 0;
}

}  // namespace

std::string_view fault_name(Fault fault) { return names[static_cast<std::size_t>(fault)]; }

bool FaultPlan::strikes_next() {
  ++calls;
  if (probability < 1) {
    const auto bits = engine::mix(engine::mix(seed) + calls) >> 11;
    if (std::ldexp(static_cast<double>(bits), -53) >= probability) return false;
  }
  ++strikes;
  return true;
}

FaultPlan FaultPlan::of_request(const Json& request, engine::TimePoint now,
                                std::uint64_t drawn_seed) {
  Members members(request, "");
  FaultPlan plan;
  plan.fault = fault_of(members.text("fault"));
  if (const auto* handler = members.find("handler")) plan.handler = handler_calls_of(*handler);
  if (const auto* dynamodb = members.find("dynamodb"))
    plan.dynamodb = operation_calls_of(*dynamodb);
  const auto delay = members.number("delaySeconds", 0, delay_seconds_max);
  const auto error_type = members.text("errorType");
  const auto error_message = members.text("errorMessage");
  check_chance(plan, members, drawn_seed);
  check_end(plan, members, now);
  members.refuse_others();

  if (plan.handler.has_value() == plan.dynamodb.has_value()) {
    throw validation_error("a plan is for one of handler and dynamodb");
  }
  const bool is_for_dynamodb = plan.fault == Fault::fail || plan.fault == Fault::throttle ||
                               plan.fault == Fault::lose_answer;
  if (plan.dynamodb && !is_for_dynamodb) {
    throw validation_error("fault " + std::string(fault_name(plan.fault)) + " is for handler only");
  }
  if (delay.has_value() != (plan.fault == Fault::delay)) {
    throw validation_error("delaySeconds goes with fault delay, and delay with delaySeconds");
  }
  if (delay) plan.delay = engine::Duration(std::llround(*delay * 1000));
  if (delay && plan.delay.count() == 0) throw validation_error("delaySeconds is at least 0.001");
  if (!error_type.empty() || !error_message.empty()) {
    if (!plan.handler || plan.fault != Fault::fail) {
      throw validation_error("errorType and errorMessage go with handler and fault fail");
    }
    plan.handler->error_type = error_type;
    plan.handler->error_message = error_message;
  }
  return plan;
}

Json FaultPlan::to_json(engine::TimePoint now) const {
  Json json = {{"id", id}, {"fault", fault_name(fault)}};
  if (handler) {
    Json calls = Json::object();
    if (!handler->function.empty()) calls["function"] = handler->function;
    if (!handler->mapping_uuid.empty()) calls["mappingUuid"] = handler->mapping_uuid;
    for (const auto& key : handler->keys) calls["keys"].push_back(Json::parse(key));
    if (!handler->attempts.empty()) calls["attempts"] = handler->attempts;
    json["handler"] = std::move(calls);
    if (!handler->error_type.empty()) json["errorType"] = handler->error_type;
    if (!handler->error_message.empty()) json["errorMessage"] = handler->error_message;
  }
  if (dynamodb) {
    Json calls = Json::object();
    if (!dynamodb->operations.empty()) calls["operations"] = dynamodb->operations;
    if (!dynamodb->tables.empty()) calls["tables"] = dynamodb->tables;
    json["dynamodb"] = std::move(calls);
  }
  if (fault == Fault::delay) json["delaySeconds"] = static_cast<double>(delay.count()) / 1000;
  if (probability < 1) {
    json["probability"] = probability;
    json["seed"] = seed;
  }
  if (times) json["times"] = *times;
  if (until) json["until"] = engine::iso_milliseconds(*until) + "Z";
  json["calls"] = calls;
  json["strikes"] = strikes;
  json["hasEnded"] = has_ended(now);
  return json;
}

std::string FaultPlan::to_document() const {
  auto json = to_json(engine::TimePoint{});
  json.erase("hasEnded");
  return json.dump();
}

FaultPlan FaultPlan::from_document(std::string_view bytes) {
  auto json = Json::parse(bytes);
  const auto take = [&](const char* name) {
    const Json member = json.at(name);
    json.erase(name);
    return member;
  };
  const auto id = take("id").get<std::string>();
  const auto calls = take("calls").get<std::uint64_t>();
  const auto strikes = take("strikes").get<std::uint64_t>();
  // A plan that was once accepted; its end may have passed.
  auto plan = of_request(json, engine::TimePoint::min(), 0);
  plan.id = id;
  plan.calls = calls;
  plan.strikes = strikes;
  return plan;
}

}  // namespace mapping
