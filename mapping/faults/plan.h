#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"

namespace mapping {

/// What goes wrong on demand.
enum class Fault : std::uint8_t {
  fail,         ///< The handler is not called and has failed; the operation answers 500.
  time_out,     ///< The handler is not called, its time passes, its process is killed.
  throttle,     ///< Neither handler nor operation is reached.
  delay,        ///< The handler is called later.
  crash,        ///< The handler's process is killed as it is about to get the event.
  lose_answer,  ///< The work is done and the caller does not hear of it.
};

/// `fail`, `timeout`, `throttle`, `delay`, `crash`, `loseAnswer`.
std::string_view fault_name(Fault fault);

/// Which calls of handlers a plan is for: those that meet all that is said.
struct HandlerCalls {
  std::string function;      ///< A name or an ARN, as given; empty: any.
  std::string mapping_uuid;  ///< Empty: any mapping, and clients' own calls.
  /// Attributes of keys as JSON text in one form; a call with a record that has all those of any
  /// of them. Empty: any call.
  std::vector<std::string> keys;
  std::vector<int> attempts;  ///< Empty: any.
  std::string error_type;     ///< What `fail` answers.
  std::string error_message;
};

/// Which operations of DynamoDB and its streams.
struct OperationCalls {
  std::vector<std::string> operations;  ///< Empty: any.
  std::vector<std::string> tables;      ///< Empty: any.
};

/// A fault that is planned: for what, how often, and until when. Has exactly one of `handler` and
/// `dynamodb`.
struct FaultPlan {
  std::string id;
  Fault fault = Fault::fail;
  std::optional<HandlerCalls> handler;
  std::optional<OperationCalls> dynamodb;
  engine::Duration delay{0};
  double probability = 1;
  std::uint64_t seed = 0;              ///< Tells which of the calls it is for are struck.
  std::optional<std::uint64_t> times;  ///< It has ended after so many strikes.
  std::optional<engine::TimePoint> until;
  std::uint64_t calls = 0;  ///< That it was for, so far.
  std::uint64_t strikes = 0;

  bool has_ended(engine::TimePoint now) const {
    return (times && strikes >= *times) || (until && now >= *until);
  }
  /// Whether the next call that it is for is struck; counts it.
  bool strikes_next();

  /// As a client lists it.
  nlohmann::json to_json(engine::TimePoint now) const;
  /// As a client posts it. Throws `ApiError` (ValidationException) that names what is wrong.
  /// `drawn_seed`: for a plan with a probability and no seed of its own.
  static FaultPlan of_request(const nlohmann::json& request, engine::TimePoint now,
                              std::uint64_t drawn_seed);

  /// For `engine::Documents`.
  std::string to_document() const;
  static FaultPlan from_document(std::string_view bytes);
};

}  // namespace mapping
