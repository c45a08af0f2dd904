#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/arn.h"
#include "engine/clock.h"

namespace mapping {

/// A function as its owner describes it; the version `$LATEST`.
struct Function {
  std::string name;
  std::string arn;  ///< Unqualified.
  std::string role;
  std::string runtime;
  std::string handler;
  std::string description;
  int timeout_seconds = 3;
  int memory_megabytes = 128;
  int ephemeral_storage_megabytes = 512;
  std::string architecture = "x86_64";
  std::string log_group;
  std::optional<std::map<std::string, std::string>> variables;  ///< Nothing: none were given.
  std::map<std::string, std::string> tags;

  std::string code_sha256;  ///< base64; of the zip, or of the path of a hot-reload folder.
  std::uint64_t code_bytes = 0;
  std::string hot_reload_folder;  ///< Absolute; empty for code that came as a zip.

  std::string revision_id;
  engine::TimePoint last_modified{};

  bool operator==(const Function&) const = default;

  /// For `engine::Documents`.
  std::string to_document() const;
  static Function from_document(std::string_view bytes);
};

/// How a runtime is started.
enum class RuntimeFamily { node, python, provided };

/// Nothing for a runtime that cannot be run here.
std::optional<RuntimeFamily> runtime_family(std::string_view runtime);
/// `nodejs22.x`: 22. For Node runtimes only.
int node_generation(std::string_view runtime);

/// A function as a caller names it: `name`, `name:qualifier`, `account:function:name`, an ARN.
struct FunctionName {
  std::string name;
  std::string qualifier;  ///< Empty: none was given.
  std::string region;     ///< Of an ARN; else empty.
  std::string account;    ///< Of an ARN or a partial ARN; else empty.

  /// Nothing if it is none of these forms.
  static std::optional<FunctionName> parse(std::string_view text);
  /// The unqualified ARN that is meant; `caller` tells what the name leaves out.
  std::string arn(const engine::Caller& caller) const;
};

}  // namespace mapping
