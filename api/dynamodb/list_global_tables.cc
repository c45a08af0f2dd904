// ListGlobalTables: those of the version of 2017. There is none.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListGlobalTables.html

#include "api/dynamodb/operations.h"
#include "api/shape.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ListGlobalTables");

}  // namespace

void list_global_tables(Services&, const Call& call, std::string& out) {
  input.check(call.body);
  out += R"({"GlobalTables":[]})";
}

}  // namespace api
