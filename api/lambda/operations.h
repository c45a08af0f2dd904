#pragma once

#include <span>

#include "api/operation.h"

namespace api {

/// CreateFunction, Invoke and the like.
std::span<const RestOperation> function_operations();
/// CreateEventSourceMapping and the like.
std::span<const RestOperation> mapping_operations();

}  // namespace api

/// Lambda's operations, one file each: https://docs.aws.amazon.com/lambda/latest/api/
namespace api::lambda {

boost::asio::awaitable<RestAnswer> create_function(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> delete_function(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> get_function(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> get_function_configuration(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> invoke(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> list_functions(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> update_function_code(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> update_function_configuration(Services& services, RestCall call);

/// Of the control interface.
boost::asio::awaitable<RestAnswer> get_function_code(Services& services, RestCall call);

boost::asio::awaitable<RestAnswer> create_event_source_mapping(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> get_event_source_mapping(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> list_event_source_mappings(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> update_event_source_mapping(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> delete_event_source_mapping(Services& services, RestCall call);

boost::asio::awaitable<RestAnswer> list_tags(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> tag_resource(Services& services, RestCall call);
boost::asio::awaitable<RestAnswer> untag_resource(Services& services, RestCall call);

}  // namespace api::lambda
