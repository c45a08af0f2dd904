#pragma once

#include <stdexcept>
#include <string>

namespace storage {

/// The disk, or what is on it, failed us. RocksDB's `Status` ends here.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace storage
