#include "engine/time_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace engine {

std::string iso_seconds(TimePoint time) {
  const std::time_t seconds = epoch_seconds(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  return {text.data(), length};
}

std::string iso_milliseconds(TimePoint time) {
  std::array<char, 8> fraction{};
  const long long ms = epoch_milliseconds(time) - epoch_seconds(time) * 1000;
  std::snprintf(fraction.data(), fraction.size(), ".%03d", static_cast<int>(ms));
  return iso_seconds(time) + fraction.data();
}

std::string epoch_seconds_text(TimePoint time) {
  std::array<char, 32> text{};
  const long long ms = epoch_milliseconds(time);
  std::snprintf(text.data(), text.size(), "%lld.%03lld", ms / 1000, ms % 1000);
  return text.data();
}

}  // namespace engine
