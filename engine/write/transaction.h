#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/api_error.h"
#include "engine/write/request_tokens.h"
#include "engine/write/writer.h"

namespace engine {

/// Why a transaction was canceled, told by one of its actions (dynamodb.md 11.2).
struct CancellationReason {
  std::string code = "None";
  std::string message;  ///< Of `None` empty.
  std::optional<Item> item;
};

/// Of a condition that did not hold.
CancellationReason condition_failed();
/// Of a table or an index that has no throughput left: what `ThroughputMeter` throws.
CancellationReason throttled(const ApiError& error);

/// One action of a transaction: a write, or a check of an item that stays as it is.
struct TransactionAction {
  Write write;
  /// What is wrong with it whatever the item is: a key of another schema, for example. Such an
  /// action only needs a table in its write, and cancels the transaction.
  std::optional<ApiError> error;
  /// What is told if the condition does not hold; its `item` is filled in if that is wanted.
  CancellationReason failure = condition_failed();
  bool returns_item_on_failure = false;
};

/// A `change` that leaves the item as it is: of an action that only has a condition.
std::optional<Item> leave_as_it_is(const Item* old_item);

struct Transaction {
  std::vector<TransactionAction> actions;
  /// ClientRequestToken; empty if there is none.
  std::string token;
  /// Equal for equal requests: what the token stands for. Unused without a token.
  std::uint64_t payload_hash = 0;
};

struct TransactionOutcome {
  /// One for each action. Of a transaction that is only repeated, both items are the one that is
  /// there now.
  std::vector<WriteOutcome> outcomes;
  /// It was done before, with the same token, and was not done again.
  bool is_repeated = false;
  /// It was canceled, and nothing was written: one for each action. Otherwise empty.
  std::vector<CancellationReason> reasons;
};

/// Changes several items together, or none of them.
///
/// Of two transactions about one item that come at the same time, or of a transaction and a write
/// that comes while it is under way, the later one fails (dynamodb.md 11.2): nobody waits. A
/// transaction waits for writes that were there before it. Records stand in their streams in the
/// order of the actions.
///
/// Safe to call from any thread. May throw `storage::StorageError`; then nothing was written, and
/// the token can be used again.
class Transactions {
 public:
  Transactions(const storage::Store& store, Writer& writer, const Clock& clock)
      : writer_(writer), tokens_(store, clock) {}

  /// Throws `ApiError`: ValidationException if two actions are about one item,
  /// TransactionInProgressException and IdempotentParameterMismatchException for the token, and
  /// ResourceNotFoundException if a table has been deleted meanwhile.
  TransactionOutcome run(const Transaction& transaction);

  /// The items at these store keys, as all of them are at one moment. Throws `ApiError`
  /// (TransactionCanceledException) if a transaction is changing one of them.
  std::vector<std::optional<Item>> read(std::span<const std::string> keys);

 private:
  TransactionOutcome attempt(const Transaction& transaction, std::span<const std::string> keys);
  TransactionOutcome repeated(std::span<const std::string> keys);

  Writer& writer_;
  RequestTokens tokens_;
};

/// Throws ValidationException if two of the store keys are the same. Empty ones do not count.
void require_different_items(std::span<const std::string> keys);

/// The reasons of a transaction of which one action cannot be done at all: only that one tells.
std::vector<CancellationReason> refused(std::size_t actions, std::size_t at, const ApiError& error);

/// TransactionCanceledException, with its reasons.
ApiError transaction_canceled(std::span<const CancellationReason> reasons);

}  // namespace engine
