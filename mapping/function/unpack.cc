#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <vector>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "mapping/function/code.h"

namespace mapping {

namespace fs = std::filesystem;

namespace {

using Archive = std::unique_ptr<zip_t, decltype([](zip_t* zip) { zip_discard(zip); })>;
using Member = std::unique_ptr<zip_file_t, decltype([](zip_file_t* file) { zip_fclose(file); })>;

/// A symbolic link is made when all files are there, so that no file is written through one.
struct Link {
  fs::path path;
  std::string target;
};

engine::ApiError bad_zip() {
  return {"InvalidParameterValueException",
          "Could not unzip uploaded file. Please check your file, then try to upload again."};
}

Archive open_archive(std::string_view bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source == nullptr) throw bad_zip();
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == nullptr) {
    zip_source_free(source);
    throw bad_zip();
  }
  return Archive(zip);
}

/// Where the member goes; throws if that is not below the folder.
fs::path place_of(std::string_view name) {
  const fs::path path(name);
  if (name.empty() || path.is_absolute()) throw bad_zip();
  for (const auto& part : path) {
    if (part == "..") throw bad_zip();
  }
  return path.lexically_normal();
}

/// The Unix mode of the member; 0 if the zip was not made on Unix.
mode_t mode_of(zip_t* zip, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0) return 0;
  return system == ZIP_OPSYS_UNIX ? static_cast<mode_t>(attributes >> 16) : 0;
}

/// Calls `take` with the member's bytes, piece by piece. `left`: how many bytes all members that
/// are still to come may have.
template <typename Take>
void read_member(zip_t* zip, zip_uint64_t index, std::size_t& left, Take take) {
  const Member member(zip_fopen_index(zip, index, 0));
  if (!member) throw bad_zip();
  std::array<char, 64 * 1024> piece;
  for (;;) {
    const auto length = zip_fread(member.get(), piece.data(), piece.size());
    if (length < 0) throw bad_zip();
    if (length == 0) return;
    if (static_cast<std::size_t>(length) >= left) {
      throw engine::ApiError("InvalidParameterValueException",
                             "Unzipped size must be smaller than " +
                                 std::to_string(engine::limits::code_bytes_max) + " bytes");
    }
    left -= static_cast<std::size_t>(length);
    take(std::string_view(piece.data(), static_cast<std::size_t>(length)));
  }
}

void write_member(zip_t* zip, zip_uint64_t index, const fs::path& path, bool is_executable,
                  std::size_t& left) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                          is_executable ? 0755 : 0644);
  if (file < 0) {
    if (errno == EISDIR || errno == ENOTDIR) throw bad_zip();
    throw std::system_error(errno, std::generic_category(), "write " + path.string());
  }
  const std::unique_ptr<const int, decltype([](const int* it) { ::close(*it); })> closing(&file);
  read_member(zip, index, left, [&](std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(file, bytes.data(), bytes.size());
      if (written < 0) {
        throw std::system_error(errno, std::generic_category(), "write " + path.string());
      }
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  });
}

/// Links may point to where they like as long as it is inside.
void make_links(const fs::path& folder, const std::vector<Link>& links) {
  for (const auto& link : links) {
    std::error_code error;
    fs::create_directories(link.path.parent_path());
    fs::create_symlink(link.target, link.path, error);
    if (error) throw bad_zip();
  }
  const auto root = fs::canonical(folder);
  for (const auto& link : links) {
    std::error_code error;
    const auto target = fs::weakly_canonical(link.path, error);
    const auto way = target.lexically_relative(root);
    if (error || way.empty() || *way.begin() == "..") throw bad_zip();
  }
}

}  // namespace

void unpack(std::string_view bytes, const fs::path& folder) {
  const auto archive = open_archive(bytes);
  zip_t* const zip = archive.get();
  const auto members = zip_get_num_entries(zip, 0);
  if (members <= 0) {
    throw engine::ApiError("InvalidParameterValueException",
                           "Uploaded file must be a non-empty zip");
  }

  fs::create_directories(folder);
  std::size_t left = engine::limits::code_bytes_max;
  std::vector<Link> links;
  for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(members); ++index) {
    const char* name = zip_get_name(zip, index, 0);
    if (name == nullptr) throw bad_zip();
    const auto path = folder / place_of(name);
    const auto mode = mode_of(zip, index);
    std::error_code error;
    if (std::string_view(name).ends_with('/')) {
      fs::create_directories(path, error);
    } else {
      fs::create_directories(path.parent_path(), error);
    }
    if (error == std::errc::not_a_directory || error == std::errc::file_exists) throw bad_zip();
    if (error) throw std::system_error(error, "make " + path.string());
    if (std::string_view(name).ends_with('/')) continue;

    if ((mode & S_IFMT) == S_IFLNK) {
      Link link{path, ""};
      read_member(zip, index, left, [&](std::string_view piece) { link.target += piece; });
      links.push_back(std::move(link));
    } else {
      write_member(zip, index, path, (mode & 0100) != 0, left);
    }
  }
  make_links(folder, links);
}

}  // namespace mapping
