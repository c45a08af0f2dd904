#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mapping/function/function.h"
#include "mapping/function/process.h"

namespace mapping {

/// What all processes share.
struct Surroundings {
  std::filesystem::path runtime_folder;  ///< Holds our bootstraps.
  std::string endpoint_url;              ///< Of this server.
  std::string node_path;                 ///< NODE_PATH; see `node_modules_above`.
};

/// How the process of a function is started, but for its AWS_LAMBDA_RUNTIME_API. Throws
/// `std::runtime_error` if it cannot be: what() says why.
Command command_for(const Function& function, const std::filesystem::path& code,
                    const std::string& log_stream, const Surroundings& surroundings);

/// The names that a function may not set, of those it would. AWS Lambda Developer Guide, "Defined
/// runtime environment variables".
std::vector<std::string> reserved_variables(const std::map<std::string, std::string>& variables);

/// The `node_modules` folders of this folder and of those above it, as NODE_PATH has them.
std::string node_modules_above(const std::filesystem::path& folder);

/// Writes our bootstraps into the folder, which only this user may enter. Errors:
/// `std::system_error`.
void write_bootstraps(const std::filesystem::path& folder);

}  // namespace mapping
