#pragma once

#include <string>
#include <string_view>

namespace engine {

/// Hears, with no lock held, that a queue may have something to receive: a message arrived or was
/// made visible. Called from any thread.
class QueueListener {
 public:
  virtual ~QueueListener() = default;
  virtual void on_messages(std::string_view queue_arn) = 0;
};

}  // namespace engine
