#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace engine {

/// `arn:aws:<service>:<region>:<account>:<resource>`
struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account;
  std::string resource;

  std::string text() const;
  /// Nothing if it is not of that form.
  static std::optional<Arn> parse(std::string_view text);
};

/// Who calls, from the credential scope of the request.
struct Caller {
  std::string region = "us-east-1";
  std::string account = "000000000000";
};

}  // namespace engine
