#include "mapping/function/pool.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <utility>

#include "engine/random.h"
#include "engine/time_text.h"

namespace mapping {

namespace asio = boost::asio;

using Phase = Environment::Phase;

Pool::Pool(asio::io_context& context, const engine::Clock& clock, engine::Random& random,
           CodeStore& code, const Functions::Options& options)
    : context_(context),
      clock_(clock),
      random_(random),
      code_(code),
      options_(options),
      idle_timer_(context),
      all_gone_(context) {}

bool Pool::submit(Job job) {
  auto& place = place_of(job);
  if (const auto warm = take_warm(place)) {
    warm->give(std::move(job));
    return true;
  }
  if (count_ >= options_.concurrency_max && !end_longest_idle()) return false;
  auto environment = std::make_shared<Environment>(context_, *this, blueprint_for(place));
  place.all.insert(environment);
  ++count_;
  environment->start(std::move(job));
  return true;
}

Pool::Place& Pool::place_of(const Job& job) {
  auto& place = places_[job.function->name];
  if (place.function != job.function) {
    place.function = job.function;
    place.watch.reset();
    if (!job.function->hot_reload_folder.empty()) {
      place.watch.emplace(job.function->hot_reload_folder);
    }
  }
  place.code_stamp = place.watch ? place.watch->stamp() : 0;
  return place;
}

bool Pool::is_current(const Place& place, const Environment& environment) {
  const auto& blueprint = environment.blueprint();
  return blueprint.function == place.function && blueprint.code_stamp == place.code_stamp;
}

std::shared_ptr<Environment> Pool::take_warm(Place& place) {
  while (!place.idle.empty()) {
    const auto environment = std::move(place.idle.back());
    place.idle.pop_back();
    if (environment->phase() != Phase::idle) continue;  // Its process has just ended.
    if (is_current(place, *environment)) return environment;
    environment->end();
  }
  const auto finishing = std::ranges::find_if(
      place.all, [&](const auto& it) { return it->may_be_promised() && is_current(place, *it); });
  return finishing == place.all.end() ? nullptr : *finishing;
}

Blueprint Pool::blueprint_for(const Place& place) {
  const auto& function = *place.function;
  Blueprint blueprint;
  blueprint.function = place.function;
  blueprint.code_stamp = place.code_stamp;
  blueprint.init_max = options_.init_max;
  const auto date = engine::iso_seconds(clock_.now());  // 2026-10-08T...
  const auto log_stream = date.substr(0, 4) + "/" + date.substr(5, 2) + "/" + date.substr(8, 2) +
                          "/[$LATEST]" + random_.hex(32);
  try {
    std::filesystem::path folder = function.hot_reload_folder;
    if (folder.empty()) {
      blueprint.code = code_.pin(function.code_sha256);
      if (!blueprint.code) throw std::runtime_error("the code of the function is not there");
      folder = *blueprint.code;
    }
    blueprint.command = command_for(function, folder, log_stream, surroundings_);
  } catch (const std::runtime_error& error) {
    blueprint.cannot_start = error.what();
  }
  return blueprint;
}

void Pool::retire(const std::string& name) {
  const auto found = places_.find(name);
  if (found == places_.end()) return;
  auto& place = found->second;
  place.function.reset();
  for (const auto& environment : std::exchange(place.idle, {})) environment->end();
  if (place.all.empty()) places_.erase(found);
}

void Pool::on_idle(const std::shared_ptr<Environment>& environment) {
  auto& place = places_.at(environment->blueprint().function->name);
  if (is_ending_ || !is_current(place, *environment)) return environment->end();
  place.idle.push_back(environment);
  if (!watches_idle_ones_) watch_idle_ones(environment->idle_since() + options_.idle_max);
}

void Pool::on_gone(const std::shared_ptr<Environment>& environment) {
  const auto found = places_.find(environment->blueprint().function->name);
  auto& place = found->second;
  std::erase(place.idle, environment);
  place.all.erase(environment);
  if (place.all.empty() && !place.function) places_.erase(found);
  if (--count_ == 0) all_gone_.cancel();
}

void Pool::on_returned(Job job) {
  const auto place = places_.find(job.function->name);
  if (place != places_.end() && place->second.function) job.function = place->second.function;
  const auto done = job.done;
  if (!is_ending_ && submit(std::move(job))) return;
  Invocation invocation;
  invocation.result = Invocation::Result::throttled;
  invocation.error_message = "Rate Exceeded.";
  done(std::move(invocation));
}

bool Pool::end_longest_idle() {
  Place* longest = nullptr;
  for (auto& [name, place] : places_) {
    if (place.idle.empty()) continue;
    if (longest == nullptr ||
        place.idle.front()->idle_since() < longest->idle.front()->idle_since()) {
      longest = &place;
    }
  }
  if (longest == nullptr) return false;
  const auto environment = longest->idle.front();
  longest->idle.erase(longest->idle.begin());
  environment->end();
  return true;
}

void Pool::end_idle_ones() {
  watches_idle_ones_ = false;
  const auto now = std::chrono::steady_clock::now();
  std::optional<std::chrono::steady_clock::time_point> next;
  for (auto& [name, place] : places_) {
    while (!place.idle.empty() && place.idle.front()->idle_since() + options_.idle_max <= now) {
      const auto environment = place.idle.front();
      place.idle.erase(place.idle.begin());
      environment->end();
    }
    if (place.idle.empty()) continue;
    const auto due = place.idle.front()->idle_since() + options_.idle_max;
    next = next ? std::min(*next, due) : due;
  }
  if (next) watch_idle_ones(*next);
}

void Pool::watch_idle_ones(std::chrono::steady_clock::time_point due) {
  watches_idle_ones_ = true;
  idle_timer_.expires_at(due);
  idle_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) end_idle_ones();
  });
}

asio::awaitable<void> Pool::end_all() {
  is_ending_ = true;
  idle_timer_.cancel();
  for (auto& [name, place] : places_) {
    place.idle.clear();
    for (const auto& environment : place.all) environment->end();
  }
  while (count_ > 0) {
    all_gone_.expires_at(std::chrono::steady_clock::time_point::max());
    boost::system::error_code cancelled;
    auto token = asio::redirect_error(asio::use_awaitable, cancelled);
    co_await all_gone_.async_wait(std::move(token));
  }
}

}  // namespace mapping
