#include "server/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "engine/limits.h"

namespace server {

namespace {

constexpr int threads_max = 256;
constexpr int retry_seconds_max = 86'400;
constexpr int settle_seconds_max = 86'400;

/// What the flags are read into.
struct Reading {
  Config config;
  bool names_folder = false;
};

struct Flag {
  bool takes_value = true;
  std::function<void(Reading& reading, const std::string& value)> read;
};

int number_of(const std::string& flag, const std::string& text, int least, int most) {
  int number = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < least || number > most) {
    throw ArgumentError(flag + ": '" + text + "' is not a number from " + std::to_string(least) +
                        " to " + std::to_string(most));
  }
  return number;
}

/// Seconds with up to three decimals.
engine::Duration seconds_of(const std::string& flag, const std::string& text, int most) {
  double seconds = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || rest != end || !(seconds >= 0 && seconds <= most)) {
    throw ArgumentError(flag + ": '" + text + "' is not a number of seconds from 0 to " +
                        std::to_string(most));
  }
  return engine::Duration(std::llround(seconds * 1000));
}

double share_of(const std::string& flag, const std::string& text) {
  double share = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, share);
  if (error != std::errc() || rest != end || !(share >= 0 && share <= 1)) {
    throw ArgumentError(flag + ": '" + text + "' is not a share from 0 to 1");
  }
  return share;
}

std::uint64_t seed_of(const std::string& flag, const std::string& text) {
  std::uint64_t seed = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc() || rest != end) {
    throw ArgumentError(flag + ": '" + text + "' is not a whole number from 0 to 2^64 - 1");
  }
  return seed;
}

template <std::size_t size>
void check_is_one_of(const std::string& flag, const std::string& text,
                     const std::array<std::string_view, size>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return;
  std::string list;
  for (const auto one : allowed) list.append(list.empty() ? "" : ", ").append(one);
  throw ArgumentError(flag + ": '" + text + "' is not one of " + list);
}

const std::map<std::string, Flag, std::less<>>& flags() {
  static const std::map<std::string, Flag, std::less<>> all = {
      {"--host", {true, [](auto& reading, const auto& value) { reading.config.host = value; }}},
      {"--port",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.port = static_cast<std::uint16_t>(number_of("--port", value, 0, 65535));
        }}},
      {"--data-dir",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.store.folder = value;
          reading.names_folder = true;
        }}},
      {"--in-memory",
       {false, [](auto& reading, const auto&) { reading.config.store.in_memory = true; }}},
      {"--shards-per-stream",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.shards_per_stream =
              number_of("--shards-per-stream", value, 1, engine::limits::shards_per_stream_max);
        }}},
      {"--durability",
       {true,
        [](auto& reading, const auto& value) {
          check_is_one_of<2>("--durability", value, {"process", "fsync"});
          reading.config.store.durability =
              value == "fsync" ? storage::Durability::fsync : storage::Durability::process;
        }}},
      {"--log-level",
       {true,
        [](auto& reading, const auto& value) {
          check_is_one_of<6>("--log-level", value,
                             {"trace", "debug", "info", "warn", "error", "off"});
          reading.config.log_level = value;
        }}},
      {"--enforce-throughput",
       {false, [](auto& reading, const auto&) { reading.config.enforces_throughput = true; }}},
      {"--threads",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.threads = number_of("--threads", value, 1, threads_max);
        }}},
      {"--retry-base",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.backoff.base = seconds_of("--retry-base", value, retry_seconds_max);
        }}},
      {"--retry-cap",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.backoff.cap = seconds_of("--retry-cap", value, retry_seconds_max);
        }}},
      {"--retry-jitter",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.backoff.jitter = share_of("--retry-jitter", value);
        }}},
      {"--settle-time",
       {true,
        [](auto& reading, const auto& value) {
          reading.config.settle_time = seconds_of("--settle-time", value, settle_seconds_max);
        }}},
      {"--seed",
       {true,
        [](auto& reading, const auto& value) { reading.config.seed = seed_of("--seed", value); }}},
  };
  return all;
}

}  // namespace

Config parse_serve_arguments(std::span<const std::string_view> arguments) {
  Reading reading;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto argument = arguments[i];
    const auto equals = argument.find('=');
    const std::string name(argument.substr(0, equals));
    const auto flag = flags().find(name);
    if (flag == flags().end()) throw ArgumentError("unknown argument " + std::string(argument));

    std::optional<std::string> value;
    if (equals != std::string_view::npos) value = argument.substr(equals + 1);
    if (!flag->second.takes_value && value) throw ArgumentError(name + " takes no value");
    if (flag->second.takes_value && !value) {
      if (++i == arguments.size()) throw ArgumentError(name + " needs a value");
      value = arguments[i];
    }
    if (value && value->empty()) throw ArgumentError(name + " needs a value");
    flag->second.read(reading, value.value_or(""));
  }
  if (reading.names_folder && reading.config.store.in_memory) {
    throw ArgumentError("--data-dir and --in-memory exclude each other");
  }
  return reading.config;
}

std::string_view usage() {
  return R"(dynamill serve [flags]      run the server
dynamill --version          print the version
dynamill --help             print this

Flags of serve:
  --host HOST               address to serve on (127.0.0.1)
  --port PORT               port to serve on; 0 takes a free one (8000)
  --data-dir DIR            folder of the store (./.dynamill)
  --in-memory               keep everything in memory, nothing on disk
  --shards-per-stream N     shards of a new stream (1)
  --durability LEVEL        process: a write survives the end of the program;
                            fsync: of the machine (process)
  --log-level LEVEL         trace, debug, info, warn, error or off (info)
  --enforce-throughput      throttle who uses up the throughput of a table or an index
  --threads N               threads that serve clients (one per core)
  --retry-base SECONDS      wait of a mapping after the first failed attempt; it doubles (0.5)
  --retry-cap SECONDS       the longest wait (60)
  --retry-jitter SHARE      a wait is longer by up to this share of it (0.05)
  --settle-time SECONDS     how long a table or an index stays CREATING, UPDATING or DELETING;
                            0: only until the call is answered (0)
  --seed N                  chance repeats itself: same seed, same calls, same history
)";
}

}  // namespace server
