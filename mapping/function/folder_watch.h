#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace mapping {

/// Tells whether a folder of code has changed.
class FolderWatch {
 public:
  explicit FolderWatch(std::filesystem::path folder);

  /// Differs from the one before if a file was changed, added or removed; folders of installed
  /// packages (`node_modules`, `.git`, `__pycache__`, `.venv`) are not looked into. Looking costs
  /// time that grows with the folder: at most a twentieth of all time is spent on it, and what is
  /// asked in between gets the last answer.
  std::uint64_t stamp();

 private:
  std::uint64_t look() const;

  const std::filesystem::path folder_;
  std::uint64_t stamp_ = 0;
  std::chrono::steady_clock::time_point look_again_{};
};

}  // namespace mapping
