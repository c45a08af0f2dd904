#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/arn.h"
#include "mapping/consumer.h"
#include "mapping/drain.h"
#include "mapping/mapping.h"
#include "mapping/means.h"
#include "mapping/recorder.h"
#include "mapping/replay.h"
#include "mapping/report.h"
#include "mapping/timeline.h"

namespace mapping {

/// Which mappings are asked for.
struct MappingFilter {
  std::string event_source_arn;  ///< Empty: of any source.
  std::string function_name;     ///< Empty: of any function.
  std::string after;             ///< UUIDs after this one.
  std::size_t limit = 100;
};

struct MappingPage {
  std::vector<MappingView> mappings;
  bool is_last = true;
};

/// The event source mappings there are, and their work.
///
/// Lives on the mapping thread. The coroutines may be called from any thread and are carried out
/// there; they throw AWS's `ApiError`s (event-source-mapping.md 1.7) and `StorageError`.
class Registry {
 public:
  explicit Registry(const Means& means);
  ~Registry();

  /// Goes on with every mapping as it was written down. Before the mapping thread runs, or on it.
  void start();
  /// Brings what is in flight to its end and begins nothing more.
  boost::asio::awaitable<void> stop();

  boost::asio::awaitable<MappingView> create(MappingSpec spec, engine::Caller caller);
  boost::asio::awaitable<MappingView> get(std::string uuid);
  boost::asio::awaitable<MappingPage> list(MappingFilter filter, engine::Caller caller);
  boost::asio::awaitable<MappingView> update(std::string uuid, MappingSpec change,
                                             engine::Caller caller);
  boost::asio::awaitable<MappingView> remove(std::string uuid);

  /// The tags of the mapping with this ARN; `tag` and `untag` change them.
  boost::asio::awaitable<Tags> tags(std::string arn);
  boost::asio::awaitable<void> tag(std::string arn, Tags tags);
  boost::asio::awaitable<void> untag(std::string arn, std::vector<std::string> keys);

  /// Removes every mapping and waits until none is at work.
  boost::asio::awaitable<void> remove_all();

  boost::asio::awaitable<MappingReport> report(std::string uuid);
  boost::asio::awaitable<std::vector<MappingReport>> reports();
  /// Invokes the mapping's function once more with a batch that the recorder has; nothing else
  /// changes. Errors: `ReplayOrder` says which.
  boost::asio::awaitable<Replayed> replay(std::string uuid, ReplayOrder order);
  /// Safe to call from any thread.
  const Recorder& recorder() const { return recorder_; }

  /// Waits until every enabled mapping has dealt with every record there is, or until the time-out,
  /// which is of the machine's time. Gives what is still to be done.
  boost::asio::awaitable<std::vector<Pending>> drain(engine::Duration timeout);

 private:
  struct Entry {
    std::shared_ptr<const Mapping> mapping;
    std::shared_ptr<Consumer> consumer;  ///< Null: not at work.
  };
  using Entries = std::map<std::string, Entry>;

  boost::asio::awaitable<void> do_stop();
  boost::asio::awaitable<MappingView> do_create(MappingSpec spec, engine::Caller caller);
  boost::asio::awaitable<MappingView> do_get(std::string uuid);
  boost::asio::awaitable<MappingPage> do_list(MappingFilter filter, engine::Caller caller);
  boost::asio::awaitable<MappingView> do_update(std::string uuid, MappingSpec change,
                                                engine::Caller caller);
  boost::asio::awaitable<MappingView> do_remove(std::string uuid);
  /// Whatever state it is in.
  boost::asio::awaitable<MappingView> remove_now(std::string uuid);
  boost::asio::awaitable<Tags> do_tags(std::string arn);
  boost::asio::awaitable<void> do_change_tags(std::string arn, std::function<void(Tags&)> change);
  boost::asio::awaitable<void> do_remove_all();
  boost::asio::awaitable<MappingReport> do_report(std::string uuid);
  boost::asio::awaitable<std::vector<MappingReport>> do_reports();
  boost::asio::awaitable<Replayed> do_replay(std::string uuid, ReplayOrder order);
  boost::asio::awaitable<std::vector<Pending>> do_drain(engine::Duration timeout);

  boost::asio::awaitable<std::string> function_arn(std::string name, engine::Caller caller);
  Entry& entry(const std::string& uuid);
  Entry& entry_of_arn(const std::string& arn);
  MappingState state(const Entry& entry) const;
  MappingView view(const Entry& entry) const;
  MappingReport report_of(const Entry& entry) const;
  void refuse_duplicate(const Mapping& mapping) const;
  /// Writes `mapping` down, with where its shards begin if it begins now.
  void keep(Entry& entry, Mapping mapping);
  void begin_work(Entry& entry);
  void end_work(Entry& entry);
  void on_stopped(const std::string& uuid);
  void forget(const std::string& uuid);
  std::vector<Pending> pending() const;

  const Means means_;
  Recorder recorder_;
  Signal settled_;  ///< Rung when somebody has nothing to do at once, and when mappings change.
  Signal stopped_;  ///< Rung when a consumer has come to rest.
  Entries entries_;
  bool is_stopping_ = false;
};

}  // namespace mapping
