#include "mapping/function/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

namespace mapping {

namespace {

/// A file descriptor that is closed when it is forgotten.
class File {
 public:
  explicit File(int number = -1) : number_(number) {}
  File(File&& other) noexcept : number_(other.release()) {}
  File& operator=(File&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

struct Pipe {
  File reading;
  File writing;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipe");
  return {File(ends[0]), File(ends[1])};
}

/// All that the child needs, prepared before there is one: between vfork and exec it may only make
/// system calls.
struct Start {
  std::vector<char*> arguments;
  std::vector<char*> variables;
  const char* folder = nullptr;
  int input = -1;
  int output = -1;
  int report = -1;  ///< Where the child writes `errno` if it cannot become the program.
  pid_t parent = 0;
  rlim_t files_max = 0;    ///< Of the server.
  struct rlimit files {};  ///< Of the child.
  int signal_max = 0;
};

void close_all_but(int kept, const Start& start) {
  // Sockets of the server are not all marked close-on-exec.
  const auto above = static_cast<unsigned>(kept) + 1;
  if (::syscall(SYS_close_range, above, ~0U, 0) == 0) return;
  for (auto file = static_cast<rlim_t>(above); file < start.files_max; ++file) {
    ::close(static_cast<int>(file));
  }
}

[[noreturn]] void run_child(const Start& start) {
  int report = start.report;
  const auto give_up = [&report] {
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(report, &error, sizeof error);
    ::_exit(127);
  };
  // All three go above the standard files first, so that none stands in another's way.
  const int input = ::fcntl(start.input, F_DUPFD_CLOEXEC, 4);
  const int output = ::fcntl(start.output, F_DUPFD_CLOEXEC, 4);
  report = ::fcntl(start.report, F_DUPFD_CLOEXEC, 4);
  if (report < 0 || input < 0 || output < 0) give_up();
  if (::dup2(input, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) give_up();
  if (::dup3(report, 3, O_CLOEXEC) < 0) give_up();
  report = 3;
  close_all_but(report, start);

  if (::setpgid(0, 0) != 0) give_up();
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up();
  if (::getppid() != start.parent) ::_exit(127);  // It died before the line above.
  if (::chdir(start.folder) != 0) give_up();
  ::setrlimit(RLIMIT_NOFILE, &start.files);

  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (int number = 1; number <= start.signal_max; ++number) {
    ::sigaction(number, &usual, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(start.arguments.front(), start.arguments.data(), start.variables.data());
  give_up();
  ::_exit(127);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

pid_t start_child(const Start& start) {
  // Signals wait until the child has left our memory: a handler of ours must not run in it.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Not fork: copying the page tables of a server with a large store takes milliseconds.
  const pid_t child = ::vfork();
#pragma GCC diagnostic pop
  if (child == 0) run_child(start);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) fail(error, "vfork");
  return child;
}

void reap(pid_t id) {
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(id), &info, WEXITED) != 0 && errno == EINTR) {
  }
}

}  // namespace

std::string ProcessExit::text() const {
  if (signal != 0) {
    std::string name = ::strsignal(signal);
    if (!name.empty()) name[0] = static_cast<char>(std::tolower(name[0]));
    return "Runtime exited with error: signal: " + name;
  }
  if (status != 0) return "Runtime exited with error: exit status " + std::to_string(status);
  return "Runtime exited without providing a reason";
}

struct Process::State : std::enable_shared_from_this<Process::State> {
  State(boost::asio::io_context& context, pid_t id, int handle) : id(id), handle(context, handle) {}

  void wait() {
    handle.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [self = shared_from_this()](boost::system::error_code error) {
                        if (!error) self->on_end();
                      });
  }

  /// Whether the process has ended; it is not reaped yet.
  bool is_dead() const {
    siginfo_t info{};
    const int result = ::waitid(P_PID, static_cast<id_t>(id), &info, WEXITED | WNOHANG | WNOWAIT);
    return result != 0 || info.si_pid != 0;
  }

  void on_end() {
    // A wait may end early: the reactor keeps an event of a descriptor that was closed meanwhile
    // for the next one in its place. To believe it would be to kill a process that has just begun.
    if (!is_dead()) return wait();
    // The group first: as long as its leader is not reaped the number is nobody else's.
    ::kill(-id, SIGKILL);
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(id), &info, WEXITED) != 0 && errno == EINTR) {
    }
    has_ended = true;
    ProcessExit how;
    (info.si_code == CLD_EXITED ? how.status : how.signal) = info.si_status;
    if (auto call = std::exchange(on_exit, nullptr)) call(how);
  }

  const pid_t id;
  boost::asio::posix::stream_descriptor handle;  ///< A pidfd.
  File output;
  bool has_ended = false;
  std::function<void(ProcessExit)> on_exit;
};

Process::Process(boost::asio::io_context& context, const Command& command,
                 std::function<void(ProcessExit)> on_exit) {
  auto output = make_pipe();
  auto report = make_pipe();
  const File input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (input.number() < 0) fail(errno, "open /dev/null");
  struct rlimit files {};
  ::getrlimit(RLIMIT_NOFILE, &files);

  Start start;
  start.arguments = pointers_to(command.arguments);
  start.variables = pointers_to(command.variables);
  start.folder = command.folder.c_str();
  start.input = input.number();
  start.output = output.writing.number();
  start.report = report.writing.number();
  start.parent = ::getpid();
  start.files_max = std::min<rlim_t>(files.rlim_cur, 65'536);
  // What Lambda gives, and what programs expect that use select().
  start.files = {std::min<rlim_t>(files.rlim_max, 1024), files.rlim_max};
  start.signal_max = SIGRTMAX;
  const pid_t id = start_child(start);

  report.writing = File();
  int error = 0;
  ssize_t length = 0;
  while ((length = ::read(report.reading.number(), &error, sizeof error)) < 0 && errno == EINTR) {
  }
  if (length > 0) {
    reap(id);
    fail(error, "fork/exec " + command.arguments.front());
  }

  ::fcntl(output.reading.number(), F_SETFL, O_NONBLOCK);
  try {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, id, 0));
    if (handle < 0) fail(errno, "pidfd_open (Linux 5.3 or later is needed)");
    state_ = std::make_shared<State>(context, id, handle);
  } catch (...) {
    ::kill(-id, SIGKILL);
    reap(id);
    throw;
  }
  state_->output = std::move(output.reading);
  state_->on_exit = std::move(on_exit);
  state_->wait();
}

Process::~Process() {
  if (!state_) return;
  // It is reaped when its end is noticed; the state lives that long.
  state_->on_exit = nullptr;
  signal(SIGKILL);
}

int Process::id() const { return state_->id; }

bool Process::has_ended() const { return state_->has_ended || state_->is_dead(); }

void Process::signal(int number) {
  if (!state_->has_ended) ::kill(-state_->id, number);
}

int Process::take_output() { return state_->output.release(); }

std::string program_on_path(const std::string& name) {
  const char* path = ::getenv("PATH");
  std::string_view folders = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  while (!folders.empty()) {
    const auto end = folders.find(':');
    const std::string candidate = std::string(folders.substr(0, end)) + "/" + name;
    if (candidate.front() == '/' && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (end == std::string_view::npos) break;
    folders.remove_prefix(end + 1);
  }
  return "";
}

}  // namespace mapping
