#pragma once

#include <cstdint>
#include <string>

#include "engine/random.h"

namespace server {

/// Draws `x-amzn-RequestId` values. Each thread has its own, seeded once from the program's chance,
/// so that threads do not wait for each other here.
class RequestIds {
 public:
  explicit RequestIds(engine::Random& random) : random_(random) {}

  /// 52 characters of 0-9 and A-Z, as DynamoDB's.
  void long_id(std::string& out) const;
  /// A UUID, as of most other services.
  std::string uuid() const { return random_.uuid(); }

 private:
  engine::Random& random_;
};

}  // namespace server
