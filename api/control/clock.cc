// GET /_dynamill/clock: the one clock that everything timed reads.
// POST /_dynamill/clock: {"freeze": true}, {"advanceSeconds": 3600}, {"set":
// "2030-01-01T00:00:00Z"}: stands still or goes on, travels, and answers once everything that fell
// due on the way has happened. `freeze` goes with either of the other two and comes first.

#include <cmath>
#include <nlohmann/json.hpp>

#include "api/control/body.h"
#include "api/control/operations.h"
#include "engine/api_error.h"
#include "engine/time_text.h"
#include "mapping/journey.h"

namespace api::control {

namespace {

using nlohmann::json;

/// A hundred years. What falls due on the way happens, so the way must end.
constexpr std::chrono::seconds way_max = std::chrono::days(36'525);

const engine::TimePoint time_min = engine::from_epoch_milliseconds(0);
const engine::TimePoint time_max = engine::instant_of("9999-12-31T23:59:59.999Z").value();

engine::Duration way_of(const json& member) {
  const double seconds = member.is_number() ? member.get<double>() : -1;
  if (!(seconds >= 0 && seconds <= static_cast<double>(way_max.count()))) {
    throw engine::validation_error("advanceSeconds is a number from 0 to " +
                                   std::to_string(way_max.count()));
  }
  return engine::Duration(std::llround(seconds * 1000));
}

engine::TimePoint time_of(const json& member) {
  const auto time =
      member.is_string() ? engine::instant_of(member.get_ref<const std::string&>()) : std::nullopt;
  if (!time) {
    throw engine::validation_error(
        "set is a time with its offset, like \"2030-01-31T12:00:00Z\" or "
        "\"2030-01-31T12:00:00.500+02:00\"");
  }
  if (*time < time_min || *time > time_max) {
    throw engine::validation_error("set is a time from 1970-01-01T00:00:00Z to the end of 9999");
  }
  return *time;
}

mapping::ClockMove decode(const std::string& body) {
  const auto request = object_of(body);
  mapping::ClockMove move;
  for (const auto& [name, member] : request.items()) {
    if (name == "advanceSeconds") {
      move.by = way_of(member);
    } else if (name == "set") {
      move.to = time_of(member);
    } else if (name == "freeze") {
      if (!member.is_boolean()) throw engine::validation_error("freeze is true or false");
      move.freeze = member.get<bool>();
    } else {
      throw engine::validation_error("there is no member " + name +
                                     "; there are advanceSeconds, freeze and set");
    }
  }
  if (request.empty()) {
    throw engine::validation_error("the body has one of advanceSeconds, freeze and set");
  }
  if (move.by && move.to) {
    throw engine::validation_error("advanceSeconds and set do not go together");
  }
  return move;
}

void refuse_too_far(const mapping::ClockMove& move, engine::TimePoint now) {
  if (move.to && *move.to - now > way_max) {
    throw engine::validation_error("set is at most 100 years ahead of the clock");
  }
  if (move.by && now + *move.by > time_max) {
    throw engine::validation_error("advanceSeconds leads beyond the year 9999");
  }
}

/// `3600` or `3600.25`; JSON has one kind of number.
json seconds_json(long long ms) {
  if (ms % 1000 == 0) return ms / 1000;
  return static_cast<double>(ms) / 1000;
}

RestAnswer answer_of(const mapping::Journey::Reading& reading) {
  const json body = {
      {"now", seconds_json(engine::epoch_milliseconds(reading.now))},
      {"mode", reading.is_frozen ? "frozen" : "running"},
      {"offsetSeconds", seconds_json(reading.offset.count())},
  };
  RestAnswer answer;
  answer.body = body.dump();
  return answer;
}

}  // namespace

boost::asio::awaitable<RestAnswer> clock(Services& services, RestCall) {
  co_return answer_of(services.journey.reading());
}

boost::asio::awaitable<RestAnswer> move_clock(Services& services, RestCall call) {
  auto move = decode(call.body);
  refuse_too_far(move, services.journey.reading().now);
  const auto reading = co_await services.journey.make(std::move(move));
  co_return answer_of(reading);
}

}  // namespace api::control
