#include "mapping/invoker.h"

#include <exception>

namespace mapping {

boost::asio::awaitable<Invocation> invoke_in_any_case(Invoker& invoker, InvocationRequest request) {
  Invocation invocation;
  try {
    invocation = co_await invoker.invoke(std::move(request));
  } catch (const std::exception& error) {
    invocation.result = Invocation::Result::throttled;
    invocation.error_message = error.what();
  }
  co_return invocation;
}

}  // namespace mapping
