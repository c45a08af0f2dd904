#include "engine/time_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace engine {

namespace {

/// Takes text from its beginning; once something does not fit, nothing does.
class Taker {
 public:
  explicit Taker(std::string_view text) : text_(text) {}

  bool fits() const { return fits_; }
  bool is_at_end() const { return text_.empty(); }

  /// Exactly so many digits.
  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    return value;
  }
  bool has_digit() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }
  int digit() {
    if (!has_digit()) {
      fits_ = false;
      return 0;
    }
    const int value = text_.front() - '0';
    text_.remove_prefix(1);
    return value;
  }
  bool take(char wanted) {
    if (text_.empty() || text_.front() != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) { fits_ = take(wanted) && fits_; }
  void expect(bool is_so) { fits_ = is_so && fits_; }

 private:
  std::string_view text_;
  bool fits_ = true;
};

Duration fraction(Taker& text) {
  int ms = text.digit() * 100;
  for (int unit = 10; text.has_digit(); unit /= 10) ms += text.digit() * unit;
  return Duration(ms);
}

std::chrono::minutes offset(Taker& text) {
  if (text.take('Z')) return {};
  const bool is_behind = text.take('-');
  if (!is_behind) text.expect('+');
  const int hours = text.number(2);
  text.expect(':');
  const int minutes = text.number(2);
  text.expect(hours < 24 && minutes < 60);
  const auto size = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return is_behind ? -size : size;
}

}  // namespace

std::optional<TimePoint> instant_of(std::string_view text) {
  Taker taker(text);
  const std::chrono::year year(taker.number(4));
  taker.expect('-');
  const std::chrono::month month(static_cast<unsigned>(taker.number(2)));
  taker.expect('-');
  const std::chrono::day day(static_cast<unsigned>(taker.number(2)));
  taker.expect('T');
  const int hours = taker.number(2);
  taker.expect(':');
  const int minutes = taker.number(2);
  taker.expect(':');
  const int seconds = taker.number(2);
  const auto part = taker.take('.') ? fraction(taker) : Duration(0);
  const auto ahead = offset(taker);

  const std::chrono::year_month_day date(year, month, day);
  taker.expect(taker.is_at_end() && date.ok() && hours < 24 && minutes < 60 && seconds < 60);
  if (!taker.fits()) return std::nullopt;
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hours) +
         std::chrono::minutes(minutes) + std::chrono::seconds(seconds) + part - ahead;
}

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
