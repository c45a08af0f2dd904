// ListImports: the imports of the last 90 days, a page at a time.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListImports.html

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/transfer_members.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/backup.h"
#include "engine/backup/transfers.h"
#include "engine/digest.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ListImports");

/// The least that the model lets a token have.
constexpr std::size_t token_digits = 112;

/// The token of a page is the id of the last import of the one before it, in hexadecimal digits,
/// and zeros behind it.
std::string token_of(std::string_view import_arn) {
  auto token = engine::hex_text(engine::dated_id_of(import_arn, "import"));
  token.resize(token_digits, '0');
  return token;
}

std::string after_of(Services& services, JsonView body) {
  const auto token = member_of(body, "NextToken");
  if (!token) return {};
  for (const auto& transfer : services.transfers.imports("", "")) {
    if (token_of(transfer.arn) == std::string_view(*token)) {
      return std::string(engine::dated_id_of(transfer.arn, "import"));
    }
  }
  throw engine::validation_error("Invalid NextToken");
}

nlohmann::ordered_json summary(const engine::Import& transfer) {
  const auto description = import_description(transfer);
  nlohmann::ordered_json summary;
  for (const auto* name : {"ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat",
                           "StartTime", "EndTime"}) {
    if (description.contains(name)) summary[name] = description[name];
  }
  return summary;
}

}  // namespace

void list_imports(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  std::string_view table_arn;
  if (const auto arn = member_of(call.body, "TableArn")) table_arn = *arn;
  std::size_t limit = engine::list_transfers_max;
  if (const auto given = member_of(call.body, "PageSize")) {
    limit = static_cast<std::size_t>(integer_of(*given));
  }
  auto transfers = services.transfers.imports(table_arn, after_of(services, call.body));
  const bool is_cut = transfers.size() > limit;
  if (is_cut) transfers.resize(limit);

  nlohmann::ordered_json answer = {{"ImportSummaryList", nlohmann::ordered_json::array()}};
  for (const auto& transfer : transfers) answer["ImportSummaryList"].push_back(summary(transfer));
  if (is_cut) answer["NextToken"] = token_of(transfers.back().arn);
  out += answer.dump();
}

}  // namespace api
