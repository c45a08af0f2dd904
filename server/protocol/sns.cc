#include "server/protocol/sns.h"

#include <exception>

#include "server/credentials.h"
#include "server/failure.h"
#include "server/protocol/query.h"

namespace server {

namespace {

/// In the words of SNS's model.
engine::ApiError for_sns(engine::ApiError error) {
  if (error.code == "InternalServerError") error.code = "InternalError";
  if (error.code == "MissingAuthenticationTokenException") error.status = 403;
  return for_query(std::move(error));
}

}  // namespace

Sns::Sns(api::Services& services, std::span<const api::TopicOperation> operations,
         const RequestIds& request_ids, Metrics& metrics)
    : services_(services), request_ids_(request_ids) {
  for (const auto& operation : operations) {
    rows_[operation.name] = {&operation, &metrics.operation("sns", operation.name)};
  }
  other_ = &metrics.operation("sns", "other");
}

void Sns::answer(const HttpRequest& request, std::string_view form, HttpAnswer& answer) const {
  answer.content_type = "text/xml";
  answer.request_id = request_ids_.uuid();
  std::string action = "SNS";
  auto* counts = other_;
  try {
    auto query = parse_query(form, QueryService::sns);
    if (!query) throw engine::ApiError("MalformedInput", "The request is no well-formed form.");
    action = query->action;
    const auto found = rows_.find(action);
    if (found == rows_.end()) {
      throw engine::ApiError("InvalidAction", engine::not_supported(action).message);
    }
    counts = found->second.counts;
    api::QueueCall call{.input = std::move(query->input),
                        .caller = credentials_of(request).caller,
                        .host = std::string(request.header("host"))};
    const auto output = found->second.operation->run(services_, call);
    answer.body = query_answer(action, output, answer.request_id, QueryService::sns);
  } catch (...) {
    const auto error = for_sns(failure_of(std::current_exception(), action));
    answer.status = error.status;
    answer.body = query_error(error, answer.request_id, QueryService::sns);
  }
  counts->count(answer.status);
}

}  // namespace server
