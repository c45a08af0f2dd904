#include "handler.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "http.h"

namespace bench {

namespace {

std::string request_id(std::string_view head) {
  constexpr std::string_view name = "lambda-runtime-aws-request-id: ";
  std::string lower(head);
  for (auto& byte : lower) byte = static_cast<char>(tolower(byte));
  const auto at = lower.find(name) + name.size();
  return std::string(head.substr(at, head.find("\r\n", at) - at));
}

}  // namespace

int run_handler() {
  const std::string address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  const int pipe = ::open(std::getenv("BENCH_PIPE"), O_WRONLY);
  const int port = std::atoi(address.c_str() + address.rfind(':') + 1);
  Connection connection(port);
  const std::string folder = "/2018-06-01/runtime/invocation/";
  const auto next = request_text(port, "GET", folder + "next", "", "");
  for (;;) {
    connection.exchange(next);
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t time = now.tv_sec * 1'000'000'000 + now.tv_nsec;
    if (::write(pipe, &time, sizeof time) != sizeof time) return 1;
    const auto id = request_id(connection.head());
    connection.exchange(request_text(port, "POST", folder + id + "/response", "", "null"));
  }
}

}  // namespace bench
