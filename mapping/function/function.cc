#include "mapping/function/function.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <vector>

namespace mapping {

namespace {

bool is_digits(std::string_view text, std::size_t length) {
  return text.size() == length &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string Function::to_document() const {
  nlohmann::json document = {
      {"name", name},
      {"arn", arn},
      {"role", role},
      {"runtime", runtime},
      {"handler", handler},
      {"description", description},
      {"timeout_seconds", timeout_seconds},
      {"memory_megabytes", memory_megabytes},
      {"ephemeral_storage_megabytes", ephemeral_storage_megabytes},
      {"architecture", architecture},
      {"log_group", log_group},
      {"tags", tags},
      {"code_sha256", code_sha256},
      {"code_bytes", code_bytes},
      {"hot_reload_folder", hot_reload_folder},
      {"revision_id", revision_id},
      {"last_modified", engine::epoch_milliseconds(last_modified)},
  };
  if (variables) document["variables"] = *variables;
  return document.dump();
}

Function Function::from_document(std::string_view bytes) {
  const auto document = nlohmann::json::parse(bytes);
  Function function;
  document.at("name").get_to(function.name);
  document.at("arn").get_to(function.arn);
  document.at("role").get_to(function.role);
  document.at("runtime").get_to(function.runtime);
  document.at("handler").get_to(function.handler);
  document.at("description").get_to(function.description);
  document.at("timeout_seconds").get_to(function.timeout_seconds);
  document.at("memory_megabytes").get_to(function.memory_megabytes);
  document.at("ephemeral_storage_megabytes").get_to(function.ephemeral_storage_megabytes);
  document.at("architecture").get_to(function.architecture);
  document.at("log_group").get_to(function.log_group);
  document.at("tags").get_to(function.tags);
  document.at("code_sha256").get_to(function.code_sha256);
  document.at("code_bytes").get_to(function.code_bytes);
  document.at("hot_reload_folder").get_to(function.hot_reload_folder);
  document.at("revision_id").get_to(function.revision_id);
  function.last_modified = engine::from_epoch_milliseconds(document.at("last_modified"));
  if (document.contains("variables")) {
    function.variables = document["variables"].get<std::map<std::string, std::string>>();
  }
  return function;
}

std::optional<RuntimeFamily> runtime_family(std::string_view runtime) {
  if (runtime.starts_with("nodejs")) return RuntimeFamily::node;
  if (runtime.starts_with("python")) return RuntimeFamily::python;
  if (runtime.starts_with("provided")) return RuntimeFamily::provided;
  return std::nullopt;
}

int node_generation(std::string_view runtime) {
  int generation = 0;
  runtime.remove_prefix(std::string_view("nodejs").size());
  for (const unsigned char c : runtime) {
    if (std::isdigit(c) == 0) break;
    generation = generation * 10 + (c - '0');
  }
  return generation;
}

std::optional<FunctionName> FunctionName::parse(std::string_view text) {
  auto parts = split(text, ':');
  FunctionName name;
  if (parts.size() >= 7 && parts[0] == "arn") {
    if (parts[2] != "lambda" || parts[5] != "function" || parts[3].empty() ||
        !is_digits(parts[4], 12)) {
      return std::nullopt;
    }
    name.region = parts[3];
    name.account = parts[4];
    parts.erase(parts.begin(), parts.begin() + 6);
  } else if (parts.size() >= 3 && parts[1] == "function" && is_digits(parts[0], 12)) {
    name.account = parts[0];
    parts.erase(parts.begin(), parts.begin() + 2);
  } else if (parts.size() >= 2 && parts[0] == "function") {
    parts.erase(parts.begin());
  }
  if (parts.size() > 2 || !is_word(parts[0])) return std::nullopt;
  name.name = parts[0];
  if (parts.size() == 2) {
    if (parts[1] != "$LATEST" && !is_word(parts[1])) return std::nullopt;
    name.qualifier = parts[1];
  }
  return name;
}

std::string FunctionName::arn(const engine::Caller& caller) const {
  const engine::Arn arn{.service = "lambda",
                        .region = region.empty() ? caller.region : region,
                        .account = account.empty() ? caller.account : account,
                        .resource = "function:" + name};
  return arn.text();
}

}  // namespace mapping
