#include "engine/movable_clock.h"

#include <cassert>
#include <sstream>
#include <stdexcept>
#include <string>

namespace engine {

namespace {

constexpr std::string_view kind = "clock";
constexpr std::string_view id = "clock";
constexpr std::string_view format = "1";

const WallClock wall_clock;

}  // namespace

MovableClock::MovableClock(Documents& documents) : MovableClock(documents, wall_clock) {}

MovableClock::MovableClock(Documents& documents, const Clock& machine)
    : documents_(documents), machine_(machine) {
  load();
}

std::int64_t MovableClock::packed(State state) {
  return state.ms * 4 + static_cast<std::int64_t>(state.mode);
}

MovableClock::State MovableClock::state() const {
  const auto packed = state_.load(std::memory_order_acquire);
  return {static_cast<Mode>(packed & 3), packed >> 2};
}

TimePoint MovableClock::now() const {
  const auto [mode, ms] = state();
  if (mode != Mode::running) return from_epoch_milliseconds(ms);
  return machine_.now() + Duration(ms);
}

bool MovableClock::is_running() const { return state().mode == Mode::running; }

MovableClock::Reading MovableClock::read() const {
  const auto [mode, ms] = state();
  const auto machine_now = machine_.now();
  if (mode == Mode::running) return {machine_now + Duration(ms), false, Duration(ms)};
  const auto now = from_epoch_milliseconds(ms);
  return {now, mode == Mode::frozen, now - machine_now};
}

void MovableClock::freeze() {
  if (state().mode != Mode::frozen) keep(Mode::frozen, epoch_milliseconds(now()));
}

void MovableClock::unfreeze() {
  if (state().mode == Mode::frozen) keep(Mode::running, offset_of(now()).count());
}

MovableClock::Reading MovableClock::hold() {
  const auto reading = read();
  if (is_running()) state_ = packed({Mode::held, epoch_milliseconds(reading.now)});
  return reading;
}

void MovableClock::move_to(TimePoint time) {
  assert(!is_running());
  keep(state().mode, epoch_milliseconds(time));
}

void MovableClock::release(Duration offset) {
  if (state().mode == Mode::held) keep(Mode::running, offset.count());
}

void MovableClock::release() {
  if (state().mode == Mode::held) state_ = packed({Mode::running, offset_of(now()).count()});
}

void MovableClock::load() {
  const auto bytes = documents_.get(kind, id);
  if (!bytes) return;
  std::istringstream in(*bytes);
  std::string version;
  std::string mode;
  long long ms = 0;
  in >> version >> mode >> ms;
  if (!in || version != format || (mode != "running" && mode != "frozen")) {
    throw std::runtime_error("where the clock stands cannot be read: " + *bytes);
  }
  state_ = packed({mode == "frozen" ? Mode::frozen : Mode::running, ms});
}

/// A clock that is held is written down as one that runs on from there.
void MovableClock::keep(Mode mode, long long ms) {
  const bool is_frozen = mode == Mode::frozen;
  const auto kept = mode == Mode::held ? offset_of(from_epoch_milliseconds(ms)).count() : ms;
  std::string bytes(format);
  bytes.append(is_frozen ? " frozen " : " running ").append(std::to_string(kept));
  documents_.put(kind, id, bytes);
  state_ = packed({mode, ms});
}

}  // namespace engine
