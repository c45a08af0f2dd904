#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/http.h"

namespace server {

/// Keeps web pages away from what runs code: a page of another origin, or one whose name was made
/// to point at this machine, can reach our port through the browser of whoever runs the server.
///
/// Own are the loopback names, the host we were told to serve, and for a server on all addresses
/// also the machine's name and any address; each with our port.
class OriginGuard {
 public:
  OriginGuard(const std::string& bound_host, std::uint16_t port);

  /// Whether `Host` and, if there is one, `Origin` are this server's own. Programs that send
  /// neither are let through.
  bool admits(const HttpRequest& request) const;
  /// The same for `Origin` alone: what no page of another origin may call, but a program that calls
  /// AWS by its name may.
  bool admits_origin(const HttpRequest& request) const;
  /// `127.0.0.1:8000`, for a request that does not say.
  const std::string& own_host() const { return own_host_; }

 private:
  bool is_own(std::string_view host_and_port) const;

  std::vector<std::string> hosts_;
  bool admits_addresses_ = false;
  std::string port_;
  std::string own_host_;
};

/// Whether a host to bind is all addresses: `0.0.0.0` or `::`.
bool is_all_addresses(std::string_view host);
/// As it stands in a URL: IPv6 addresses in brackets.
std::string url_host(const std::string& host);
/// Where programs on this machine reach a server that was bound to `bound_host`.
std::string own_url(const std::string& bound_host, std::uint16_t port);

}  // namespace server
