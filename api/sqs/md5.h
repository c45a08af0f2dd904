#pragma once

#include <string>
#include <string_view>

namespace api::sqs {

/// 32 lower-case hexadecimal digits.
std::string md5(std::string_view bytes);

}  // namespace api::sqs
