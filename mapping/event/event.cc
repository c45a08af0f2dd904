#include "mapping/event/event.h"

#include <algorithm>

namespace mapping {

RenderedRecord render(const engine::Stream& stream, const engine::Record& record) {
  const auto view = record.view();
  RenderedRecord rendered{record.sequence_number, view.created, {}};
  engine::append_record_json(rendered.json, stream, view, engine::RecordForm::lambda_event);
  return rendered;
}

std::shared_ptr<const std::string> Events::event(engine::SequenceNumber first,
                                                 engine::SequenceNumber last) {
  if (event_ && first == first_ && last == last_) return event_;
  const auto begin = std::lower_bound(
      records_.begin(), records_.end(), first,
      [](const RenderedRecord& record, auto number) { return record.sequence_number < number; });
  std::size_t bytes = 16;
  for (auto it = begin; it != records_.end() && it->sequence_number <= last; ++it) {
    bytes += it->json.size() + 1;
  }
  auto event = std::make_shared<std::string>(R"({"Records":[)");
  event->reserve(bytes);
  for (auto it = begin; it != records_.end() && it->sequence_number <= last; ++it) {
    if (it != begin) *event += ',';
    *event += it->json;
  }
  *event += "]}";
  event_ = std::move(event);
  first_ = first;
  last_ = last;
  return event_;
}

void Events::forget(engine::SequenceNumber checkpoint) {
  while (!records_.empty() && records_.front().sequence_number <= checkpoint) {
    records_.pop_front();
  }
  if (last_ <= checkpoint) event_.reset();
}

}  // namespace mapping
