#pragma once

#include <cstdint>
#include <memory>

#include "api/services.h"
#include "server/config.h"

namespace server {

class Router;

/// The whole program but for its port: the store and all that stands on it, the mapping thread, and
/// the router that reaches them. Several can live in one process.
class Application {
 public:
  /// Opens the store. `port` is the one that clients reach us at. May throw
  /// `storage::StorageError`.
  Application(const Config& config, std::uint16_t port);
  /// Stops, if it was not stopped, and closes the store.
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  const Router& router() const;
  api::Services& services();

  /// Begins nothing new: requests that wait for messages are answered, mappings let their
  /// invocations finish (their time-outs at most). Running requests still find all they need.
  void wind_down();
  /// After that, once no request runs: handler processes end, and so does the mapping thread.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace server
