// ImportTable: a new table with the items that objects of a bucket hold.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/payload_hash.h"
#include "api/dynamodb/table_spec.h"
#include "api/dynamodb/transfer_members.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/transfers.h"
#include "engine/random.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ImportTable");

std::string text_of(JsonView body, std::string_view name) {
  const auto member = member_of(body, name);
  return member ? std::string(std::string_view(*member)) : std::string();
}

void read_csv_options(JsonView body, engine::Import& wanted) {
  const auto options = member_of(body, "InputFormatOptions");
  const auto csv = options ? member_of(*options, "Csv") : std::nullopt;
  if (!csv) return;
  if (wanted.format != engine::ImportFormat::csv) {
    throw engine::validation_error(
        "InputFormatOptions.Csv can only be specified when InputFormat is CSV");
  }
  if (const auto delimiter = text_of(*csv, "Delimiter"); !delimiter.empty()) {
    wanted.delimiter = delimiter[0];
  }
  if (const auto header = member_of(*csv, "HeaderList")) {
    for (const JsonView name : simdjson::dom::array(*header)) {
      wanted.header.emplace_back(std::string_view(name));
    }
  }
}

/// Of the members of a CreateTable those that the table of an import can have.
std::string table_parameters(JsonView body) {
  return shown_members(
      required_member(body, "TableCreationParameters"),
      {"TableName", "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput",
       "OnDemandThroughput", "SSESpecification", "GlobalSecondaryIndexes", "VectorIndexes"});
}

engine::Import read(JsonView body, const std::string& parameters) {
  engine::Import wanted;
  wanted.client_token = text_of(body, "ClientToken");
  wanted.payload_hash = payload_hash("ImportTable", body);
  const auto source = required_member(body, "S3BucketSource");
  wanted.bucket = text_of(source, "S3Bucket");
  wanted.bucket_owner = text_of(source, "S3BucketOwner");
  wanted.prefix = text_of(source, "S3KeyPrefix");
  const auto format = text_of(body, "InputFormat");
  if (format == "ION") throw engine::not_supported("InputFormat ION");
  if (format == "CSV") wanted.format = engine::ImportFormat::csv;
  const auto compression = text_of(body, "InputCompressionType");
  if (compression == "ZSTD") throw engine::not_supported("InputCompressionType ZSTD");
  wanted.is_gzip = compression == "GZIP";
  read_csv_options(body, wanted);
  wanted.shown = shown_members(
      body, {"S3BucketSource", "InputFormat", "InputFormatOptions", "InputCompressionType"});
  wanted.shown.back() = ',';
  wanted.shown += "\"TableCreationParameters\":" + parameters + "}";
  return wanted;
}

}  // namespace

void import_table(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto parameters = table_parameters(call.body);
  auto wanted = read(call.body, parameters);
  nlohmann::ordered_json answer;
  if (wanted.client_token.empty()) {
    wanted.client_token = services.random.uuid();
  } else if (const auto begun =
                 services.transfers.begun_import(wanted.client_token, wanted.payload_hash)) {
    answer["ImportTableDescription"] = import_description(*begun);
    out += answer.dump();
    return;
  }
  simdjson::dom::parser parser;
  auto spec = read_table_spec(parser.parse(parameters), call.caller);
  answer["ImportTableDescription"] =
      import_description(services.transfers.begin(std::move(wanted), std::move(spec), call.caller));
  out += answer.dump();
}

}  // namespace api
