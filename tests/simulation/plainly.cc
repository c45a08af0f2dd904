#include "tests/simulation/plainly.h"

#include <algorithm>

namespace mapping {

std::vector<Event> Plainly::events() {
  const Policy& policy = rules_.policy;
  Batch batch;
  std::size_t bytes = 14;
  for (const auto& letter : setting_.letters) {
    if ((rules_.kinds >> letter.kind & 1) == 0) continue;
    const auto more = letter.arrival.event_bytes + 1;
    const bool is_full = batch.size() == static_cast<std::size_t>(policy.batch_size) ||
                         bytes + more > policy.event_bytes_max;
    if (is_full && !batch.empty()) {
      deal_with(std::exchange(batch, {}));
      bytes = 14;
    }
    batch.push_back(letter.arrival);
    bytes += more;
  }
  deal_with(batch);
  return events_;
}

void Plainly::deal_with(Batch batch) {
  const Policy& policy = rules_.policy;
  attempts_ = 0;
  for (;;) {
    drop_the_old(batch);
    if (batch.empty()) return;
    std::vector<Number> numbers;
    for (const auto& record : batch) numbers.push_back(record.sequence_number);
    const auto problem = complaint(setting_, rules_, numbers, attempts_ + 1);
    now_ += calm_call;
    if (!problem) return note(Event::succeeded, batch, attempts_ + 1);

    auto cut = batch.begin();
    while (problem->is_reported && cut->sequence_number < problem->about) ++cut;
    if (cut != batch.begin()) {
      note(Event::partly, Batch(batch.begin(), cut), attempts_ + 1);
      batch.erase(batch.begin(), cut);
      attempts_ = 0;
      continue;
    }
    note(Event::failed, batch, ++attempts_);
    if (policy.bisect_batch_on_function_error && batch.size() > 1) {
      const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
      deal_with(Batch(batch.begin(), middle));
      deal_with(Batch(middle, batch.end()));
      return;
    }
    if (policy.maximum_retry_attempts >= 0 && attempts_ > policy.maximum_retry_attempts) {
      return note(Event::exhausted, batch, attempts_);
    }
    // 0.5, 1, 2 ... seconds.
    auto pause = policy.backoff.base;
    for (int i = 1; i < attempts_; ++i) pause = std::min(pause * 2, policy.backoff.cap);
    now_ += pause;
  }
}

void Plainly::drop_the_old(Batch& batch) {
  const Policy& policy = rules_.policy;
  const auto is_expired = [&](const Arrival& record) {
    return now_ - record.created >= policy.retention;
  };
  while (!batch.empty()) {
    const auto young = std::find_if_not(batch.begin(), batch.end(), is_expired);
    if (young != batch.begin()) {
      note(Event::expired, Batch(batch.begin(), young), attempts_);
      batch.erase(batch.begin(), young);
    } else if (policy.maximum_record_age &&
               now_ - batch.front().created > *policy.maximum_record_age) {
      note(Event::aged, Batch(1, batch.front()), attempts_ + 1);
      batch.erase(batch.begin());
    } else {
      return;
    }
    attempts_ = 0;
  }
}

void Plainly::note(Event::Kind kind, const Batch& batch, int attempt) {
  events_.push_back({kind, batch.front().sequence_number, batch.back().sequence_number, attempt});
}

}  // namespace mapping
