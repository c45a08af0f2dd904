#include "api/operations.h"

#include "api/control/operations.h"

namespace api {

std::span<const RestOperation> lambda_operations() { return {}; }

std::span<const RestOperation> control_operations() {
  static const RestOperation operations[] = {
      {"health", "GET", "/_dynamill/health", control::health},
  };
  return operations;
}

}  // namespace api
