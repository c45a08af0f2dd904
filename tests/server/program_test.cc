// The program itself: its arguments, its words, and how it starts and ends.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "client.h"

extern char** environ;

namespace server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

/// A run of the program.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments, const fs::path& folder = "/tmp") {
    arguments.insert(arguments.begin(), PROGRAM);
    std::vector<char*> values;
    for (auto& argument : arguments) values.push_back(argument.data());
    values.push_back(nullptr);
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    if (posix_spawn(&id_, PROGRAM, &actions, nullptr, values.data(), environ) != 0) std::abort();
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Program() {
    if (id_ != 0) {
      kill(id_, SIGKILL);
      wait();
    }
    ::close(out_);
    ::close(err_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The line that says it is ready.
  std::string ready() {
    std::string line;
    for (char c = 0; read(out_, &c, 1) == 1 && c != '\n';) line += c;
    return line;
  }
  std::uint16_t port() {
    const auto line = ready();
    return static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  }
  std::string out() { return rest_of(out_); }
  std::string err() { return rest_of(err_); }
  void signal(int number) const { kill(id_, number); }
  /// The exit status; negative for the signal that ended it.
  int wait() {
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  static std::string rest_of(int file) {
    std::string text;
    std::array<char, 4096> piece;
    for (ssize_t size = 0; (size = read(file, piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

  pid_t id_ = 0;
  int out_ = -1;
  int err_ = -1;
};

class ProgramTest : public testing::Test {
 protected:
  ~ProgramTest() override { fs::remove_all(folder_); }

  fs::path folder_ = [] {
    std::string name = (fs::temp_directory_path() / "dynamill_test_XXXXXX").string();
    return fs::path(mkdtemp(name.data()));
  }();
};

TEST_F(ProgramTest, TellsVersionAndUsage) {
  Program version({"--version"});
  EXPECT_THAT(version.out(), MatchesRegex("dynamill [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_EQ(version.wait(), 0);
  Program help({"--help"});
  EXPECT_THAT(help.out(), HasSubstr("--shards-per-stream"));
  EXPECT_EQ(help.wait(), 0);
}

TEST_F(ProgramTest, EndsWithTwoForWrongArguments) {
  const std::vector<std::vector<std::string>> wrong = {
      {"serve", "--prot", "1"}, {"serve", "--port", "x"}, {"sing"}, {"serve", "--port"}};
  for (const auto& arguments : wrong) {
    Program program(arguments);
    EXPECT_THAT(program.err(), HasSubstr(arguments.size() == 1 ? arguments[0] : arguments[1]));
    EXPECT_EQ(program.wait(), 2);
  }
  Program nothing({});
  EXPECT_EQ(nothing.wait(), 2);
}

TEST_F(ProgramTest, SaysOnceThatItIsReadyAndStopsWhenTold) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Program program({"serve", "--port", "0", "--in-memory"});
    const auto line = program.ready();
    EXPECT_THAT(line, MatchesRegex("dynamill ready on http://127\\.0\\.0\\.1:[0-9]+"));
    Client idle(static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1))));
    EXPECT_EQ(idle.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    program.signal(signal);
    EXPECT_EQ(program.out(), "");
    EXPECT_EQ(program.wait(), 0);
  }
}

TEST_F(ProgramTest, KeepsItsStoreInTheFolderItWasStartedIn) {
  Program program({"serve", "--port", "0"}, folder_);
  program.ready();
  EXPECT_TRUE(fs::exists(folder_ / ".dynamill"));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0);
}

TEST_F(ProgramTest, TwoDoNotShareAStoreOrAPort) {
  Program first({"serve", "--port", "0", "--data-dir", folder_.string()});
  const auto port = std::to_string(first.port());
  Program same_store({"serve", "--port", "0", "--data-dir", folder_.string()});
  EXPECT_THAT(same_store.err(), HasSubstr(folder_.string()));
  EXPECT_EQ(same_store.wait(), 1);
  Program same_port({"serve", "--port", port, "--in-memory"});
  EXPECT_THAT(same_port.err(), HasSubstr(port + " is already in use"));
  EXPECT_EQ(same_port.wait(), 1);
  first.signal(SIGTERM);
  EXPECT_EQ(first.wait(), 0);
}

TEST_F(ProgramTest, AFolderThatCannotBeWrittenIsAClearError) {
  const auto file = folder_ / "file";
  ::close(open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  Program program({"serve", "--port", "0", "--data-dir", (file / "store").string()});
  EXPECT_THAT(program.err(), HasSubstr((file / "store").string()));
  EXPECT_EQ(program.wait(), 1);
}

}  // namespace
}  // namespace server
