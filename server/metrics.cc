#include "server/metrics.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "api/version.h"

namespace server {

namespace {

void append_family(std::string& out, std::string_view name, std::string_view type,
                   std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
  out.append(name).append(" ").append(type).append("\n");
}

std::uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t all_pages = 0;
  std::uint64_t resident_pages = 0;
  statm >> all_pages >> resident_pages;
  return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void Metrics::Operation::count(int status) {
  const auto found = std::find(statuses.begin(), statuses.end(), status);
  counts_[static_cast<std::size_t>(found - statuses.begin())].fetch_add(1,
                                                                        std::memory_order_relaxed);
}

Metrics::Operation& Metrics::operation(std::string_view service, std::string_view name) {
  return operations_.emplace_back(service, name);
}

std::string Metrics::text() const {
  std::string out;
  append_family(out, "dynamill_build_info", "gauge", "The version that runs.");
  out.append("dynamill_build_info{version=\"").append(api::version()).append("\"} 1\n");

  const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - started_;
  append_family(out, "dynamill_uptime_seconds", "gauge", "Time since the start.");
  out.append("dynamill_uptime_seconds ").append(std::to_string(uptime.count())).append("\n");

  append_family(out, "process_resident_memory_bytes", "gauge", "Resident memory.");
  out.append("process_resident_memory_bytes ").append(std::to_string(resident_bytes()));
  out.append("\n");

  append_family(out, "dynamill_connections", "gauge", "Open client connections.");
  out.append("dynamill_connections ").append(std::to_string(connections_.load())).append("\n");

  append_family(out, "dynamill_requests_total", "counter", "Answers by operation and status.");
  for (const auto& operation : operations_) {
    for (std::size_t i = 0; i < operation.counts_.size(); ++i) {
      const auto count = operation.counts_[i].load(std::memory_order_relaxed);
      if (count == 0) continue;
      const auto status = i < Operation::statuses.size() ? std::to_string(Operation::statuses[i])
                                                         : std::string("other");
      out.append("dynamill_requests_total{service=\"").append(operation.service_);
      out.append("\",operation=\"").append(operation.name_).append("\",status=\"").append(status);
      out.append("\"} ").append(std::to_string(count)).append("\n");
    }
  }
  return out;
}

}  // namespace server
