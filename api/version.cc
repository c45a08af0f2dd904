#include "api/version.h"

namespace api {

std::string_view version() { return DYNAMILL_VERSION; }

}  // namespace api
