#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"

namespace engine {

/// `2026-10-08T23:07:31.275`, UTC: the form of a StreamLabel.
std::string iso_milliseconds(TimePoint time);
/// `2026-10-08T23:07:31`, UTC.
std::string iso_seconds(TimePoint time);
/// `1764085660.123`: epoch seconds as AWS's JSON protocols write a timestamp.
std::string epoch_seconds_text(TimePoint time);

/// What ISO 8601 and RFC 3339 say of an instant: `2026-10-08T23:07:31.275Z`, with any fraction or
/// none (what is below a millisecond is cut off), and with `Z` or an offset like `+02:00`. Nothing
/// if it is not of that form, or no day or time of day.
std::optional<TimePoint> instant_of(std::string_view text);

}  // namespace engine
