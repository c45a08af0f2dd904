#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api/operation.h"
#include "mapping/function/function.h"

namespace api::lambda {

/// When a description is given, for what it tells of the function's state.
enum class Moment {
  created,  ///< Pending; what is asked next finds it Active.
  updated,  ///< An update in progress; what is asked next finds it done.
  later,
  listed,  ///< Nothing of the state.
};

/// A function as every call describes it. `qualifier`: of the ARN; empty for none.
nlohmann::json configuration(const mapping::Function& function, Moment moment,
                             const std::string& qualifier = "");

RestAnswer answer_with(int status, const nlohmann::json& body);

}  // namespace api::lambda
