#pragma once

#include <cstdint>
#include <vector>

#include "mapping/shard/machine.h"
#include "tests/engine/dice.h"

namespace mapping {

using Number = engine::SequenceNumber;

/// Chance, once in so many times; never for 0.
inline bool one_in(engine::Dice& dice, int times) { return times > 0 && dice.below(times) == 0; }
inline int between(engine::Dice& dice, int low, int high) {
  return low + dice.below(high - low + 1);
}
inline engine::Duration milliseconds_between(engine::Dice& dice, int low, int high) {
  return engine::Duration(between(dice, low, high));
}

/// What a mapping asks of a shard, and which records it wants.
struct Rules {
  Policy policy;
  unsigned kinds = ~0U;  ///< A bit for each kind of record that the filter lets through.
};

/// A record, with what a function makes of it.
struct Letter {
  enum class Poison : std::uint8_t {
    none,
    breaks,      ///< The call fails.
    is_reported  ///< The function says which record it was, if it may.
  };
  Arrival arrival;
  unsigned kind = 0;
  Poison poison = Poison::none;
};

/// All that chance decides before a life begins.
struct Setting {
  std::vector<Rules> rules;  ///< The first, and those that it changes to on the way.
  std::vector<Letter>
      letters;              ///< In order. Those behind the backlog are as old as they are written.
  std::size_t backlog = 0;  ///< So many are there from the start.
  int refusals = 0;         ///< A batch with poison is accepted after so many.
  bool closes = false;
  bool is_calm = false;  ///< Pages are whole, calls take the same time, nobody is late.
  // Once in so many steps; 0: never.
  int crash_one_in = 0;
  int change_one_in = 0;
  int leap_one_in = 0;
  bool leaps_back = false;
  // Once in so many calls.
  int throttle_one_in = 0;
  int failure_one_in = 0;
  int cut_off_one_in = 0;
  int large_state_one_in = 0;
};

inline constexpr Number first_checkpoint = 100;
inline constexpr engine::TimePoint beginning{std::chrono::hours(500'000)};
inline constexpr engine::Duration calm_call{100};

/// Anything may happen.
Setting draw(unsigned seed);
/// One lane and no accidents, so that the rules alone decide: what `Plainly` can tell.
Setting draw_calm(unsigned seed);

/// What a function says to these records, the same whenever it is asked. Nothing: all is well.
struct Complaint {
  Number about = 0;          ///< The first record that it dislikes.
  bool is_reported = false;  ///< It says so in a partial reply.
};
std::optional<Complaint> complaint(const Setting& setting, const Rules& rules,
                                   std::span<const Number> numbers, int attempt);

}  // namespace mapping
