#include "api/lambda/operations.h"

namespace api {

std::span<const RestOperation> function_operations() {
  using namespace lambda;
  static const RestOperation operations[] = {
      {"CreateFunction", "POST", "/2015-03-31/functions", create_function},
      {"DeleteFunction", "DELETE", "/2015-03-31/functions/{FunctionName}", delete_function},
      {"GetFunction", "GET", "/2015-03-31/functions/{FunctionName}", get_function},
      {"GetFunctionConfiguration", "GET", "/2015-03-31/functions/{FunctionName}/configuration",
       get_function_configuration},
      {"Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations", invoke},
      {"ListFunctions", "GET", "/2015-03-31/functions", list_functions},
      {"UpdateFunctionCode", "PUT", "/2015-03-31/functions/{FunctionName}/code",
       update_function_code},
      {"UpdateFunctionConfiguration", "PUT", "/2015-03-31/functions/{FunctionName}/configuration",
       update_function_configuration},
  };
  return operations;
}

}  // namespace api
