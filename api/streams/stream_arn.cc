#include "api/streams/stream_arn.h"

#include <string>

#include "engine/api_error.h"
#include "engine/arn.h"

namespace api {

void require_stream_arn(std::string_view text) {
  constexpr std::string_view table = "table/";
  constexpr std::string_view stream = "/stream/";
  const auto arn = engine::Arn::parse(text);
  if (arn && arn->service == "dynamodb" && arn->resource.starts_with(table)) {
    const std::string_view resource = arn->resource;
    const auto at = resource.find(stream, table.size());
    if (at != std::string_view::npos && at > table.size() && at + stream.size() < resource.size()) {
      return;
    }
  }
  throw engine::validation_error("Invalid StreamArn");
}

std::shared_ptr<engine::Stream> stream_of(const engine::Streams& streams, std::string_view arn) {
  require_stream_arn(arn);
  return streams.existing(arn);
}

engine::ApiError data_is_trimmed() {
  return {"TrimmedDataAccessException", "The data you are trying to access has been trimmed"};
}

}  // namespace api
