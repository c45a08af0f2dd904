#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "storage/store.h"

namespace engine {

/// Which requests were done in the last ten minutes, by the ClientRequestToken that came with them:
/// a request that comes again must not be done again (dynamodb.md 11.3).
///
/// Tokens lie together by the ten minutes in which their requests were done, so that those that
/// have expired are removed by the first token of the next ten minutes, in one piece.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class RequestTokens {
 public:
  RequestTokens(const storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// As long as it lives, nobody else has the token.
  class Held {
   public:
    Held(RequestTokens& tokens, std::string_view token) : tokens_(tokens), token_(token) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held();

   private:
    RequestTokens& tokens_;
    const std::string token_;
  };

  /// Throws TransactionInProgressException if somebody has it.
  Held hold(std::string_view token);

  // For who holds the token.

  /// What `add` was told, if the request was done and its token has not expired.
  std::optional<std::uint64_t> find(std::string_view token) const;
  /// The request is done with the commit of this batch. `payload_hash` says which request it was.
  void add(storage::Batch& batch, std::string_view token, std::uint64_t payload_hash);

 private:
  const storage::Store& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> held_;    ///< Guarded by `mutex_`.
  std::atomic<std::uint32_t> last_period_{0};  ///< In which a token was added.
};

}  // namespace engine
