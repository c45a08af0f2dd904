#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "mapping/function/blueprint.h"
#include "mapping/function/code.h"
#include "mapping/function/environment.h"
#include "mapping/function/folder_watch.h"
#include "mapping/function/functions.h"

namespace mapping {

/// The execution environments of all functions: as many as there are invocations at once, kept warm
/// for the next ones, and ended when they were not needed for a while or their function changed.
///
/// Lives on the mapping thread.
class Pool final : public Environment::Owner {
 public:
  Pool(boost::asio::io_context& context, const engine::Clock& clock, engine::Random& random,
       CodeStore& code, const Functions::Options& options);

  Surroundings& surroundings() { return surroundings_; }

  /// Gives the job to an environment that is idle or soon will be, or to a new one. False if there
  /// are too many.
  bool submit(Job job);
  /// The function changed or is gone: its processes end when they have answered.
  void retire(const std::string& name);
  /// Ends all processes and returns when they are gone. No job may be running.
  boost::asio::awaitable<void> end_all();

 private:
  struct Place {
    std::shared_ptr<const Function> function;  ///< As it is now; empty: not known yet.
    std::optional<FolderWatch> watch;          ///< If it is a hot-reload folder.
    std::uint64_t code_stamp = 0;
    std::vector<std::shared_ptr<Environment>> idle;  ///< The one used last is last.
    std::set<std::shared_ptr<Environment>> all;
  };

  void on_idle(const std::shared_ptr<Environment>& environment) override;
  void on_gone(const std::shared_ptr<Environment>& environment) override;
  void on_returned(Job job) override;

  Place& place_of(const Job& job);
  static bool is_current(const Place& place, const Environment& environment);
  std::shared_ptr<Environment> take_warm(Place& place);
  Blueprint blueprint_for(const Place& place);
  /// Makes room for one more; false if there is nobody idle.
  bool end_longest_idle();
  void end_idle_ones();
  void watch_idle_ones(std::chrono::steady_clock::time_point due);

  boost::asio::io_context& context_;
  const engine::Clock& clock_;
  engine::Random& random_;
  CodeStore& code_;
  const Functions::Options options_;
  Surroundings surroundings_;
  std::map<std::string, Place> places_;
  int count_ = 0;
  bool is_ending_ = false;
  boost::asio::steady_timer idle_timer_;
  bool watches_idle_ones_ = false;
  boost::asio::steady_timer all_gone_;  ///< Never expires; cancelled when `count_` gets to 0.
};

}  // namespace mapping
