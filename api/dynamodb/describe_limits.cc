// DescribeLimits: what an account may provision at most. Nothing here holds anybody to it.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/operations.h"
#include "api/shape.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeLimits");

}  // namespace

void describe_limits(Services&, const Call& call, std::string& out) {
  input.check(call.body);
  const nlohmann::ordered_json answer = {{"AccountMaxReadCapacityUnits", 80'000},
                                         {"AccountMaxWriteCapacityUnits", 80'000},
                                         {"TableMaxReadCapacityUnits", 40'000},
                                         {"TableMaxWriteCapacityUnits", 40'000}};
  out += answer.dump();
}

}  // namespace api
