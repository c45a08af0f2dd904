#include "mapping/function/folder_watch.h"

#include <sys/stat.h>

#include <functional>
#include <string>
#include <system_error>

namespace mapping {

namespace fs = std::filesystem;

FolderWatch::FolderWatch(fs::path folder) : folder_(std::move(folder)) {}

std::uint64_t FolderWatch::stamp() {
  const auto begin = std::chrono::steady_clock::now();
  if (begin < look_again_) return stamp_;
  stamp_ = look();
  const auto end = std::chrono::steady_clock::now();
  look_again_ = end + 20 * (end - begin);
  return stamp_;
}

std::uint64_t FolderWatch::look() const {
  std::uint64_t sum = 1;
  std::error_code error;
  fs::recursive_directory_iterator at(folder_, fs::directory_options::skip_permission_denied,
                                      error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const auto name = at->path().filename();
    if (at->is_directory(error)) {
      if (name == "node_modules" || name == ".git" || name == "__pycache__" || name == ".venv") {
        at.disable_recursion_pending();
      }
      continue;
    }
    struct stat file {};
    if (::stat(at->path().c_str(), &file) != 0) continue;
    // A sum, because the order in which a folder is listed means nothing.
    sum += std::hash<std::string>{}(at->path().native() + '\0' + std::to_string(file.st_size) +
                                    '\0' + std::to_string(file.st_mtim.tv_sec) + '.' +
                                    std::to_string(file.st_mtim.tv_nsec));
  }
  return sum;
}

}  // namespace mapping
