#include "engine/queue/queues.h"

#include <mutex>
#include <utility>

#include "engine/api_error.h"
#include "engine/queue/queue.h"

namespace engine {

Queues::Queues(storage::Store& store, const Clock& clock, Random& random)
    : store_(store), clock_(clock), random_(random) {
  for (auto& queue : Queue::load(store, clock.now())) {
    queues_.emplace(queue->description().name, std::move(queue));
  }
}

Queues::~Queues() = default;

Queues::Creation Queues::create(const std::string& name, const Caller& caller,
                                const QueueSettings& settings,
                                const std::map<std::string, std::string>& tags) {
  const std::unique_lock lock(mutex_);
  if (const auto found = queues_.find(name); found != queues_.end()) {
    return {.queue = found->second->description(), .is_new = false};
  }
  const Arn arn{
      .service = "sqs", .region = caller.region, .account = caller.account, .resource = name};
  const auto now = clock_.now();
  const QueueDescription description{.name = name,
                                     .arn = arn.text(),
                                     .account = caller.account,
                                     .settings = settings,
                                     .tags = tags,
                                     .created = now,
                                     .modified = now};
  queues_.emplace(name, Queue::create(store_, {.id = random_.next(), .description = description}));
  return {.queue = description, .is_new = true};
}

void Queues::remove(std::string_view name) {
  std::string arn;
  {
    const std::unique_lock lock(mutex_);
    const auto found = queues_.find(name);
    if (found == queues_.end()) throw queue_does_not_exist();
    arn = found->second->description().arn;
    found->second->forget();
    queues_.erase(found);
  }
  tell(arn);
}

void Queues::clear() {
  std::vector<std::string> arns;
  {
    const std::unique_lock lock(mutex_);
    for (const auto& [name, queue] : queues_) {
      arns.push_back(queue->description().arn);
      queue->forget();
    }
    queues_.clear();
  }
  for (const auto& arn : arns) tell(arn);
}

std::optional<QueueDescription> Queues::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = queues_.find(name);
  if (found == queues_.end()) return std::nullopt;
  return found->second->description();
}

QueueDescription Queues::describe(std::string_view name) const {
  return existing(name)->description();
}

std::vector<QueueDescription> Queues::list(std::string_view prefix, std::string_view after,
                                           std::size_t limit) const {
  std::vector<QueueDescription> found;
  const std::shared_lock lock(mutex_);
  auto at = after < prefix ? queues_.lower_bound(prefix) : queues_.upper_bound(after);
  for (; at != queues_.end() && at->first.starts_with(prefix) && found.size() < limit; ++at) {
    found.push_back(at->second->description());
  }
  return found;
}

void Queues::update(std::string_view name, const std::function<void(QueueDescription&)>& change) {
  existing(name)->update(change, clock_.now());
}

QueueCounts Queues::counts(std::string_view name) const {
  return existing(name)->counts(clock_.now());
}

std::vector<SentMessage> Queues::send(std::string_view name, std::span<const NewMessage> messages) {
  const auto queue = existing(name);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < messages.size(); ++i) ids.push_back(random_.uuid());
  auto sent = queue->send(messages, ids, clock_.now());
  tell(queue->arn());
  return sent;
}

std::optional<std::string> Queues::send_to_arn(std::string_view queue_arn, std::string_view body) {
  const auto name = queue_name_of_arn(queue_arn);
  const auto queue = name ? find(*name) : std::nullopt;
  if (!queue || queue->settings.fifo) return std::nullopt;
  const std::vector<NewMessage> messages{{.body = std::string(body)}};
  try {
    return send(*name, messages).front().id;
  } catch (const ApiError&) {
    return std::nullopt;  // It went away at this moment.
  }
}

std::vector<Message> Queues::receive(std::string_view name, std::size_t limit,
                                     std::optional<Duration> visibility) {
  const auto queue = existing(name);
  const auto dead_letters = dead_letter_queue(*queue);
  auto received = queue->receive(limit, visibility, dead_letters.get(), clock_.now());
  if (received.has_given_up) tell(dead_letters->arn());
  return std::move(received.messages);
}

std::optional<TimePoint> Queues::next_visible(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = queues_.find(name);
  if (found == queues_.end()) return std::nullopt;
  return found->second->next_visible(clock_.now());
}

std::vector<bool> Queues::remove_messages(std::string_view name,
                                          std::span<const std::string> receipt_handles) {
  const auto queue = existing(name);
  auto are_own = queue->remove_messages(receipt_handles);
  if (queue->is_fifo()) tell(queue->arn());  // Others of the group may have waited for that.
  return are_own;
}

void Queues::change_visibility(std::string_view name, const std::string& receipt_handle,
                               Duration visibility) {
  const auto queue = existing(name);
  queue->change_visibility(receipt_handle, visibility, clock_.now());
  tell(queue->arn());
}

void Queues::purge(std::string_view name) { existing(name)->purge(); }

std::shared_ptr<Queue> Queues::existing(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = queues_.find(name);
  if (found == queues_.end()) throw queue_does_not_exist();
  return found->second;
}

std::shared_ptr<Queue> Queues::dead_letter_queue(const Queue& queue) const {
  const auto redrive = queue.description().settings.redrive;
  const auto name = redrive ? queue_name_of_arn(redrive->dead_letter_arn) : std::nullopt;
  if (!name) return nullptr;
  const std::shared_lock lock(mutex_);
  const auto found = queues_.find(*name);
  return found == queues_.end() ? nullptr : found->second;
}

void Queues::tell(const std::string& queue_arn) const {
  if (listener_) listener_->on_messages(queue_arn);
}

std::optional<std::string> queue_name_of_arn(std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "sqs") return std::nullopt;
  return parsed->resource;
}

}  // namespace engine
