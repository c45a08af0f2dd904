#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// One request of a conversation and what is expected to come of it.
struct Exchange {
  enum class Expected { success, answer, error };

  int line = 0;
  std::string operation;  ///< `PutItem`, `streams.GetRecords`, `POST /2015-03-31/functions`
  std::string input;      ///< JSON text.
  Expected expected = Expected::success;
  int expected_line = 0;
  std::string answer;         ///< JSON text, with `...` made into members (see `more`).
  std::string error;          ///< `ValidationException`
  std::string message;        ///< Of the error.
  std::string error_members;  ///< JSON text: what else the error carries.
  bool checks_message = false;
  struct Capture {
    int line = 0;
    std::string name;
    std::string path;  ///< `Items.0.pk`
  };
  std::vector<Capture> captures;
};

/// Stands for `...` in an answer: more members, or more elements, may follow.
inline constexpr const char* more = "...";
/// Stands for any value.
inline constexpr const char* any = "*";

/// The flags that the program has in a .wire file.
std::vector<std::string> read_flags(const std::filesystem::path& file);

/// Reads a .wire file. Throws `std::runtime_error` that names the line.
std::vector<Exchange> read_conversation(const std::filesystem::path& file);

/// Whether `actual` is what was expected, with `*` and `...` as above. If not, `why` says where.
bool agrees(const nlohmann::json& expected, const nlohmann::json& actual, const std::string& where,
            std::string& why);
