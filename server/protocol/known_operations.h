#pragma once

#include <span>
#include <string_view>

/// Every operation of the services' models, as of August 2026, so that one which is not built is
/// refused by its name and not as a stranger.
namespace server {

std::span<const std::string_view> known_dynamodb_operations();
std::span<const std::string_view> known_streams_operations();

struct KnownRoute {
  std::string_view name;
  std::string_view method;
  std::string_view route;
};
std::span<const KnownRoute> known_lambda_routes();
std::span<const KnownRoute> known_control_routes();

}  // namespace server
