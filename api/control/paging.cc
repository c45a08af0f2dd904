#include "api/control/paging.h"

#include <algorithm>
#include <charconv>

#include "engine/api_error.h"

namespace api::control {

namespace {

constexpr std::uint64_t page_max = 10'000;

std::uint64_t number_of(const RestCall& call, const char* name, std::uint64_t otherwise) {
  const auto found = call.query.find(name);
  if (found == call.query.end() || found->second.empty()) return otherwise;
  std::uint64_t number = 0;
  const auto* end = found->second.data() + found->second.size();
  if (std::from_chars(found->second.data(), end, number).ptr != end) {
    throw engine::validation_error(std::string(name) + " is a whole number");
  }
  return number;
}

}  // namespace

Page page_of(const RestCall& call) {
  Page page;
  page.after = number_of(call, "after", page.after);
  page.limit = std::min(number_of(call, "limit", page.limit), page_max);
  return page;
}

}  // namespace api::control
