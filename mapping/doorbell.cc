#include "mapping/doorbell.h"

#include <mutex>

namespace mapping {

void Doorbell::on_records(const engine::Stream& stream) {
  const std::shared_lock lock(mutex_);
  const auto found = bells_.find(stream.id);
  if (found == bells_.end()) return;
  for (const auto& bell : found->second) bell->ring();
}

void Doorbell::add(const engine::Stream& stream, std::shared_ptr<Bell> bell) {
  const std::unique_lock lock(mutex_);
  bells_[stream.id].push_back(std::move(bell));
}

void Doorbell::remove(const engine::Stream& stream, const std::shared_ptr<Bell>& bell) {
  const std::unique_lock lock(mutex_);
  const auto found = bells_.find(stream.id);
  if (found == bells_.end()) return;
  std::erase(found->second, bell);
  if (found->second.empty()) bells_.erase(found);
}

}  // namespace mapping
