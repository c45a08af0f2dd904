// dynamill: the command line, and the order in which the program starts and stops.

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <thread>
#include <vector>

#include "api/version.h"
#include "server/application.h"
#include "server/config.h"
#include "server/listener.h"
#include "server/origin.h"
#include "server/router.h"

namespace {

enum ExitStatus { exit_ok = 0, exit_failure = 1, exit_wrong_arguments = 2 };

void print(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

/// Every client and every handler process is a file; the usual soft limit is small.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// A client that goes away, or a file that may not grow, is an error to answer and not our end.
void ignore_signals_that_are_errors() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void log_to_standard_error(const std::string& level) {
  auto logger = spdlog::stderr_color_mt("dynamill");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

/// Returns at the first SIGINT or SIGTERM. A second one ends the program at once.
void wait_for_signal(boost::asio::signal_set& signals, boost::asio::io_context& context) {
  signals.async_wait([](const boost::system::error_code&, int signal) {
    spdlog::info("{}: stopping", signal == SIGINT ? "SIGINT" : "SIGTERM");
  });
  context.run();
  signals.clear();
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { _exit(exit_failure); });
  }
}

int serve(const server::Config& config) {
  boost::asio::io_context signal_context{1};
  boost::asio::signal_set signals(signal_context, SIGINT, SIGTERM);

  server::Listener listener(config.host, config.port);
  server::Application application(config, listener.port());
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  listener.start(application.router(), application.services().clock,
                 config.threads == 0 ? cores : config.threads);

  print(stdout, "dynamill ready on " + server::own_url(config.host, listener.port()) + "\n");

  wait_for_signal(signals, signal_context);
  listener.finish();
  application.wind_down();
  listener.join();
  application.stop();
  return exit_ok;
}

int run(std::span<const std::string_view> arguments) {
  if (arguments.empty()) {
    print(stderr, server::usage());
    return exit_wrong_arguments;
  }
  if (arguments[0] == "--version") {
    print(stdout, "dynamill " + std::string(api::version()) + "\n");
    return exit_ok;
  }
  if (arguments[0] == "--help" || arguments[0] == "help") {
    print(stdout, server::usage());
    return exit_ok;
  }
  if (arguments[0] != "serve") {
    throw server::ArgumentError("unknown argument " + std::string(arguments[0]));
  }
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    print(stdout, server::usage());
    return exit_ok;
  }
  const auto config = server::parse_serve_arguments(arguments.subspan(1));
  raise_file_limit();
  ignore_signals_that_are_errors();
  log_to_standard_error(config.log_level);
  return serve(config);
}

}  // namespace

int main(int count, char** values) {
  const std::vector<std::string_view> arguments(values + 1, values + count);
  try {
    return run(arguments);
  } catch (const server::ArgumentError& error) {
    print(stderr, std::string("dynamill: ") + error.what() + "\nTry: dynamill --help\n");
    return exit_wrong_arguments;
  } catch (const std::exception& error) {
    print(stderr, std::string("dynamill: ") + error.what() + "\n");
    return exit_failure;
  }
}
