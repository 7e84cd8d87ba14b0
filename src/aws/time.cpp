#include "aws/time.h"

#include <array>
#include <charconv>

#include "base/text.h"

namespace flowferry::aws {
namespace {

/// Reads a text from left to right; after the first thing that does not fit, nothing fits.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return refuse();
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return refuse();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void expect(std::string_view text) {
    if (!take(text)) refuse();
  }
  void skip_digits() {
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1);
  }
  bool at_end() const { return good_ && rest_.empty(); }
  std::string_view word(std::size_t count) {
    const std::string_view out = rest_.substr(0, count);
    rest_.remove_prefix(out.size());
    return out;
  }

 private:
  int refuse() {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

std::optional<SystemTime> make_time(int year, int month, int day, int hour, int minute,
                                    int second) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace

std::optional<SystemTime> parse_http_date(std::string_view text) {
  static constexpr std::array k_months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  Reader reader(trim(text));
  reader.word(3);
  reader.expect(", ");
  const int day = reader.digits(2);
  reader.expect(" ");
  const std::string_view name = reader.word(3);
  int month = 0;
  for (std::size_t i = 0; i < k_months.size(); ++i) {
    if (name == k_months[i]) month = static_cast<int>(i) + 1;
  }
  reader.expect(" ");
  const int year = reader.digits(4);
  reader.expect(" ");
  const int hour = reader.digits(2);
  reader.expect(":");
  const int minute = reader.digits(2);
  reader.expect(":");
  const int second = reader.digits(2);
  reader.expect(" GMT");
  if (!reader.at_end()) return std::nullopt;
  return make_time(year, month, day, hour, minute, second);
}

std::optional<SystemTime> parse_iso8601(std::string_view text) {
  Reader reader(trim(text));
  const int year = reader.digits(4);
  reader.expect("-");
  const int month = reader.digits(2);
  reader.expect("-");
  const int day = reader.digits(2);
  if (!reader.take("T") && !reader.take("t")) reader.expect(" ");
  const int hour = reader.digits(2);
  reader.expect(":");
  const int minute = reader.digits(2);
  reader.expect(":");
  const int second = reader.digits(2);
  if (reader.take(".")) reader.skip_digits();
  std::chrono::minutes offset{0};
  if (!reader.take("Z") && !reader.take("UTC") && !reader.take("z")) {
    const bool west = reader.take("-");
    if (!west) reader.expect("+");
    const int hours = reader.digits(2);
    reader.take(":");
    offset = std::chrono::hours(hours) + std::chrono::minutes(reader.digits(2));
    if (west) offset = -offset;
  }
  if (!reader.at_end()) return std::nullopt;
  const auto time = make_time(year, month, day, hour, minute, second);
  if (!time) return std::nullopt;
  return *time - offset;
}

}  // namespace flowferry::aws
