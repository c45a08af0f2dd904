#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/arn.h"
#include "mapping/function/function.h"

namespace engine {
class Clock;
class Documents;
class Random;
}  // namespace engine

namespace mapping {

/// What is known of each function, kept durably. For the mapping thread only; every change may
/// throw `storage::StorageError`, and then nothing has changed.
class Descriptions {
 public:
  /// Never changes; a changed function is another one.
  using Pointer = std::shared_ptr<const Function>;

  Descriptions(engine::Documents& documents, const engine::Clock& clock, engine::Random& random);

  /// Nothing if there is no such function, or no such version of it.
  Pointer look_up(const FunctionName& name) const;
  /// The same; throws ResourceNotFoundException in AWS's words.
  Pointer find(const FunctionName& name, const engine::Caller& caller) const;
  /// By name, at most `limit`, only names after `after`.
  std::vector<Function> list(const std::string& after, std::size_t limit) const;
  std::vector<Pointer> all() const;

  /// Gives it an ARN and a revision. Throws ResourceConflictException if there is one of that name.
  Function add(Function function, const engine::Caller& caller);
  /// `revision_id`: the one that the caller believes to be the latest, or empty; throws
  /// PreconditionFailedException if it is not.
  Function change(const Pointer& before, const std::string& revision_id,
                  const std::function<void(Function&)>& change);
  void remove(const Pointer& function);

  /// Whether a function's code is the zip of this digest.
  bool uses_code(const std::string& digest) const;
  std::set<std::string> code_digests() const;

 private:
  void keep(Function& function);

  engine::Documents& documents_;
  const engine::Clock& clock_;
  engine::Random& random_;
  std::map<std::string, Pointer> functions_;
};

}  // namespace mapping
