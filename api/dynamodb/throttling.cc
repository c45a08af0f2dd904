#include "api/dynamodb/throttling.h"

#include <vector>

#include "engine/write/transaction.h"

namespace api {

void require_throughput(engine::ThroughputMeter& meter,
                        std::span<const std::shared_ptr<const engine::Table>> tables) {
  if (!meter.is_enforced()) return;
  bool is_throttled = false;
  std::vector<engine::CancellationReason> reasons(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i]) continue;
    try {
      meter.require_read(*tables[i]);
    } catch (const engine::ApiError& error) {
      reasons[i] = engine::throttled(error);
      is_throttled = true;
    }
  }
  if (is_throttled) throw engine::transaction_canceled(reasons);
}

}  // namespace api
