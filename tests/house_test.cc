// Reads every #include in the rooms against the table in docs/architecture.md: calls go down the
// house, and third-party headers stay in the rooms that may have them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Room {
  std::set<std::string> looks_into;
  /// Beginnings of third-party includes that the room may have.
  std::vector<std::string> third_party;
};

const std::map<std::string, Room> rooms = {
    {"storage", {{"storage"}, {"rocksdb/"}}},
    {"engine", {{"engine", "storage"}, {"simdjson.h", "nlohmann/", "openssl/", "zlib.h"}}},
    {"mapping",
     {{"mapping", "engine"},
      {"boost/asio", "boost/beast", "boost/system", "nlohmann/", "simdjson.h", "spdlog/", "zip.h",
       "openssl/"}}},
    {"api", {{"api", "mapping", "engine"}, {"boost/asio", "nlohmann/", "simdjson.h", "openssl/"}}},
    {"server",
     {{"server", "api", "mapping", "engine", "storage"},
      {"boost/asio", "boost/beast", "boost/system", "nlohmann/", "simdjson.h", "spdlog/", "zlib.h",
       "openssl/"}}},
};

struct Include {
  fs::path file;
  std::string target;
  bool is_own = false;  ///< In quotes.
};

std::vector<fs::path> files_of(const std::string& room) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_FOLDER) / room)) {
    const auto extension = entry.path().extension();
    if (extension == ".h" || extension == ".cc") found.push_back(entry.path());
  }
  return found;
}

std::vector<Include> includes_of(const std::string& room) {
  static const std::regex line_form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> found;
  for (const auto& file : files_of(room)) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      std::smatch match;
      if (std::regex_search(line, match, line_form)) {
        found.push_back({file, match[2], match[1] == "\""});
      }
    }
  }
  return found;
}

bool is_third_party(const std::string& target) {
  return target.find('/') != std::string::npos || target == "simdjson.h" || target == "zip.h" ||
         target == "zlib.h";
}

bool is_system(const std::string& target) {
  return target.starts_with("sys/") || target.starts_with("netinet/") ||
         target.starts_with("arpa/") || target.starts_with("linux/");
}

TEST(HouseTest, RoomsLookOnlyDown) {
  for (const auto& [name, room] : rooms) {
    for (const auto& include : includes_of(name)) {
      if (!include.is_own) continue;
      const auto target = include.target.substr(0, include.target.find('/'));
      if (!rooms.contains(target)) continue;  // Generated tables.
      EXPECT_TRUE(room.looks_into.contains(target))
          << include.file << " includes " << include.target;
    }
  }
}

TEST(HouseTest, ThirdPartyHeadersStayInTheirRooms) {
  for (const auto& [name, room] : rooms) {
    for (const auto& include : includes_of(name)) {
      if (include.is_own || !is_third_party(include.target) || is_system(include.target)) continue;
      const bool allowed =
          std::any_of(room.third_party.begin(), room.third_party.end(),
                      [&](const std::string& start) { return include.target.starts_with(start); });
      EXPECT_TRUE(allowed) << include.file << " includes " << include.target;
    }
  }
}

TEST(HouseTest, RocksDbIsSeenOnlyInSourceFilesOfStorage) {
  for (const auto& include : includes_of("storage")) {
    if (include.target.starts_with("rocksdb/"))
      EXPECT_EQ(include.file.extension(), ".cc") << include.file;
  }
}

/// One clock for the whole program, so that it can be moved. To measure how long something takes,
/// there is steady_clock.
TEST(HouseTest, OnlyTheClockAsksTheMachineForTheTime) {
  static const std::regex question(
      R"(system_clock|utc_clock|gettimeofday|CLOCK_REALTIME|timespec_get|\bftime\b)"
      R"(|\btime\s*\(\s*(nullptr|NULL|0|&))");
  for (const auto& [name, room] : rooms) {
    for (const auto& file : files_of(name)) {
      const auto path = fs::relative(file, SOURCE_FOLDER);
      if (path == "engine/clock.h") continue;
      std::ifstream in(file);
      int number = 0;
      for (std::string line; std::getline(in, line);) {
        ++number;
        EXPECT_FALSE(std::regex_search(line, question)) << path << ":" << number << ": " << line;
      }
    }
  }
}

TEST(HouseTest, TheReaderFindsIncludes) { EXPECT_GT(includes_of("engine").size(), 10u); }

}  // namespace
