#pragma once

#include <string>
#include <string_view>

#include "server/http.h"

/// AWS services that are not here: refused by the name of the operation, each in its own way of
/// writing errors.
namespace server {

/// A form with `Action=` for a service that speaks the Query protocol (STS, ...).
void refuse_query(std::string_view action, std::string_view version, const std::string& request_id,
                  HttpAnswer& answer);

/// Text with `&`, `<`, `>` and quotes as XML has them.
std::string xml_escaped(std::string_view text);

}  // namespace server
