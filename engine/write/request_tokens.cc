#include "engine/write/request_tokens.h"

#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/limits.h"
#include "storage/order_key.h"

namespace engine {

namespace {

constexpr std::string_view document_kind = "request-token";
constexpr Duration token_life = std::chrono::minutes(limits::request_token_minutes);

/// The number of the ten minutes that `time` is in. Tokens that are valid are of this one or of the
/// one before.
std::uint32_t period_of(TimePoint time) {
  return static_cast<std::uint32_t>(time.time_since_epoch() / token_life);
}

std::string id_of(std::uint32_t period, std::string_view token) {
  std::string id;
  storage::append_u32(id, period);
  id += token;
  return id;
}

}  // namespace

RequestTokens::Held RequestTokens::hold(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (!held_.emplace(token).second) {
    throw ApiError("TransactionInProgressException",
                   "Transaction from previous request is still in progress");
  }
  return {*this, token};
}

RequestTokens::Held::~Held() {
  const std::lock_guard lock(tokens_.mutex_);
  tokens_.held_.erase(token_);
}

std::optional<std::uint64_t> RequestTokens::find(std::string_view token) const {
  const auto now = clock_.now();
  const auto period = period_of(now);
  for (const auto of_token : {period, period - 1}) {
    const auto document = Documents::get(store_, document_kind, id_of(of_token, token));
    if (!document) continue;
    const std::string_view bytes = *document;
    const auto done = from_epoch_milliseconds(static_cast<long long>(storage::read_u64(bytes)));
    if (now - done < token_life) return storage::read_u64(bytes.substr(8));
  }
  return std::nullopt;
}

void RequestTokens::add(storage::Batch& batch, std::string_view token, std::uint64_t payload_hash) {
  const auto now = clock_.now();
  const auto period = period_of(now);
  std::string bytes;
  storage::append_u64(bytes, static_cast<std::uint64_t>(epoch_milliseconds(now)));
  storage::append_u64(bytes, payload_hash);
  Documents::put(batch, document_kind, id_of(period, token), bytes);
  if (last_period_.exchange(period) != period) {
    Documents::remove_before(batch, document_kind, id_of(period - 1, ""));
  }
}

}  // namespace engine
