#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace storage {

struct Entry {
  std::string key;
  std::string value;
};

/// A walk over a range of keys, as the store was when the walk began.
///
///     for (auto cursor = store.scan(column, from, to); cursor.valid(); cursor.next()) ...
class Cursor {
 public:
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

  bool valid() const;
  /// To the next key, in the direction of the walk. May throw `StorageError`.
  void next();
  /// Valid until the next call to `next`.
  std::string_view key() const;
  std::string_view value() const;

 private:
  friend class Snapshot;
  friend class Store;
  struct Walk;
  explicit Cursor(std::unique_ptr<Walk> walk);
  std::unique_ptr<Walk> walk_;
};

}  // namespace storage
