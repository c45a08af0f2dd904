#include "mapping/destination.h"

#include <exception>

#include "engine/queue/queues.h"

namespace mapping {

boost::asio::awaitable<std::optional<std::string>> Destinations::send(FailureReport report) {
  std::optional<std::string> problem;
  try {
    if (!queues_.send_to_arn(report.destination_arn, report.json())) {
      problem = "The specified queue does not exist.";
    }
  } catch (const std::exception& error) {
    problem = error.what();
  }
  co_return problem;
}

}  // namespace mapping
