#pragma once

#include "api/operation.h"

/// The control interface, `/_dynamill/...`: one file per operation.
namespace api::control {

boost::asio::awaitable<RestAnswer> health(Services& services, RestCall call);

}  // namespace api::control
