#include "api/dynamodb/resource_arn.h"

#include "engine/api_error.h"
#include "engine/stream/streams.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

using engine::invalid_parameter_values;

constexpr std::string_view table_part = "table/";
constexpr std::string_view stream_part = "/stream/";

engine::ApiError access_denied(const NamedResource& resource, const Call& call,
                               std::string_view operation) {
  return {"AccessDeniedException", "User: arn:aws:iam::" + call.caller.account +
                                       ":root is not authorized to perform: dynamodb:" +
                                       std::string(operation) + " on resource: " + resource.text};
}

}  // namespace

NamedResource resource_of(std::string_view text) {
  NamedResource resource;
  resource.text = text;
  if (!text.starts_with("arn:")) {
    throw invalid_parameter_values("ARNs must start with 'arn:': " + resource.text);
  }
  auto arn = engine::Arn::parse(text);
  if (!arn || arn->service != "dynamodb") {
    throw invalid_parameter_values("Provided Arn is not a DynamoDB resource arn: " + resource.text);
  }
  resource.arn = *std::move(arn);
  std::string_view rest = resource.arn.resource;
  bool is_right = rest.starts_with(table_part);
  if (is_right) rest.remove_prefix(table_part.size());
  resource.table_name = rest.substr(0, rest.find('/'));
  rest.remove_prefix(resource.table_name.size());
  if (rest.starts_with(stream_part)) resource.stream_label = rest.substr(stream_part.size());
  is_right = is_right && !resource.table_name.empty() && rest.empty() != resource.is_stream();
  if (!is_right) {
    throw invalid_parameter_values(
        "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " +
        resource.text);
  }
  return resource;
}

std::shared_ptr<const engine::Table> table_of(const NamedResource& resource, Services& services,
                                              const Call& call, std::string_view operation) {
  auto table = services.catalog.find(resource.table_name);
  // All callers see all tables: of another account is what does not name the table's own.
  const auto account = table ? engine::Arn::parse(table->arn).value().account : call.caller.account;
  if (resource.arn.account != account) throw access_denied(resource, call, operation);
  const std::string table_arn =
      resource.text.substr(0, resource.text.find('/') + 1 + resource.table_name.size());
  if (!table || table->arn != table_arn ||
      (resource.is_stream() && !services.streams.find(resource.text))) {
    throw engine::resource_not_found(": ResourceArn: " + resource.text + " not found");
  }
  return table;
}

}  // namespace api
