#include "mapping/shard/verdict.h"

#include <algorithm>

#include "mapping/event/response.h"
#include "mapping/function/functions.h"

namespace mapping {

namespace {

bool has(std::span<const Arrival> records, engine::SequenceNumber number) {
  return std::binary_search(
      records.begin(), records.end(), Arrival{.sequence_number = number},
      [](const Arrival& a, const Arrival& b) { return a.sequence_number < b.sequence_number; });
}

/// The lowest number decides, as a number; one that is not in the batch spoils all of it.
void read_failures(const std::string& payload, std::span<const Arrival> records, Verdict& verdict) {
  auto failures = read_item_failures(payload);
  for (const auto& id : failures.ids) {
    const auto number = engine::parse_sequence_number(id);
    if (!number || !has(records, *number)) {
      failures.is_malformed = true;
      failures.problem = "the itemIdentifier " + id + " is none of the batch";
      break;
    }
    if (verdict.kind == Verdict::Kind::accepted || *number < verdict.first_failed) {
      verdict.first_failed = *number;
    }
    verdict.kind = Verdict::Kind::partial;
  }
  if (!failures.is_malformed) return;
  verdict.kind = Verdict::Kind::refused;
  verdict.problem = std::move(failures.problem);
}

}  // namespace

Verdict verdict_of(const Invocation& invocation, const Attempt& attempt,
                   std::span<const Arrival> records, const Policy& policy) {
  Verdict verdict;
  if (invocation.result == Invocation::Result::throttled) {
    verdict.kind = Verdict::Kind::not_reached;
    return verdict;
  }
  if (invocation.result == Invocation::Result::failed) {
    verdict.kind = Verdict::Kind::refused;
    verdict.function_error = "Unhandled";
    return verdict;
  }
  if (policy.reports_batch_item_failures) read_failures(invocation.payload, records, verdict);
  // The state that the final call gives would be for nobody.
  if (!attempt.window || attempt.is_final || verdict.kind == Verdict::Kind::refused) return verdict;
  verdict.state = read_window_state(invocation.payload);
  if (!verdict.state) {
    verdict.kind = Verdict::Kind::refused;
    verdict.problem = "the reply has no state";
  }
  return verdict;
}

}  // namespace mapping
