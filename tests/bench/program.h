#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace bench {

/// `dynamill serve` on a free port, ended with this object.
class Program {
 public:
  /// Returns once it has said that it is ready.
  Program(const std::string& path, const std::vector<std::string>& arguments);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  int port() const { return port_; }
  /// As /proc has it.
  double resident_megabytes() const;
  /// User and system time so far.
  double cpu_seconds() const;

 private:
  pid_t process_ = -1;
  int output_ = -1;
  int port_ = 0;
};

}  // namespace bench
