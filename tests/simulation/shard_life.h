#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/shard_setting.h"

namespace mapping {

/// What became of some records, for good: it was written down.
struct Event {
  enum Kind { succeeded, partly, failed, exhausted, aged, expired } kind = succeeded;
  Number first = 0;
  Number last = 0;
  int attempt = 0;

  bool operator==(const Event&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Event& event);

/// What is expected of a lane: told from outside, by what was asked of the function and what it
/// answered.
struct ExpectedLane {
  std::vector<Number> asked;       ///< The records of the last call.
  std::vector<Number> tried;       ///< What failed last as a whole.
  int failures = 0;                ///< So many times in a row; -1: unknown.
  engine::TimePoint not_before{};  ///< Of the next call with the same records.
  engine::TimePoint not_after{};   ///< By then it is due in any case.
  std::optional<Window> window;
};

/// A call that the function is dealing with.
struct Flight {
  std::size_t lane = 0;
  Attempt attempt = {};  ///< Its records are in `numbers`.
  std::vector<Number> numbers = {};
  engine::TimePoint lands{};
};

/// What a machine wants, in a line.
std::string text_of(const Action& action);

/// A life: the world around one machine, and what must be true in it after each step.
class ShardLife {
 public:
  explicit ShardLife(const Setting& setting, unsigned seed);

  /// Until nothing more can happen.
  void run();

  std::vector<Event> events;  ///< As written down, in order.
  std::string history;        ///< All that happened, for reading and comparing.
  int steps = 0;

 private:
  // What happens to the machine.
  void happen();
  void write_one();
  void trim();
  void leap();
  void change_rules();
  void crash();

  // What the machine wants.
  bool act(Action action);
  bool wait(const Wait& wait);
  void read(const Read& read);
  void save();
  void begin(const Invoke& invoke);
  void discard(const Discard& discard);

  // What the function answers.
  void land(std::size_t which);
  void on_accepted(const Flight& flight);
  void on_partly(const Flight& flight, Number first_failed);
  void on_failed(const Flight& flight);
  void expect_retry(const Flight& flight);
  static void forget(ExpectedLane& lane);

  // What must be true.
  void check_step();
  void check_batch(const Invoke& invoke) const;
  void check_order(const Invoke& invoke) const;
  void check_attempt(const Invoke& invoke) const;
  void check_window(const Invoke& invoke);
  static void follow_window(ExpectedLane& lane, const std::optional<Window>& window);
  void check_close(const Window& window) const;
  void check_nobody_idles(const Wait& wait) const;
  void check_twin(const Action& action);
  void check_end() const;

  const Policy& policy() const { return rules_.policy; }
  bool is_written() const { return written_ == letters_.size(); }
  bool is_settled(std::size_t index) const;
  bool is_wanted(const Letter& letter) const { return (rules_.kinds >> letter.kind & 1) != 0; }
  bool is_flying(std::size_t lane) const;
  std::size_t first_open() const;
  std::size_t index_of(Number number) const;
  std::size_t lane_of(const Letter& letter) const;
  void settle(std::span<const Number> numbers);
  void settle_window(ExpectedLane& lane, bool is_final);
  std::optional<std::string> new_state(const Flight& flight, ExpectedLane& lane);
  void note(Event::Kind kind, std::span<const Number> numbers, int attempt);
  void tell(const std::string& line);
  void follow_lanes();

  const Setting& setting_;
  engine::Dice dice_;
  engine::TimePoint now_ = beginning;

  std::vector<Letter> letters_;
  std::size_t written_ = 0;
  std::size_t seen_ = 0;  ///< So many has this machine looked at.
  bool has_seen_tip_ = false;
  bool has_seen_end_ = false;
  std::size_t trimmed_ = 0;
  bool is_closed_ = false;

  Rules rules_;
  bool has_changed_ = false;         ///< The rules, ever.
  bool has_changed_filter_ = false;  ///< Since this machine began.
  bool has_lost_ = false;            ///< The stream lost something since this machine began.
  bool has_leapt_back_ = false;
  std::size_t batch_max_ = 0;  ///< The largest that any rules allowed so far.
  std::size_t bytes_max_ = 0;
  int states_ = 0;

  std::string saved_;
  std::optional<Machine> machine_;
  std::vector<Flight> flights_;
  Number checkpoint_ = first_checkpoint;
  std::size_t checked_ = 0;  ///< Letters up to the checkpoint that were checked.

  /// Delivered or given up, as far as this machine knows, and as far as was written down.
  std::vector<bool> settled_;
  std::vector<bool> settled_saved_;
  std::vector<bool> filtered_;  ///< Ever.
  std::vector<ExpectedLane> lanes_;
  std::vector<ExpectedLane> lanes_saved_;
  std::vector<Event> unsaved_;
};

}  // namespace mapping
