// ListExports: the exports of the last 90 days, a page at a time.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/transfer_members.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/backup.h"
#include "engine/backup/transfers.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ListExports");

/// The token of a page is the ARN of the last export of the one before it.
std::string_view after_of(JsonView body) {
  const auto token = member_of(body, "NextToken");
  if (!token) return {};
  const auto id = engine::dated_id_of(*token, "export");
  if (id.empty()) throw engine::validation_error("Invalid NextToken");
  return id;
}

nlohmann::ordered_json summary(const engine::Export& transfer) {
  return {{"ExportArn", transfer.arn},
          {"ExportStatus", engine::status_name(transfer.status)},
          {"ExportType", transfer.is_incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT"}};
}

}  // namespace

void list_exports(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  std::string_view table_arn;
  if (const auto arn = member_of(call.body, "TableArn")) table_arn = *arn;
  std::size_t limit = engine::list_transfers_max;
  if (const auto given = member_of(call.body, "MaxResults")) {
    limit = static_cast<std::size_t>(integer_of(*given));
  }
  auto transfers = services.transfers.exports(table_arn, after_of(call.body));
  const bool is_cut = transfers.size() > limit;
  if (is_cut) transfers.resize(limit);

  nlohmann::ordered_json answer = {{"ExportSummaries", nlohmann::ordered_json::array()}};
  for (const auto& transfer : transfers) answer["ExportSummaries"].push_back(summary(transfer));
  if (is_cut) answer["NextToken"] = transfers.back().arn;
  out += answer.dump();
}

}  // namespace api
