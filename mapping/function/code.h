#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace mapping {

/// The code that came as zips, unpacked on disk: `<folder>/<sha256>/`, and `<sha256>.zip` beside
/// it.
///
/// Whoever works with code holds its `Pin`; code that no function wants is removed with the last
/// pin. Safe to call from any thread.
class CodeStore {
 public:
  /// Code in use; the folder it lies in.
  using Pin = std::shared_ptr<const std::filesystem::path>;

  /// Removes what lies in `folder` and is not `wanted` (digests as `digest` gives them). Errors:
  /// `std::system_error`.
  CodeStore(std::filesystem::path folder, const std::set<std::string>& wanted);

  /// SHA-256 in base64, as in CodeSha256.
  static std::string digest(std::string_view bytes);

  /// Unpacks a zip and pins it; it stays if it is wanted by then. Throws `engine::ApiError` for
  /// what is no zip, is too large or points out of its folder.
  Pin add(std::string_view zip);
  /// Nothing if it is not there.
  Pin pin(const std::string& digest);
  void want(const std::string& digest);
  void unwant(const std::string& digest);
  /// Nothing if it is not there.
  std::optional<std::string> zip_of(const std::string& digest) const;

 private:
  struct Entry {
    std::weak_ptr<const std::filesystem::path> pin;
    bool is_wanted = false;
  };
  Pin pin_locked(const std::string& digest);
  void on_unpinned(const std::string& digest);
  void remove_files(const std::string& digest) const;

  const std::filesystem::path folder_;
  std::mutex adding_;  ///< Before `mutex_`: unpacking takes its time and delays nobody else.
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

/// Unpacks `zip` into `folder`, which is made. Throws as `CodeStore::add`.
void unpack(std::string_view zip, const std::filesystem::path& folder);

}  // namespace mapping
