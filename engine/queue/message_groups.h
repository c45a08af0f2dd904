#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace engine {

/// The groups of a FIFO queue. A group gives its messages in their order, and nothing at all while
/// one of them is in flight or its first one is not visible.
///
/// Not safe to call from several threads.
class MessageGroups {
 public:
  enum class State { delayed, in_flight, visible };

  void add(std::uint64_t number, const std::string& group, State state);
  void change(std::uint64_t number, State state);
  void remove(std::uint64_t number);

  const std::string& group_of(std::uint64_t number) const;
  /// What may be received of the messages before `end`: as many as there are of the group whose
  /// first message came first, then of the next group, at most `limit`.
  std::vector<std::uint64_t> ready(std::uint64_t end, std::size_t limit) const;
  bool has_ready() const { return !ready_.empty(); }

 private:
  struct Group {
    std::map<std::uint64_t, State> messages;
    std::size_t in_flight = 0;
    std::optional<std::uint64_t> ready_by;  ///< Where it stands in `ready_`.
  };
  using Groups = std::unordered_map<std::string, Group>;

  void place(Group& group);

  Groups groups_;
  std::unordered_map<std::uint64_t, Groups::value_type*> group_of_;
  std::map<std::uint64_t, const Group*> ready_;  ///< By their first message.
};

}  // namespace engine
