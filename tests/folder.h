#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

/// A folder for a test, removed in the end: made before what uses it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "dynamill-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};
