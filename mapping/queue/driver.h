#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/queue/message.h"
#include "mapping/event/queue_event.h"
#include "mapping/filter/criteria.h"
#include "mapping/history.h"
#include "mapping/mapping.h"
#include "mapping/means.h"
#include "mapping/queue/machine.h"
#include "mapping/queue/status.h"
#include "mapping/recorder.h"
#include "mapping/timeline.h"

namespace mapping {
struct Invocation;
}

namespace mapping::queue {

/// `queue/<uuid>`: the kind of a mapping's one document about its queue.
std::string documents_kind(std::string_view mapping_uuid);
/// What is written down of a mapping.
Counters written_counters(const Means& means, std::string_view mapping_uuid);
/// How it stands with the queue of a mapping that is not at work.
Status written_status(const Means& means, const Mapping& mapping);

/// Does what the machine of one queue says: receives, filters, invokes, deletes, writes down.
///
/// Lives on the mapping thread.
class Driver : public std::enable_shared_from_this<Driver> {
 public:
  /// `settled` is rung whenever there is nothing to do at once.
  Driver(const Means& means, Recorder& recorder, Signal& settled,
         std::shared_ptr<const Mapping> mapping, const std::string& queue_name);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// Returns after `stop`, when no function has a batch any more. Call it once.
  boost::asio::awaitable<void> run();
  /// What is in flight is brought to its end; what was only received comes back by itself.
  void stop();
  /// After `run`: nobody has to wait for it.
  void rest() { bell_->rest(); }
  /// From now on; what has been begun stays as it is.
  void set_mapping(std::shared_ptr<const Mapping> mapping);

  bool is_in_flight() const { return in_flight_ > 0; }
  Status status() const;

 private:
  struct Kept {
    std::string id;
    std::string receipt_handle;
    std::uint32_t receive_count = 0;
    std::string json;  ///< Of its record in an event.
  };
  struct Times {
    engine::Duration hidden{};
    engine::Duration function{};  ///< It may take so long.
  };
  /// A batch on its way through the function.
  struct Call {
    std::uint64_t batch = 0;
    bool is_again = false;  ///< It did not reach the function before.
    std::vector<std::uint64_t> numbers;
    Delivery delivery;
    std::shared_ptr<const std::string> event;
    /// From before the coroutine begins.
    std::shared_ptr<Timeline::Work> work;
  };

  boost::asio::awaitable<void> perform(Action action);
  boost::asio::awaitable<void> receive(std::size_t limit);
  boost::asio::awaitable<Times> times_of_receive();
  std::vector<Held> sort_out(std::vector<engine::Message> messages, engine::TimePoint begin_by);
  void begin(const Invoke& invoke);
  boost::asio::awaitable<void> carry_out(Call call);
  void report(Call call, const Invocation& invocation);
  void on_reply(const Call& call, const Invocation& invocation, Delivery& delivery);
  void release(const Release& release);
  boost::asio::awaitable<void> wait(std::optional<engine::TimePoint> until);
  void remove_messages(const std::vector<std::string>& receipt_handles);
  void forget(const std::vector<std::uint64_t>& numbers);
  void save();
  void in_trouble(std::string_view doing, const std::exception& error);

  const Means& means_;
  Recorder& recorder_;
  Signal& settled_;
  std::shared_ptr<const Mapping> mapping_;
  const std::string queue_name_;
  const std::shared_ptr<Bell> bell_;
  FilterCriteria filter_;
  QueueEventForm form_;
  Machine machine_;
  Counters counters_;
  std::map<std::uint64_t, Kept> kept_;  ///< Messages that the machine holds, by their number.
  std::uint64_t last_number_ = 0;
  std::vector<Delivery> unsaved_;
  History history_;
  bool has_to_save_ = false;
  int in_flight_ = 0;
  bool is_stopping_ = false;
  std::string trouble_;
  std::string last_error_;
};

}  // namespace mapping::queue
