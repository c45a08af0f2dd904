#include "server/origin.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

namespace server {

namespace {

bool is_address(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  boost::asio::ip::make_address(std::string(host), error);
  return !error;
}

std::string machine_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

bool is_all_addresses(std::string_view host) {
  return host == "0.0.0.0" || host == "::" || host == "[::]";
}

std::string url_host(const std::string& host) {
  return host.find(':') != std::string::npos && !host.starts_with('[') ? "[" + host + "]" : host;
}

std::string own_url(const std::string& bound_host, std::uint16_t port) {
  const auto host = is_all_addresses(bound_host) ? "127.0.0.1" : url_host(bound_host);
  return "http://" + host + ":" + std::to_string(port);
}

OriginGuard::OriginGuard(const std::string& bound_host, std::uint16_t port)
    : hosts_({"127.0.0.1", "localhost", "[::1]", url_host(bound_host)}),
      admits_addresses_(is_all_addresses(bound_host)),
      port_(std::to_string(port)) {
  if (admits_addresses_) hosts_.push_back(machine_name());
  own_host_ = own_url(bound_host, port).substr(std::string_view("http://").size());
}

bool OriginGuard::is_own(std::string_view host_and_port) const {
  auto colon = host_and_port.rfind(':');
  // The colons inside of `[::1]` are not ours.
  if (colon != std::string_view::npos && host_and_port.find(']', colon) != std::string_view::npos) {
    colon = std::string_view::npos;
  }
  const auto host = host_and_port.substr(0, colon);
  const auto port = colon == std::string_view::npos ? "80" : host_and_port.substr(colon + 1);
  if (host.empty() || port != port_) return false;
  // No name can be made to point here if it is no name.
  if (admits_addresses_ && is_address(host)) return true;
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const auto& own) { return equal_but_for_case(own, host); });
}

bool OriginGuard::admits(const HttpRequest& request) const {
  const auto* host = request.find("host");
  return (host == nullptr || is_own(*host)) && admits_origin(request);
}

bool OriginGuard::admits_origin(const HttpRequest& request) const {
  const auto* origin = request.find("origin");
  if (origin == nullptr) return true;
  constexpr std::string_view scheme = "http://";
  return origin->starts_with(scheme) && is_own(origin->substr(scheme.size()));
}

}  // namespace server
