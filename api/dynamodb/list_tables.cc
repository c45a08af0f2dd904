// ListTables: the names of all tables, a page at a time.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html

#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "api/shape.h"
#include "engine/limits.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ListTables");

}  // namespace

void list_tables(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const std::size_t limit = limit_of(call.body, engine::limits::list_tables_max);
  std::string_view after;
  if (const auto given = member_of(call.body, "ExclusiveStartTableName")) after = *given;

  auto names = services.catalog.names(after, limit + 1);
  nlohmann::ordered_json answer = {{"TableNames", nlohmann::ordered_json::array()}};
  const bool is_cut = names.size() > limit;
  if (is_cut) names.pop_back();
  answer["TableNames"] = names;
  if (is_cut) answer["LastEvaluatedTableName"] = names.back();
  out += answer.dump();
}

}  // namespace api
