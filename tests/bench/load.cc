#include "load.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "http.h"

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

struct Client {
  explicit Client(int port) : connection(port) {}
  Connection connection;
  Clock::time_point sent;
};

}  // namespace

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto at = std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

LoadResult run_load(int port, int connections, Seconds duration,
                    const std::function<const std::string&()>& next_request) {
  const int poller = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Client>> clients;
  for (int number = 0; number < connections; ++number) {
    clients.push_back(std::make_unique<Client>(port));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = clients.back().get()}};
    ::epoll_ctl(poller, EPOLL_CTL_ADD, clients.back()->connection.socket(), &event);
  }
  const auto send_next = [&](Client& client) {
    const auto& request = next_request();
    client.sent = Clock::now();
    client.connection.send(request);
  };

  std::vector<double> microseconds;
  microseconds.reserve(1 << 20);
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration_cast<Clock::duration>(duration);
  for (auto& client : clients) send_next(*client);
  for (int waiting = connections; waiting > 0;) {
    epoll_event events[64];
    const int count = ::epoll_wait(poller, events, 64, 5000);
    if (count <= 0) throw std::runtime_error("no answer within five seconds");
    for (int at = 0; at < count; ++at) {
      auto& client = *static_cast<Client*>(events[at].data.ptr);
      if (!client.connection.receive_some()) continue;
      if (client.connection.status() != 200) {
        throw std::runtime_error(std::string(client.connection.body()));
      }
      const auto now = Clock::now();
      microseconds.push_back(std::chrono::duration<double, std::micro>(now - client.sent).count());
      if (now < end) {
        send_next(client);
      } else {
        --waiting;
      }
    }
  }
  const Seconds took = Clock::now() - start;
  ::close(poller);
  return {static_cast<double>(microseconds.size()) / took.count(), quantile(microseconds, 0.5),
          quantile(microseconds, 0.99)};
}

}  // namespace bench
