// ListStreams: the streams there are, of all tables or of one; disabled ones for a day.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html

#include "api/member.h"
#include "api/shape.h"
#include "api/streams/operations.h"
#include "api/streams/stream_arn.h"
#include "engine/limits.h"
#include "engine/stream/streams.h"

namespace api {

namespace {

const Input& input = input_of("dynamodbstreams", "ListStreams");

}  // namespace

void list_streams(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const std::size_t limit = limit_of(call.body, engine::limits::list_streams_max);
  std::string_view table_name;
  if (const auto given = member_of(call.body, "TableName")) table_name = *given;
  std::string_view after;
  if (const auto given = member_of(call.body, "ExclusiveStartStreamArn")) {
    after = *given;
    require_stream_arn(after);
  }

  auto streams = services.streams.list(table_name, after, limit + 1);
  const bool is_cut = streams.size() > limit;
  if (is_cut) streams.pop_back();
  nlohmann::ordered_json answer = {{"Streams", nlohmann::ordered_json::array()}};
  for (const auto& stream : streams) {
    answer["Streams"].push_back({{"StreamArn", stream->arn},
                                 {"TableName", stream->table_name},
                                 {"StreamLabel", stream->label}});
  }
  if (is_cut) answer["LastEvaluatedStreamArn"] = streams.back()->arn;
  out += answer.dump();
}

}  // namespace api
