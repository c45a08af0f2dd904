#pragma once

#include <boost/asio/io_context.hpp>

#include "mapping/timeline.h"
#include "tests/engine/fixture.h"

namespace mapping {

/// A mapping thread without a thread: it runs when the test says so, and time is in its hands.
struct HandDriven {
  boost::asio::io_context context;
  engine::FakeClock clock;
  Timeline timeline{context, clock};

  void settle() {
    context.restart();
    context.poll();
  }
  void advance(engine::Duration by) {
    clock.time += by;
    timeline.on_clock_moved();
    settle();
  }
};

}  // namespace mapping
