#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace server {

/// Counts what was asked and how it was answered, and tells it in Prometheus' text form.
///
/// Operations are made known before the first request; counting and telling are safe from any
/// thread.
class Metrics {
 public:
  class Operation {
   public:
    Operation(std::string_view service, std::string_view name) : service_(service), name_(name) {}
    void count(int status);

   private:
    friend class Metrics;
    static constexpr std::array statuses = {200, 201, 202, 204, 400, 403, 404, 405,
                                            409, 412, 413, 429, 500, 501, 503};
    std::string service_;
    std::string name_;
    std::array<std::atomic<std::uint64_t>, statuses.size() + 1> counts_{};  ///< Last: any other.
  };

  /// A new row. It stays where it is.
  Operation& operation(std::string_view service, std::string_view name);

  void connection_opened() { connections_.fetch_add(1, std::memory_order_relaxed); }
  void connection_closed() { connections_.fetch_sub(1, std::memory_order_relaxed); }

  std::string text() const;

 private:
  std::deque<Operation> operations_;
  std::atomic<std::int64_t> connections_{0};
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace server
