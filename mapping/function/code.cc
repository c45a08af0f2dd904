#include "mapping/function/code.h"

#include <openssl/sha.h>

#include <cassert>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

#include "engine/api_error.h"
#include "engine/value/json.h"

namespace mapping {

namespace fs = std::filesystem;

namespace {

/// A digest as the name of a file.
std::string hex_of(std::string_view digest) {
  static constexpr char digit_of[] = "0123456789abcdef";
  const auto bytes = engine::decode_base64(digest);
  assert(bytes);
  std::string text;
  for (const unsigned char byte : *bytes) {
    text += digit_of[byte >> 4];
    text += digit_of[byte & 0xf];
  }
  return text;
}

void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::system_error(errno, std::generic_category(), "write " + path.string());
}

}  // namespace

CodeStore::CodeStore(fs::path folder, const std::set<std::string>& wanted)
    : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  std::set<std::string> names;
  for (const auto& digest : wanted) {
    entries_[digest].is_wanted = true;
    names.insert(hex_of(digest));
  }
  std::vector<fs::path> leftovers;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const auto name = entry.path().filename().string();
    const bool is_whole = entry.path().extension().empty() || entry.path().extension() == ".zip";
    if (!is_whole || !names.contains(entry.path().stem().string())) {
      leftovers.push_back(entry.path());
    }
  }
  for (const auto& path : leftovers) fs::remove_all(path);
}

std::string CodeStore::digest(std::string_view bytes) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  std::string text;
  engine::append_base64(text, hash);
  return text;
}

CodeStore::Pin CodeStore::add(std::string_view zip) {
  const auto digest = CodeStore::digest(zip);
  const std::lock_guard adding(adding_);
  if (auto pinned = pin(digest)) return pinned;

  const auto name = hex_of(digest);
  const auto partial = folder_ / (name + ".partial");
  const auto partial_zip = folder_ / (name + ".partial.zip");
  fs::remove_all(partial);
  try {
    unpack(zip, partial);
    write_file(partial_zip, zip);
    const std::lock_guard lock(mutex_);
    fs::rename(partial_zip, folder_ / (name + ".zip"));
    fs::rename(partial, folder_ / name);
    return pin_locked(digest);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(partial, ignored);
    fs::remove(partial_zip, ignored);
    throw;
  }
}

CodeStore::Pin CodeStore::pin(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  return pin_locked(digest);
}

CodeStore::Pin CodeStore::pin_locked(const std::string& digest) {
  const auto path = folder_ / hex_of(digest);
  if (!fs::is_directory(path)) return nullptr;
  auto& entry = entries_[digest];
  if (auto pin = entry.pin.lock()) return pin;
  Pin pin(new fs::path(path), [this, digest](const fs::path* it) {
    delete it;
    on_unpinned(digest);
  });
  entry.pin = pin;
  return pin;
}

void CodeStore::want(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  entries_[digest].is_wanted = true;
}

void CodeStore::unwant(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(digest);
  if (entry == entries_.end()) return;
  entry->second.is_wanted = false;
  if (!entry->second.pin.expired()) return;
  entries_.erase(entry);
  remove_files(digest);
}

void CodeStore::on_unpinned(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(digest);
  if (entry == entries_.end() || entry->second.is_wanted) return;
  if (!entry->second.pin.expired()) return;  // Pinned again meanwhile.
  entries_.erase(entry);
  remove_files(digest);
}

void CodeStore::remove_files(const std::string& digest) const {
  std::error_code ignored;  // What cannot be removed now is removed at the next start.
  fs::remove_all(folder_ / hex_of(digest), ignored);
  fs::remove(folder_ / (hex_of(digest) + ".zip"), ignored);
}

std::optional<std::string> CodeStore::zip_of(const std::string& digest) const {
  std::ifstream in(folder_ / (hex_of(digest) + ".zip"), std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace mapping
