// DescribeEndpoints: where to call, which is here.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/operations.h"
#include "api/shape.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeEndpoints");
constexpr int cache_period_minutes = 1440;

}  // namespace

void describe_endpoints(Services&, const Call& call, std::string& out) {
  input.check(call.body);
  nlohmann::ordered_json answer;
  answer["Endpoints"] = {{{"Address", call.host}, {"CachePeriodInMinutes", cache_period_minutes}}};
  out += answer.dump();
}

}  // namespace api
