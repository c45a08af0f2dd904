#pragma once

#include <string>

#include "engine/clock.h"

namespace engine {

/// `2026-10-08T23:07:31.275`, UTC: the form of a StreamLabel.
std::string iso_milliseconds(TimePoint time);
/// `2026-10-08T23:07:31`, UTC.
std::string iso_seconds(TimePoint time);
/// `1764085660.123`: epoch seconds as AWS's JSON protocols write a timestamp.
std::string epoch_seconds_text(TimePoint time);

}  // namespace engine
