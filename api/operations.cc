#include "api/operations.h"

#include <vector>

#include "api/control/operations.h"
#include "api/lambda/operations.h"

namespace api {

std::span<const RestOperation> lambda_operations() {
  static const auto operations = [] {
    std::vector<RestOperation> all;
    for (const auto& rows : {function_operations(), mapping_operations()}) {
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }();
  return operations;
}

std::span<const RestOperation> control_operations() {
  static const RestOperation operations[] = {
      {"health", "GET", "/_dynamill/health", control::health},
      {"clock", "GET", "/_dynamill/clock", control::clock},
      {"moveClock", "POST", "/_dynamill/clock", control::move_clock},
      {"drain", "POST", "/_dynamill/drain", control::drain},
      {"split", "POST", "/_dynamill/streams/split", control::split},
      {"rollover", "POST", "/_dynamill/streams/rollover", control::rollover},
      {"mappings", "GET", "/_dynamill/mappings", control::mappings},
      {"mapping", "GET", "/_dynamill/mappings/{UUID}", control::mapping},
      {"deliveries", "GET", "/_dynamill/mappings/{UUID}/deliveries", control::deliveries},
      {"history", "GET", "/_dynamill/mappings/{UUID}/history", control::history},
      {"replay", "POST", "/_dynamill/mappings/{UUID}/replay", control::replay},
      {"explain", "GET", "/_dynamill/explain", control::explain},
      {"planFault", "POST", "/_dynamill/faults", control::plan_fault},
      {"faults", "GET", "/_dynamill/faults", control::faults},
      {"fault", "GET", "/_dynamill/faults/{id}", control::faults},
      {"removeFaults", "DELETE", "/_dynamill/faults", control::remove_faults},
      {"removeFault", "DELETE", "/_dynamill/faults/{id}", control::remove_faults},
      {"code", "GET", "/_dynamill/functions/{FunctionName}/code", lambda::get_function_code},
  };
  return operations;
}

}  // namespace api
