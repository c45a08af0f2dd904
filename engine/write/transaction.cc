#include "engine/write/transaction.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "engine/value/json.h"

namespace engine {

namespace {

/// What became of an action while its item was locked.
struct Decision {
  std::optional<ApiError> error;
  std::optional<Item> new_item;
};

/// The write of an action, which decides everything when it is asked for its condition: a change
/// that cannot be made is an answer here, and the other actions are still looked at.
Write deciding(const Write& write, Decision& decision) {
  Write deciding;
  deciding.table = write.table;
  deciding.key = write.key;
  deciding.is_free = write.is_free;
  deciding.condition = [&write, &decision](const Item* old_item) {
    if (!write.condition(old_item)) return false;
    try {
      decision.new_item = write.change(old_item);
    } catch (const ApiError& error) {
      decision.error = error;
      return false;
    }
    return true;
  };
  deciding.change = [&decision](const Item*) { return std::move(decision.new_item); };
  return deciding;
}

CancellationReason reason_of(const TransactionAction& action, const WriteOutcome& outcome) {
  if (outcome.throttling) return throttled(*outcome.throttling);
  if (!outcome.condition_held) {
    CancellationReason reason = action.failure;
    if (action.returns_item_on_failure) reason.item = outcome.old_item;
    return reason;
  }
  if (!outcome.has_room) {
    return {"ItemCollectionSizeLimitExceeded", item_collection_too_large().message, {}};
  }
  return {};
}

/// The reasons of a transaction when others are about some of its items.
std::vector<CancellationReason> conflicting(std::size_t actions,
                                            std::span<const std::size_t> conflicts) {
  std::vector<CancellationReason> reasons(actions);
  for (const std::size_t at : conflicts) {
    reasons[at].code = "TransactionConflict";
    reasons[at].message = transaction_conflict().message;
  }
  return reasons;
}

bool is_wrong(const TransactionAction& action) { return action.error.has_value(); }

bool is_done(const WriteOutcome& outcome) {
  return outcome.condition_held && outcome.has_room && !outcome.throttling;
}

ApiError idempotent_parameter_mismatch() {
  return {"IdempotentParameterMismatchException",
          "The request uses the same client token as a previous, but non-identical request."};
}

void append_reason(std::string& out, const CancellationReason& reason) {
  out += "{\"Code\":";
  append_json_string(out, reason.code);
  if (reason.item) {
    out += ",\"Item\":";
    append_json(out, reason.item->view());
  }
  if (!reason.message.empty()) {
    out += ",\"Message\":";
    append_json_string(out, reason.message);
  }
  out += '}';
}

}  // namespace

CancellationReason condition_failed() {
  return {"ConditionalCheckFailed", conditional_check_failed().message, {}};
}

CancellationReason throttled(const ApiError& error) {
  const bool is_provisioned = error.code == "ProvisionedThroughputExceededException";
  return {is_provisioned ? "ProvisionedThroughputExceeded" : "ThrottlingError", error.message, {}};
}

std::optional<Item> leave_as_it_is(const Item* old_item) {
  return old_item != nullptr ? std::optional(*old_item) : std::nullopt;
}

TransactionOutcome Transactions::run(const Transaction& transaction) {
  std::vector<std::string> keys;
  for (const auto& action : transaction.actions) keys.push_back(action.write.key);
  require_different_items(keys);

  if (transaction.token.empty()) return attempt(transaction, keys);
  const auto held = tokens_.hold(transaction.token);
  if (const auto done = tokens_.find(transaction.token)) {
    if (*done != transaction.payload_hash) throw idempotent_parameter_mismatch();
    // Of a table that was made anew meanwhile the keys may be others.
    if (std::ranges::none_of(transaction.actions, is_wrong)) return repeated(keys);
  }
  return attempt(transaction, keys);
}

std::vector<std::optional<Item>> Transactions::read(std::span<const std::string> keys) {
  const auto conflicts = writer_.claims().among(keys);
  if (!conflicts.empty()) throw transaction_canceled(conflicting(keys.size(), conflicts));
  return writer_.read_all(keys);
}

TransactionOutcome Transactions::attempt(const Transaction& transaction,
                                         std::span<const std::string> keys) {
  const auto& actions = transaction.actions;
  TransactionOutcome result;
  if (const auto wrong = std::ranges::find_if(actions, is_wrong); wrong != actions.end()) {
    const auto at = static_cast<std::size_t>(wrong - actions.begin());
    result.reasons = refused(actions.size(), at, *wrong->error);
    return result;
  }

  const ItemClaims::Held claims(writer_.claims(), keys);
  if (!claims.conflicts().empty()) {
    result.reasons = conflicting(actions.size(), claims.conflicts());
    return result;
  }

  std::vector<Decision> decisions(actions.size());
  std::vector<Write> writes;
  writes.reserve(actions.size());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    writes.push_back(deciding(actions[i].write, decisions[i]));
  }
  result.outcomes = writer_.apply_all(writes, [&](storage::Batch& batch) {
    if (!transaction.token.empty()) tokens_.add(batch, transaction.token, transaction.payload_hash);
  });
  if (std::ranges::all_of(result.outcomes, is_done)) return result;

  const auto wrong = std::ranges::find_if(
      decisions, [](const Decision& decision) { return decision.error.has_value(); });
  if (wrong != decisions.end()) {
    const auto at = static_cast<std::size_t>(wrong - decisions.begin());
    result.reasons = refused(actions.size(), at, *wrong->error);
    return result;
  }
  for (std::size_t i = 0; i < actions.size(); ++i) {
    result.reasons.push_back(reason_of(actions[i], result.outcomes[i]));
  }
  return result;
}

TransactionOutcome Transactions::repeated(std::span<const std::string> keys) {
  TransactionOutcome result;
  result.is_repeated = true;
  for (auto& item : writer_.read_all(keys)) {
    auto& outcome = result.outcomes.emplace_back();
    outcome.old_item = item;
    outcome.new_item = std::move(item);
  }
  return result;
}

void require_different_items(std::span<const std::string> keys) {
  std::unordered_set<std::string_view> seen;
  for (const auto& key : keys) {
    if (key.empty() || seen.insert(key).second) continue;
    throw validation_error("Transaction request cannot include multiple operations on one item");
  }
}

std::vector<CancellationReason> refused(std::size_t actions, std::size_t at,
                                        const ApiError& error) {
  std::vector<CancellationReason> reasons(actions);
  reasons[at].code = "ValidationError";
  reasons[at].message = error.message;
  return reasons;
}

ApiError transaction_canceled(std::span<const CancellationReason> reasons) {
  std::string codes;
  std::string members = "\"CancellationReasons\":[";
  for (const auto& reason : reasons) {
    if (!codes.empty()) {
      codes += ", ";
      members += ',';
    }
    codes += reason.code;
    append_reason(members, reason);
  }
  ApiError error("TransactionCanceledException",
                 "Transaction cancelled, please refer cancellation reasons for specific reasons [" +
                     codes + "]");
  error.members = std::move(members) + "]";
  return error;
}

}  // namespace engine
