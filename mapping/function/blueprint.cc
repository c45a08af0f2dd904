#include "mapping/function/blueprint.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "engine/arn.h"

namespace mapping {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view node_bootstrap =
#include "mapping/function/bootstrap.cjs.inc"
    ;
constexpr std::string_view python_bootstrap =
#include "mapping/function/bootstrap.py.inc"
    ;

/// The names that Lambda sets and that a function cannot change.
const std::set<std::string, std::less<>> reserved_names = {
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
};

std::string path_variable() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
}

/// The environment of handlers.md 2 and event-source-mapping.md 8.2. Nothing of the caller's is in
/// it but PATH.
std::map<std::string, std::string> variables_of(const Function& function, const fs::path& code,
                                                const std::string& log_stream,
                                                const Surroundings& surroundings) {
  const auto family = runtime_family(function.runtime);
  const auto arn = engine::Arn::parse(function.arn).value_or(engine::Arn{});
  std::map<std::string, std::string> variables = {
      {"AWS_ENDPOINT_URL", surroundings.endpoint_url},
      {"AWS_EC2_METADATA_DISABLED", "true"},
      // Else an SDK would read what the developer keeps in ~/.aws.
      {"AWS_CONFIG_FILE", "/dev/null"},
      {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
      {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
      {"AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"},
      {"_AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1"},
      {"_AWS_XRAY_DAEMON_PORT", "2000"},
      {"HOME", surroundings.runtime_folder / "home"},
      {"LANG", "en_US.UTF-8"},
      {"PATH", path_variable()},
      {"TZ", ":UTC"},
  };
  if (family == RuntimeFamily::node) variables["NODE_PATH"] = surroundings.node_path;
  if (family == RuntimeFamily::python) {
    // Compiled modules do not go into the user's folder.
    variables["PYTHONPYCACHEPREFIX"] = surroundings.runtime_folder / "pycache";
  }

  if (function.variables) {
    for (const auto& [name, value] : *function.variables) variables[name] = value;
  }
  variables["AWS_ACCESS_KEY_ID"] = arn.account;  // The account is taken from the key.
  variables["AWS_SECRET_ACCESS_KEY"] = "dynamill";
  variables["AWS_SESSION_TOKEN"] = "dynamill";
  variables["AWS_REGION"] = variables["AWS_DEFAULT_REGION"] = arn.region;
  variables["AWS_LAMBDA_FUNCTION_NAME"] = function.name;
  variables["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
  variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = std::to_string(function.memory_megabytes);
  variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand";
  variables["AWS_LAMBDA_LOG_GROUP_NAME"] = function.log_group;
  variables["AWS_LAMBDA_LOG_STREAM_NAME"] = log_stream;
  variables["LAMBDA_TASK_ROOT"] = code;
  variables["LAMBDA_RUNTIME_DIR"] = surroundings.runtime_folder;
  variables["_HANDLER"] = function.handler;
  if (family != RuntimeFamily::provided) {
    variables["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + function.runtime;
  }
  return variables;
}

std::string interpreter(const std::string& name, const Function& function) {
  auto path = program_on_path(name);
  if (path.empty()) {
    throw std::runtime_error("there is no " + name + " on the PATH of this server; the runtime " +
                             function.runtime + " needs it");
  }
  return path;
}

std::vector<std::string> arguments_of(const Function& function, const fs::path& code,
                                      const Surroundings& surroundings) {
  switch (runtime_family(function.runtime).value()) {
    case RuntimeFamily::node:
      return {interpreter("node", function), surroundings.runtime_folder / "bootstrap.cjs"};
    case RuntimeFamily::python:
      return {interpreter("python3", function), surroundings.runtime_folder / "bootstrap.py"};
    case RuntimeFamily::provided:
      break;
  }
  const auto bootstrap = code / "bootstrap";
  std::error_code error;
  if (!fs::is_regular_file(bootstrap, error)) {
    throw std::runtime_error("Couldn't find valid bootstrap(s): [" + bootstrap.string() + "]");
  }
  if (::access(bootstrap.c_str(), X_OK) != 0) {
    throw std::runtime_error("fork/exec " + bootstrap.string() +
                             ": permission denied (the file is not executable)");
  }
  return {bootstrap};
}

void write_text(const fs::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw std::system_error(errno, std::generic_category(), "write " + path.string());
}

}  // namespace

Command command_for(const Function& function, const fs::path& code, const std::string& log_stream,
                    const Surroundings& surroundings) {
  std::error_code error;
  if (!fs::is_directory(code, error)) {
    throw std::runtime_error("the code of the function is not there: " + code.string());
  }
  Command command;
  command.arguments = arguments_of(function, code, surroundings);
  for (const auto& [name, value] : variables_of(function, code, log_stream, surroundings)) {
    command.variables.push_back(name + "=" + value);
  }
  command.folder = code;
  return command;
}

std::vector<std::string> reserved_variables(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> names;
  for (const auto& [name, value] : variables) {
    if (reserved_names.contains(name)) names.push_back(name);
  }
  return names;
}

std::string node_modules_above(const fs::path& folder) {
  std::string path;
  for (auto at = folder;; at = at.parent_path()) {
    std::error_code error;
    if (fs::is_directory(at / "node_modules", error)) {
      if (!path.empty()) path += ':';
      path += (at / "node_modules").string();
    }
    if (at == at.parent_path()) return path;
  }
}

void write_bootstraps(const fs::path& folder) {
  fs::create_directories(folder / "home");
  fs::permissions(folder, fs::perms::owner_all);
  write_text(folder / "bootstrap.cjs", node_bootstrap);
  write_text(folder / "bootstrap.py", python_bootstrap);
}

}  // namespace mapping
