#pragma once

#include "engine/documents.h"
#include "engine/table/catalog.h"
#include "storage/order_key.h"

namespace engine {

/// Numbers that are given out in one change, and kept with it.
class Catalog::Ids {
 public:
  static constexpr std::string_view kind = "last-table-id";

  explicit Ids(std::uint32_t& last) : last_(last), next_(last) {}
  std::uint32_t take(std::uint32_t count = 1) {
    const auto first = next_ + 1;
    next_ += count;
    return first;
  }
  void put(storage::Batch& batch) const {
    if (next_ == last_) return;
    std::string id;
    storage::append_u32(id, next_);
    Documents::put(batch, kind, "", id);
  }
  void on_committed() const { last_ = next_; }

 private:
  std::uint32_t& last_;
  std::uint32_t next_;
};

/// The stream is the table's from now on.
inline void enable_stream(Table& table, const std::shared_ptr<Stream>& stream) {
  table.latest_stream_arn = stream->arn;
  table.latest_stream_label = stream->label;
  table.stream = stream;
}

}  // namespace engine
