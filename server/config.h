#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "mapping/shard/policy.h"
#include "storage/store.h"

namespace server {

/// The flags of `dynamill serve`.
struct Config {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8000;  ///< 0: a free one.
  storage::StoreOptions store = {.folder = "./.dynamill"};
  int shards_per_stream = 1;
  std::string log_level = "info";
  /// Provisioned throughput, and what on-demand tables are limited to, can be used up.
  bool enforces_throughput = false;
  int threads = 0;  ///< For clients. 0: one per core.
  mapping::Backoff backoff = {};
  /// How long tables and indexes are CREATING, UPDATING and DELETING.
  engine::Duration settle_time = {};
  /// Of everything that is left to chance and shows. Nothing: the machine draws.
  std::optional<std::uint64_t> seed = std::nullopt;
};

/// A wrong argument: the message names it.
class ArgumentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// From what follows `serve`. Flags are `--name value` or `--name=value`. Throws `ArgumentError`.
Config parse_serve_arguments(std::span<const std::string_view> arguments);

/// How to call the program.
std::string_view usage();

}  // namespace server
