#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/clock.h"
#include "engine/documents.h"
#include "engine/random.h"
#include "mapping/function/functions.h"
#include "storage/store.h"

namespace mapping {

/// A folder that is removed in the end.
class TestFolder {
 public:
  TestFolder() {
    std::string name = std::filesystem::temp_directory_path() / "dynamill-test-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text, bool is_executable = false) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    if (is_executable) {
      std::filesystem::permissions(path_ / name, std::filesystem::perms::owner_all);
    }
  }

 private:
  std::filesystem::path path_;
};

/// Functions with real processes, on the test's own thread.
struct FunctionsTest : testing::Test {
  boost::asio::io_context context;
  storage::Store store{storage::StoreOptions{.in_memory = true}};
  engine::Documents documents{store};
  engine::WallClock clock;
  engine::Random random{1};
  engine::Caller caller;
  TestFolder folder;
  std::unique_ptr<Functions> functions;

  void open(Functions::Options options = {}) {
    functions = std::make_unique<Functions>(context, documents, clock, random, std::move(options));
    functions->set_endpoint_url("http://127.0.0.1:8000");
  }
  void SetUp() override { open(); }
  void TearDown() override {
    if (functions) run(functions->stop());
  }

  /// Runs the context until `work` is done.
  template <typename T>
  T run(boost::asio::awaitable<T> work) {
    std::optional<T> result;
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr error, T value) {
      failure = error;
      result = std::move(value);
      is_done = true;
    });
    run_until([&] { return is_done; });
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
  }
  void run(boost::asio::awaitable<void> work) {
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr error) {
      failure = error;
      is_done = true;
    });
    run_until([&] { return is_done; });
    if (failure) std::rethrow_exception(failure);
  }
  template <typename Condition>
  void run_until(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("nothing happens");
      context.restart();
      context.run_one_for(std::chrono::milliseconds(100));
    }
  }

  Function description(const std::string& name, const std::string& runtime,
                       const std::string& handler) const {
    Function function;
    function.name = name;
    function.role = "arn:aws:iam::000000000000:role/r";
    function.runtime = runtime;
    function.handler = handler;
    return function;
  }
  /// A hot-reload function from `folder`.
  Function create(Function function) {
    CodeSource code;
    code.folder = folder.path();
    return run(functions->create(std::move(function), std::move(code), caller));
  }
  Function create_node(const std::string& text, int timeout_seconds = 60) {
    folder.write("index.js", text);
    auto function = description("node", "nodejs20.x", "index.handler");
    function.timeout_seconds = timeout_seconds;
    return create(std::move(function));
  }
  Function create_python(const std::string& text, int timeout_seconds = 60) {
    folder.write("app.py", text);
    auto function = description("python", "python3.11", "app.handler");
    function.timeout_seconds = timeout_seconds;
    return create(std::move(function));
  }
  Function create_shell(const std::string& text, int timeout_seconds = 60) {
    folder.write("bootstrap", text, true);
    auto function = description("shell", "provided.al2023", "none");
    function.timeout_seconds = timeout_seconds;
    return create(std::move(function));
  }

  static std::shared_ptr<const std::string> payload(const std::string& text) {
    return std::make_shared<const std::string>(text);
  }
  Invocation invoke(const Function& function, const std::string& event = "{}") {
    InvocationRequest request;
    request.arn = function.arn;
    request.payload = payload(event);
    request.wants_log_tail = true;
    return run(functions->invoke(std::move(request)));
  }
  /// Invokes without waiting; the answer comes into `answers`.
  void begin(const Function& function, const std::string& event = "{}") {
    InvocationRequest request;
    request.arn = function.arn;
    request.payload = payload(event);
    boost::asio::co_spawn(context, functions->invoke(std::move(request)),
                          [this](std::exception_ptr, Invocation invocation) {
                            answers.push_back(std::move(invocation));
                          });
  }
  std::vector<Invocation> answers;
};

/// Whether there is a process of this id that is no zombie.
inline bool is_alive(int process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(stat, text);
  const auto end = text.rfind(')');
  return end != std::string::npos && text.size() > end + 2 && text[end + 2] != 'Z';
}

/// Returns when a child of this process, with all its threads, has ended; it is not reaped, and
/// nothing that the event loop would do about it has been done.
inline void wait_for_end_of(int child) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
}

}  // namespace mapping
