#include "mapping/function/functions.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "engine/api_error.h"
#include "engine/random.h"
#include "mapping/function/blueprint.h"
#include "mapping/function/code.h"
#include "mapping/function/descriptions.h"
#include "mapping/function/pool.h"
#include "mapping/invoker.h"
#include "mapping/timeline.h"

namespace mapping {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// Where code and bootstraps lie: in the data folder, or in one that is removed in the end.
class Folder {
 public:
  explicit Folder(fs::path given) : path_(std::move(given)), is_temporary_(path_.empty()) {
    if (!is_temporary_) {
      path_ = fs::absolute(path_);
      return;
    }
    std::string name = fs::temp_directory_path() / "dynamill-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "make " + name);
    }
    path_ = name;
  }
  Folder(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (is_temporary_) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  bool is_temporary_;
};

Invocation throttled(std::string why) {
  Invocation invocation;
  invocation.result = Invocation::Result::throttled;
  invocation.error_message = std::move(why);
  return invocation;
}

}  // namespace

class Functions::Impl {
 public:
  Impl(asio::io_context& context, engine::Documents& documents, const engine::Clock& clock,
       engine::Random& random, Options options)
      : context_(context),
        clock_(clock),
        random_(random),
        folder_(options.folder),
        descriptions_(documents, clock, random),
        code_(folder_.path() / "code", descriptions_.code_digests()),
        pool_(context, clock, random, code_, options),
        settled_(context) {
    auto& surroundings = pool_.surroundings();
    surroundings.runtime_folder = folder_.path() / "runtime";
    surroundings.node_path = node_modules_above(fs::current_path());
    write_bootstraps(surroundings.runtime_folder);
  }

  /// Carries out `work` on the mapping thread.
  template <typename T>
  asio::awaitable<T> there(asio::awaitable<T> work) {
    if (context_.get_executor().running_in_this_thread()) co_return co_await std::move(work);
    co_return co_await asio::co_spawn(context_, std::move(work), asio::use_awaitable);
  }

  /// Any thread.
  CodeStore::Pin take_in(Function& function, const CodeSource& code);

  asio::awaitable<std::optional<engine::Duration>> timeout(std::string arn);
  asio::awaitable<std::optional<std::string>> resolve(std::string name_or_arn,
                                                      engine::Caller caller);
  asio::awaitable<Invocation> invoke(InvocationRequest request);
  asio::awaitable<std::string> invoke_event(InvocationRequest request);
  asio::awaitable<Function> create(Function function, CodeStore::Pin pin, engine::Caller caller);
  asio::awaitable<Function> get(FunctionName name, engine::Caller caller);
  asio::awaitable<std::vector<Function>> list(std::string after, std::size_t limit);
  asio::awaitable<Function> update(FunctionName name, engine::Caller caller,
                                   std::string revision_id, CodeStore::Pin pin,
                                   std::function<void(Function&)> change);
  asio::awaitable<void> remove(FunctionName name, engine::Caller caller);
  asio::awaitable<void> remove_all();
  asio::awaitable<std::optional<std::string>> zip_of(FunctionName name, engine::Caller caller);
  asio::awaitable<void> stop();

  void set_timeline(const Timeline& timeline) { timeline_ = &timeline; }
  void set_front(Invoker& front) { front_ = &front; }
  void set_endpoint_url(std::string url) { pool_.surroundings().endpoint_url = std::move(url); }

 private:
  using FunctionPointer = Descriptions::Pointer;

  /// Of a name as a request for an invocation gives it.
  FunctionPointer look_up(const std::string& name_or_arn) const;
  void complete(InvocationRequest& request);
  asio::awaitable<Invocation> run(FunctionPointer function, InvocationRequest request);
  asio::awaitable<void> run_event(FunctionPointer function, InvocationRequest request);
  void remove_now(const FunctionPointer& function);
  void forget_code(const Function& function);

  asio::io_context& context_;
  const engine::Clock& clock_;
  engine::Random& random_;
  Folder folder_;
  Descriptions descriptions_;
  CodeStore code_;
  Pool pool_;
  bool is_stopping_ = false;
  const Timeline* timeline_ = nullptr;
  Invoker* front_ = nullptr;
  int running_ = 0;
  asio::steady_timer settled_;  ///< Never expires; cancelled when `running_` gets to 0.
};

CodeStore::Pin Functions::Impl::take_in(Function& function, const CodeSource& code) {
  if (!code.folder.empty()) {
    std::error_code error;
    if (!fs::path(code.folder).is_absolute() || !fs::is_directory(code.folder, error)) {
      throw engine::ApiError("InvalidParameterValueException",
                             "The hot-reload folder must be the absolute path of a folder on the "
                             "machine of the server: " +
                                 code.folder);
    }
    function.hot_reload_folder = code.folder;
    function.code_sha256 = CodeStore::digest(code.folder);
    function.code_bytes = 0;
    return nullptr;
  }
  function.hot_reload_folder.clear();
  function.code_sha256 = CodeStore::digest(code.zip);
  function.code_bytes = code.zip.size();
  try {
    return code_.add(code.zip);
  } catch (const std::system_error& error) {
    spdlog::error("The code of function {} cannot be kept: {}", function.name, error.what());
    throw engine::ApiError("ServiceException",
                           std::string("The code cannot be kept: ") + error.what(), 500);
  }
}

Functions::Impl::FunctionPointer Functions::Impl::look_up(const std::string& name_or_arn) const {
  const auto name = FunctionName::parse(name_or_arn);
  return name ? descriptions_.look_up(*name) : nullptr;
}

asio::awaitable<std::optional<std::string>> Functions::Impl::resolve(std::string name_or_arn,
                                                                     engine::Caller) {
  const auto name = FunctionName::parse(name_or_arn);
  const auto function = name ? descriptions_.look_up(*name) : nullptr;
  if (!function) co_return std::nullopt;
  co_return name->qualifier.empty() ? function->arn : function->arn + ":" + name->qualifier;
}

asio::awaitable<std::optional<engine::Duration>> Functions::Impl::timeout(std::string arn) {
  const auto function = look_up(arn);
  if (!function) co_return std::nullopt;
  co_return std::chrono::seconds(function->timeout_seconds);
}

void Functions::Impl::complete(InvocationRequest& request) {
  if (request.request_id.empty()) request.request_id = random_.uuid();
  if (request.trace_id.empty()) {
    std::array<char, 16> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%08llx",
                  static_cast<unsigned long long>(engine::epoch_seconds(clock_.now())));
    request.trace_id = std::string("Root=1-") + seconds.data() + "-" + random_.hex(24) +
                       ";Parent=" + random_.hex(16) + ";Sampled=0";
  }
}

asio::awaitable<Invocation> Functions::Impl::invoke(InvocationRequest request) {
  auto function = look_up(request.arn);
  if (!function) co_return throttled("Function not found: " + request.arn);
  if (is_stopping_) co_return throttled("The server is stopping");
  complete(request);
  co_return co_await run(std::move(function), std::move(request));
}

asio::awaitable<Invocation> Functions::Impl::run(FunctionPointer function,
                                                 InvocationRequest request) {
  auto initiation = [this, function = std::move(function),
                     request = std::move(request)](auto handler) mutable {
    using Handler = decltype(handler);
    auto shared = std::make_shared<Handler>(std::move(handler));
    Job job;
    job.function = std::move(function);
    job.request = std::move(request);
    std::shared_ptr<Timeline::Work> at_work;
    if (timeline_ != nullptr) at_work = std::make_shared<Timeline::Work>(*timeline_);
    job.done = [this, shared, at_work](Invocation invocation) {
      if (--running_ == 0) settled_.cancel();
      const auto executor = asio::get_associated_executor(*shared);
      asio::dispatch(executor, [shared, at_work, invocation = std::move(invocation)]() mutable {
        (*shared)(std::move(invocation));
      });
    };
    ++running_;
    const auto done = job.done;
    if (pool_.submit(std::move(job))) return;
    asio::post(context_, [done] { done(throttled("Rate Exceeded.")); });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Invocation)>(
      std::move(initiation), asio::use_awaitable);
}

asio::awaitable<std::string> Functions::Impl::invoke_event(InvocationRequest request) {
  auto function = look_up(request.arn);
  if (!function) {
    throw engine::ApiError("ResourceNotFoundException", "Function not found: " + request.arn, 404);
  }
  if (is_stopping_) throw engine::ApiError("ServiceException", "The server is stopping", 500);
  complete(request);
  std::string request_id = request.request_id;
  auto work = run_event(std::move(function), std::move(request));
  asio::co_spawn(context_, std::move(work), asio::detached);
  co_return request_id;
}

asio::awaitable<void> Functions::Impl::run_event(FunctionPointer function,
                                                 InvocationRequest request) {
  const auto name = function->name;
  const auto request_id = request.request_id;
  auto work = front_ != nullptr ? front_->invoke(std::move(request))
                                : run(std::move(function), std::move(request));
  const auto invocation = co_await std::move(work);
  // One attempt is all there is so far; nobody else would tell.
  if (invocation.result == Invocation::Result::succeeded) co_return;
  spdlog::error("{} {}: this event was not processed and is not tried again: {}: {}", name,
                request_id, invocation.error_type, invocation.error_message);
}

asio::awaitable<Function> Functions::Impl::create(Function function, CodeStore::Pin pin,
                                                  engine::Caller caller) {
  auto made = descriptions_.add(std::move(function), caller);
  if (pin) code_.want(made.code_sha256);
  co_return made;
}

asio::awaitable<Function> Functions::Impl::get(FunctionName name, engine::Caller caller) {
  co_return *descriptions_.find(name, caller);
}

asio::awaitable<std::vector<Function>> Functions::Impl::list(std::string after, std::size_t limit) {
  co_return descriptions_.list(after, limit);
}

asio::awaitable<Function> Functions::Impl::update(FunctionName name, engine::Caller caller,
                                                  std::string revision_id, CodeStore::Pin pin,
                                                  std::function<void(Function&)> change) {
  const auto before = descriptions_.find(name, caller);
  auto after = descriptions_.change(before, revision_id, change);
  if (pin) code_.want(after.code_sha256);
  pool_.retire(after.name);
  forget_code(*before);
  co_return after;
}

void Functions::Impl::forget_code(const Function& function) {
  if (!function.hot_reload_folder.empty()) return;
  if (!descriptions_.uses_code(function.code_sha256)) code_.unwant(function.code_sha256);
}

void Functions::Impl::remove_now(const FunctionPointer& function) {
  descriptions_.remove(function);
  pool_.retire(function->name);
  forget_code(*function);
}

asio::awaitable<void> Functions::Impl::remove(FunctionName name, engine::Caller caller) {
  remove_now(descriptions_.find(name, caller));
  co_return;
}

asio::awaitable<void> Functions::Impl::remove_all() {
  for (const auto& function : descriptions_.all()) remove_now(function);
  co_return;
}

asio::awaitable<std::optional<std::string>> Functions::Impl::zip_of(FunctionName name,
                                                                    engine::Caller caller) {
  const auto function = descriptions_.find(name, caller);
  if (!function->hot_reload_folder.empty()) co_return std::nullopt;
  co_return code_.zip_of(function->code_sha256);
}

asio::awaitable<void> Functions::Impl::stop() {
  is_stopping_ = true;
  while (running_ > 0) {
    settled_.expires_at(std::chrono::steady_clock::time_point::max());
    boost::system::error_code cancelled;
    auto token = asio::redirect_error(asio::use_awaitable, cancelled);
    co_await settled_.async_wait(std::move(token));
  }
  co_await pool_.end_all();
}

Functions::Functions(asio::io_context& context, engine::Documents& documents,
                     const engine::Clock& clock, engine::Random& random, Options options)
    : impl_(std::make_shared<Impl>(context, documents, clock, random, std::move(options))) {}

Functions::~Functions() = default;

void Functions::set_timeline(const Timeline& timeline) { impl_->set_timeline(timeline); }

void Functions::set_front(Invoker& front) { impl_->set_front(front); }

void Functions::set_endpoint_url(std::string url) { impl_->set_endpoint_url(std::move(url)); }

asio::awaitable<std::optional<std::string>> Functions::resolve(std::string name_or_arn,
                                                               engine::Caller caller) {
  return impl_->there(impl_->resolve(std::move(name_or_arn), std::move(caller)));
}

asio::awaitable<std::optional<engine::Duration>> Functions::timeout(std::string arn) {
  return impl_->there(impl_->timeout(std::move(arn)));
}

asio::awaitable<Invocation> Functions::invoke(InvocationRequest request) {
  return impl_->there(impl_->invoke(std::move(request)));
}

asio::awaitable<std::string> Functions::invoke_event(InvocationRequest request) {
  return impl_->there(impl_->invoke_event(std::move(request)));
}

asio::awaitable<Function> Functions::create(Function function, CodeSource code,
                                            engine::Caller caller) {
  // On the caller's own thread: unpacking may take long, and invocations do not wait for it.
  auto pin = impl_->take_in(function, code);
  auto work = impl_->create(std::move(function), std::move(pin), std::move(caller));
  co_return co_await impl_->there(std::move(work));
}

asio::awaitable<Function> Functions::get(FunctionName name, engine::Caller caller) {
  return impl_->there(impl_->get(std::move(name), std::move(caller)));
}

asio::awaitable<std::vector<Function>> Functions::list(std::string after, std::size_t limit) {
  return impl_->there(impl_->list(std::move(after), limit));
}

asio::awaitable<Function> Functions::update(FunctionName name, engine::Caller caller,
                                            std::string revision_id,
                                            std::function<void(Function&)> change) {
  return impl_->there(impl_->update(std::move(name), std::move(caller), std::move(revision_id),
                                    nullptr, std::move(change)));
}

asio::awaitable<Function> Functions::update_code(FunctionName name, engine::Caller caller,
                                                 std::string revision_id, CodeSource code,
                                                 std::function<void(Function&)> change) {
  Function with_code;
  with_code.name = name.name;
  auto pin = impl_->take_in(with_code, code);
  std::function<void(Function&)> change_all = [with_code, change](Function& function) {
    change(function);
    function.code_sha256 = with_code.code_sha256;
    function.code_bytes = with_code.code_bytes;
    function.hot_reload_folder = with_code.hot_reload_folder;
  };
  auto work = impl_->update(std::move(name), std::move(caller), std::move(revision_id),
                            std::move(pin), std::move(change_all));
  co_return co_await impl_->there(std::move(work));
}

asio::awaitable<void> Functions::remove(FunctionName name, engine::Caller caller) {
  return impl_->there(impl_->remove(std::move(name), std::move(caller)));
}

asio::awaitable<void> Functions::remove_all() { return impl_->there(impl_->remove_all()); }

asio::awaitable<std::optional<std::string>> Functions::zip_of(FunctionName name,
                                                              engine::Caller caller) {
  return impl_->there(impl_->zip_of(std::move(name), std::move(caller)));
}

asio::awaitable<void> Functions::stop() { return impl_->there(impl_->stop()); }

}  // namespace mapping
