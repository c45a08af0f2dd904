#pragma once

#include <vector>

#include "tests/simulation/shard_life.h"

namespace mapping {

/// The worker loop of event-source-mapping.md 5.10, told plainly for one lane: no machine, no
/// crashes, and a call always takes the same time.
class Plainly {
 public:
  explicit Plainly(const Setting& setting)
      : setting_(setting), rules_(setting.rules.front()), now_(beginning) {}

  std::vector<Event> events();

 private:
  using Batch = std::vector<Arrival>;

  void deal_with(Batch batch);
  void drop_the_old(Batch& batch);
  void note(Event::Kind kind, const Batch& batch, int attempt);

  const Setting& setting_;
  const Rules& rules_;
  engine::TimePoint now_;
  int attempts_ = 0;
  std::vector<Event> events_;
};

}  // namespace mapping
