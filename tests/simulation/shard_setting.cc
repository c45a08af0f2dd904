#include "tests/simulation/shard_setting.h"

#include <algorithm>

#include "engine/hash.h"

namespace mapping {

namespace {

using engine::Dice;
using std::chrono::seconds;

constexpr int for_ever = 1'000'000;

/// With attempts and time without an end, a record that is never accepted would be tried for ever.
bool ends(const Policy& policy) {
  const bool takes_time = policy.backoff.base > engine::Duration(0);
  const bool has_age = policy.maximum_record_age || policy.retention < std::chrono::hours(1);
  return policy.maximum_retry_attempts >= 0 || (takes_time && has_age);
}

Policy draw_policy(Dice& dice, unsigned seed) {
  Policy policy;
  policy.batch_size = one_in(dice, 20) ? 10'000 : between(dice, 1, 12);
  if (one_in(dice, 2)) policy.batching_window = seconds(between(dice, 1, 30));
  if (one_in(dice, 2)) policy.parallelization_factor = between(dice, 2, 10);
  if (policy.parallelization_factor == 1 && one_in(dice, 2)) {
    policy.tumbling_window = seconds(between(dice, 5, 90));
  }
  policy.maximum_retry_attempts = between(dice, -1, 4);
  if (one_in(dice, 4)) policy.maximum_record_age = seconds(between(dice, 60, 180));
  policy.bisect_batch_on_function_error = one_in(dice, 2);
  policy.reports_batch_item_failures = one_in(dice, 2);
  if (one_in(dice, 3)) {
    policy.event_bytes_max = 14 + 101 * static_cast<std::size_t>(between(dice, 1, 8));
  }
  if (policy.tumbling_window > engine::Duration(0)) policy.event_bytes_max += 512;
  if (one_in(dice, 6)) policy.retention = seconds(200);
  policy.backoff.base = engine::Duration(one_in(dice, 2) ? 0 : 500);
  policy.seed = seed;
  return policy;
}

unsigned draw_filter(Dice& dice) {
  return one_in(dice, 3) ? static_cast<unsigned>(dice.below(16)) : ~0U;
}

std::vector<Letter> draw_letters(Dice& dice) {
  std::vector<std::uint64_t> keys;
  for (int i = between(dice, 1, 12); i > 0; --i) {
    keys.push_back(engine::mix(static_cast<std::uint64_t>(dice.below(1 << 30)) + 1));
  }
  const int poison_one_in = one_in(dice, 4) ? 0 : between(dice, 4, 20);
  std::vector<Letter> letters;
  Number number = first_checkpoint;
  for (int i = between(dice, 0, 60); i > 0; --i) {
    number += static_cast<Number>(between(dice, 1, 5));
    Letter letter;
    letter.arrival.sequence_number = number;
    letter.arrival.event_bytes = static_cast<std::size_t>(between(dice, 50, 100));
    letter.arrival.key_hash = dice.one_of(keys);
    letter.kind = static_cast<unsigned>(dice.below(4));
    if (one_in(dice, poison_one_in)) {
      letter.poison = one_in(dice, 2) ? Letter::Poison::breaks : Letter::Poison::is_reported;
    }
    letter.arrival.created = beginning - seconds(between(dice, 0, 100));
    letters.push_back(letter);
  }
  // Mostly in the order of time.
  for (std::size_t i = 1; i < letters.size(); ++i) {
    auto& created = letters[i].arrival.created;
    const auto before = letters[i - 1].arrival.created;
    if (created < before && !one_in(dice, 30)) created = before;
  }
  return letters;
}

}  // namespace

Setting draw(unsigned seed) {
  Dice dice(seed);
  Setting setting;
  for (int i = one_in(dice, 3) ? between(dice, 2, 5) : 1; i > 0; --i) {
    setting.rules.push_back({draw_policy(dice, seed), draw_filter(dice)});
  }
  setting.letters = draw_letters(dice);
  const auto count = static_cast<int>(setting.letters.size());
  setting.backlog = static_cast<std::size_t>(one_in(dice, 2) ? count : between(dice, 0, count));
  const bool all_end = std::all_of(setting.rules.begin(), setting.rules.end(),
                                   [](const Rules& rules) { return ends(rules.policy); });
  setting.refusals = all_end && one_in(dice, 2) ? for_ever : between(dice, 1, 6);
  setting.closes = one_in(dice, 2);
  if (one_in(dice, 2)) setting.crash_one_in = between(dice, 4, 40);
  if (setting.rules.size() > 1) setting.change_one_in = between(dice, 10, 60);
  if (one_in(dice, 3)) {
    setting.leap_one_in = between(dice, 20, 100);
    setting.leaps_back = one_in(dice, 3);
  }
  if (one_in(dice, 3)) setting.throttle_one_in = between(dice, 2, 10);
  if (one_in(dice, 3)) setting.failure_one_in = between(dice, 3, 20);
  if (one_in(dice, 6)) setting.cut_off_one_in = between(dice, 3, 20);
  if (one_in(dice, 10)) setting.large_state_one_in = between(dice, 3, 10);
  return setting;
}

Setting draw_calm(unsigned seed) {
  Dice dice(seed);
  Setting setting;
  setting.is_calm = true;
  Rules rules{draw_policy(dice, seed), draw_filter(dice)};
  rules.policy.parallelization_factor = 1;
  rules.policy.tumbling_window = engine::Duration(0);
  rules.policy.batching_window = engine::Duration(0);
  rules.policy.backoff.jitter = 0;
  setting.rules.push_back(rules);
  setting.letters = draw_letters(dice);
  setting.backlog = setting.letters.size();
  setting.refusals = ends(rules.policy) && one_in(dice, 2) ? for_ever : between(dice, 1, 6);
  setting.closes = one_in(dice, 2);
  return setting;
}

std::optional<Complaint> complaint(const Setting& setting, const Rules& rules,
                                   std::span<const Number> numbers, int attempt) {
  if (attempt > setting.refusals) return std::nullopt;
  auto letter = setting.letters.begin();
  for (const auto number : numbers) {
    while (letter->arrival.sequence_number < number) ++letter;
    if (letter->poison == Letter::Poison::none) continue;
    const bool is_reported =
        letter->poison == Letter::Poison::is_reported && rules.policy.reports_batch_item_failures;
    return Complaint{number, is_reported};
  }
  return std::nullopt;
}

}  // namespace mapping
