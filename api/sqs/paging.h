#pragma once

#include <span>
#include <string>

#include "api/sqs/input.h"
#include "engine/queue/queues.h"

/// Lists of queues, page by page: `NextToken` names the last queue of the page before.
namespace api::sqs {

struct Page {
  std::size_t size = 0;
  std::string after;
  bool is_bounded = false;  ///< The request has `MaxResults`; only then there is a `NextToken`.
};

/// Errors: InvalidParameterValueException.
Page page_of(const Json& input);

/// The queues' URLs in the member `name`, none if there are none. `queues` holds one more than the
/// page if there are more.
Json urls_of(std::span<const engine::QueueDescription> queues, const Page& page,
             const std::string& host, const char* name);

}  // namespace api::sqs
