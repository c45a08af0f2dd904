#include "api/operations.h"

#include "api/control/operations.h"
#include "api/lambda/operations.h"

namespace api {

std::span<const RestOperation> lambda_operations() { return mapping_operations(); }

std::span<const RestOperation> control_operations() {
  static const RestOperation operations[] = {
      {"health", "GET", "/_dynamill/health", control::health},
      {"drain", "POST", "/_dynamill/drain", control::drain},
      {"mappings", "GET", "/_dynamill/mappings", control::mappings},
      {"mapping", "GET", "/_dynamill/mappings/{UUID}", control::mapping},
      {"deliveries", "GET", "/_dynamill/mappings/{UUID}/deliveries", control::deliveries},
  };
  return operations;
}

}  // namespace api
