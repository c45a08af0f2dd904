#pragma once

#include "api/operation.h"

/// The control interface, `/_dynamill/...`: one file per operation.
namespace api::control {

boost::asio::awaitable<RestAnswer> health(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> clock(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> move_clock(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> drain(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> split(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> rollover(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> mappings(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> mapping(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> deliveries(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> history(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> explain(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> replay(Services& services, RestCall call);

boost::asio::awaitable<RestAnswer> plan_fault(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> faults(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> remove_faults(Services& services, RestCall call);

}  // namespace api::control
