#include "mapping/faults/faults.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/random.h"

namespace mapping {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kind = "fault";
/// The number of the plan made last: ids are not given twice.
constexpr std::string_view last_kind = "fault-number";
constexpr std::string_view last_id = "last";
constexpr std::size_t plans_max = 1000;

/// Documents are listed by the bytes of their ids.
std::string document_id(std::uint64_t number) {
  const auto text = std::to_string(number);
  return std::string(20 - text.size(), '0') + text;
}

bool is_same_function(const std::string& wanted, const std::string& arn) {
  const auto a = FunctionName::parse(wanted);
  const auto b = FunctionName::parse(arn);
  if (!a || !b || a->name != b->name) return false;
  if (a->qualifier.empty()) return true;
  return a->qualifier == (b->qualifier.empty() ? "$LATEST" : b->qualifier);
}

bool has_all_of(const Json& keys, const Json& wanted) {
  return std::all_of(wanted.items().begin(), wanted.items().end(), [&](const auto& attribute) {
    const auto found = keys.find(attribute.key());
    return found != keys.end() && *found == attribute.value();
  });
}

/// Whether the event has a record with any of the keys. `event` is parsed when it is first asked.
bool has_record_with(const std::vector<std::string>& keys, const InvocationRequest& request,
                     std::optional<Json>& event) {
  if (!event) event = Json::parse(*request.payload, nullptr, false);
  static const Json::json_pointer place("/dynamodb/Keys");
  if (!event->is_object()) return false;
  const auto records = event->find("Records");
  if (records == event->end() || !records->is_array()) return false;
  for (const auto& record : *records) {
    if (!record.is_object() || !record.contains(place)) continue;
    const auto& found = record.at(place);
    if (!found.is_object()) continue;
    for (const auto& key : keys) {
      if (has_all_of(found, Json::parse(key))) return true;
    }
  }
  return false;
}

template <class T, class U>
bool admits(const std::vector<T>& wanted, const U& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool is_for(const HandlerCalls& calls, const InvocationRequest& request,
            std::optional<Json>& event) {
  return (calls.function.empty() || is_same_function(calls.function, request.arn)) &&
         (calls.mapping_uuid.empty() || calls.mapping_uuid == request.mapping_uuid) &&
         admits(calls.attempts, request.attempt) &&
         (calls.keys.empty() || has_record_with(calls.keys, request, event));
}

}  // namespace

Faults::Faults(engine::Documents& documents, const engine::Clock& clock, engine::Random& random)
    : documents_(documents), clock_(clock), random_(random) {
  for (const auto& [id, bytes] : documents_.list(kind)) {
    plans_.emplace(number_of(id).value(), FaultPlan::from_document(bytes));
  }
  const auto last = documents_.get(last_kind, last_id);
  if (last) last_number_ = number_of(*last).value();
  count_plans();
}

std::optional<std::uint64_t> Faults::number_of(std::string_view id) {
  std::uint64_t number = 0;
  const auto* end = id.data() + id.size();
  const auto [at, error] = std::from_chars(id.data(), end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

void Faults::count_plans() {
  int handlers = 0;
  int operations = 0;
  for (const auto& [number, plan] : plans_) {
    // One that ends at an instant is looked at until it is removed: the clock may go back.
    if (plan.times && plan.strikes >= *plan.times) continue;
    ++(plan.handler ? handlers : operations);
  }
  handler_plans_ = handlers;
  operation_plans_ = operations;
}

void Faults::make_room(engine::TimePoint now) {
  if (plans_.size() < plans_max) return;
  const auto ended = std::find_if(plans_.begin(), plans_.end(),
                                  [&](const auto& entry) { return entry.second.has_ended(now); });
  if (ended == plans_.end()) {
    throw engine::validation_error("there are " + std::to_string(plans_max) +
                                   " plans that have not ended; remove some");
  }
  documents_.remove(kind, document_id(ended->first));
  plans_.erase(ended);
}

Json Faults::add(const Json& request) {
  const auto now = clock_.now();
  auto plan = FaultPlan::of_request(request, now, random_.next());
  const std::lock_guard lock(mutex_);
  make_room(now);
  const auto number = last_number_ + 1;
  plan.id = std::to_string(number);
  const std::vector<engine::Documents::Change> changes = {
      {std::string(kind), document_id(number), plan.to_document()},
      {std::string(last_kind), std::string(last_id), plan.id}};
  documents_.commit(changes);
  last_number_ = number;
  const auto added = plans_.emplace(number, std::move(plan)).first;
  count_plans();
  return added->second.to_json(now);
}

std::vector<Json> Faults::list() const {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  std::vector<Json> all;
  for (const auto& [number, plan] : plans_) all.push_back(plan.to_json(now));
  return all;
}

std::optional<Json> Faults::find(std::string_view id) const {
  const auto number = number_of(id);
  const std::lock_guard lock(mutex_);
  const auto found = number ? plans_.find(*number) : plans_.end();
  if (found == plans_.end()) return std::nullopt;
  return found->second.to_json(clock_.now());
}

bool Faults::remove(std::string_view id) {
  const auto number = number_of(id);
  const std::lock_guard lock(mutex_);
  const auto found = number ? plans_.find(*number) : plans_.end();
  if (found == plans_.end()) return false;
  documents_.remove(kind, document_id(*number));
  plans_.erase(found);
  count_plans();
  return true;
}

std::vector<std::string> Faults::remove_all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [number, plan] : plans_) ids.push_back(plan.id);
  documents_.remove_all(kind);
  plans_.clear();
  count_plans();
  return ids;
}

std::optional<Strike> Faults::strike_those(const std::function<bool(const FaultPlan&)>& is_for) {
  const auto now = clock_.now();
  Strike strike;
  std::vector<engine::Documents::Change> changes;
  for (auto& [number, plan] : plans_) {
    if (plan.has_ended(now) || !is_for(plan)) continue;
    const bool is_struck = plan.strikes_next();
    changes.push_back({std::string(kind), document_id(number), plan.to_document()});
    if (!is_struck) continue;
    strike.plans += (strike.plans.empty() ? "" : ",") + plan.id;
    if (plan.fault == Fault::delay) {
      strike.delay += plan.delay;
      continue;
    }
    strike.fault = plan.fault;
    if (plan.handler) {
      strike.error_type = plan.handler->error_type;
      strike.error_message = plan.handler->error_message;
    }
    break;
  }
  if (!changes.empty()) documents_.commit(changes);
  if (strike.plans.empty()) return std::nullopt;
  count_plans();
  return strike;
}

std::optional<Strike> Faults::strike(const InvocationRequest& request) {
  if (!has_handler_plans()) return std::nullopt;
  std::optional<Json> event;
  const std::lock_guard lock(mutex_);
  return strike_those(
      [&](const FaultPlan& plan) { return plan.handler && is_for(*plan.handler, request, event); });
}

std::optional<Strike> Faults::strike(std::string_view operation,
                                     const std::function<std::vector<std::string>()>& tables) {
  if (!has_operation_plans()) return std::nullopt;
  std::optional<std::vector<std::string>> named;
  const std::lock_guard lock(mutex_);
  return strike_those([&](const FaultPlan& plan) {
    if (!plan.dynamodb || !admits(plan.dynamodb->operations, operation)) return false;
    if (plan.dynamodb->tables.empty()) return true;
    if (!named) named = tables();
    return std::any_of(named->begin(), named->end(), [&](const std::string& table) {
      return admits(plan.dynamodb->tables, table);
    });
  });
}

}  // namespace mapping
