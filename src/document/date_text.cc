#include "document/date_text.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

constexpr int kEarliestDateYear = 1900;

struct Digits {
  int value = 0;
  size_t length = 0;
};

Digits digits_at(std::string_view text, size_t pos) {
  Digits out;
  while (pos + out.length < text.size() && is_digit(text[pos + out.length])) {
    if (out.length < 9) out.value = out.value * 10 + (text[pos + out.length] - '0');
    ++out.length;
  }
  return out;
}

bool skip_word(std::string_view text, size_t& pos, std::string_view word) {
  if (!starts_with(text.substr(pos), word)) return false;
  pos += word.size();
  return true;
}

bool skip_separator(std::string_view text, size_t& pos) {
  for (std::string_view mark : {"-", "/", ".", "\\", ",", "—", "–", "、", "·", "。", "年", "月"}) {
    if (skip_word(text, pos, mark)) return true;
  }
  return false;
}

DateReading fault(DateFault kind) {
  return {kind, Date(), false};
}

DateReading from_run_of_digits(const Digits& run) {
  if (run.length == 4) return fault(DateFault::kYearOnly);
  if (run.length == 8) {
    return make_date(run.value / 10000, run.value / 100 % 100, run.value % 100);
  }
  if (run.length != 6) return fault(DateFault::kUnreadable);
  const DateReading month = make_date(run.value / 100, run.value % 100, 0);
  if (month.fault == DateFault::kNone) return month;
  // 980301 is the first of March of some century's 98.
  const int month_of_yymmdd = run.value / 100 % 100;
  const bool year_impossible = run.value / 100 < kEarliestDateYear || run.value / 100 > kLastYear;
  return fault(year_impossible && month_of_yymmdd >= 1 && month_of_yymmdd <= 12
                   ? DateFault::kTwoDigitYear
                   : DateFault::kImpossible);
}

// Behind the year and its separator: a month, perhaps a day.
DateReading read_month_and_day(std::string_view text, int year, size_t& pos) {
  const Digits month = digits_at(text, pos);
  if (month.length == 0 || month.length > 2) return fault(DateFault::kUnreadable);
  pos += month.length;
  size_t ahead = pos;
  if (!skip_separator(text, ahead)) return make_date(year, month.value, 0);
  const Digits day = digits_at(text, ahead);
  if (day.length == 0) {
    skip_word(text, pos, "月");
    return make_date(year, month.value, 0);
  }
  if (day.length > 2) return fault(DateFault::kUnreadable);
  pos = ahead + day.length;
  if (!skip_word(text, pos, "日")) skip_word(text, pos, "号");
  return day.value == 0 ? fault(DateFault::kImpossible) : make_date(year, month.value, day.value);
}

bool is_time_of_day(std::string_view rest) {
  if (rest.empty() || (rest[0] != '.' && rest[0] != 'T' && rest[0] != ',')) return false;
  return rest.find(':') != std::string_view::npos &&
         std::all_of(rest.begin() + 1, rest.end(),
                     [](char c) { return is_digit(c) || c == ':' || c == '.' || c == 'Z'; });
}

bool is_ignorable_rest(std::string_view rest) {
  if (rest.empty() || rest == "." || rest == "。") return true;
  for (std::string_view mark : {"(", "[", "【", "〔"}) {
    if (starts_with(rest, mark)) return true;
  }
  return is_time_of_day(rest);
}

// 二〇二五 and the like, four numerals before 年, as digits.
std::string with_arabic_years(const std::string& text) {
  static const std::u32string kNumerals = U"〇一二三四五六七八九";
  std::u32string points = to_code_points(text);
  const auto value_of = [](char32_t c) -> int {
    if (c == U'零' || c == U'○' || c == U'O') return 0;
    const size_t at = kNumerals.find(c);
    return at == std::u32string::npos ? -1 : static_cast<int>(at);
  };
  for (size_t i = 0; i + 4 < points.size(); ++i) {
    if (points[i + 4] != U'年') continue;
    bool all = true;
    for (size_t k = 0; k < 4; ++k) all = all && value_of(points[i + k]) >= 0;
    if (!all) continue;
    for (size_t k = 0; k < 4; ++k) {
      points[i + k] = U'0' + static_cast<char32_t>(value_of(points[i + k]));
    }
  }
  std::string out;
  for (char32_t c : points) append_code_point(out, c);
  return out;
}

struct YearMention {
  int year = 0;
  int weight = 0;
  size_t begin = 0;
  size_t end = 0;  // behind 年 or 年度
};

YearMention weigh(std::string_view text, int year, size_t begin) {
  YearMention mention{year, 2, begin, begin + 4};
  size_t pos = mention.end;
  if (skip_word(text, pos, "年度")) {
    mention.weight = 4;
  } else if (skip_word(text, pos, "年")) {
    const Digits month = digits_at(text, pos);
    mention.weight = month.length > 0 && month.length <= 2 ? 1 : 3;
  } else if (pos < text.size() && (text[pos] == '.' || text[pos] == '-' || text[pos] == '/') &&
             digits_at(text, pos + 1).length > 0 && digits_at(text, pos + 1).length <= 2) {
    mention.weight = 1;
  }
  mention.end = pos;
  return mention;
}

std::vector<YearMention> year_mentions(std::string_view text) {
  std::vector<YearMention> out;
  for (size_t pos = 0; pos < text.size();) {
    if (!is_digit(text[pos])) {
      ++pos;
      continue;
    }
    const Digits run = digits_at(text, pos);
    if (run.length == 4 && run.value >= kFirstYear && run.value <= kLastYear) {
      out.push_back(weigh(text, run.value, pos));
    }
    pos += run.length;
  }
  return out;
}

}  // namespace

DateReading make_date(int year, int month, int day) {
  if (year < kEarliestDateYear || year > kLastYear) return fault(DateFault::kImpossible);
  const auto date = Date::from_ymd(year, month, day == 0 ? 1 : day);
  if (!date) return fault(DateFault::kImpossible);
  return {DateFault::kNone, *date, day != 0};
}

DateReading read_date_prefix(std::string_view compacted, size_t& end) {
  size_t pos = 0;
  const Digits first = digits_at(compacted, pos);
  if (first.length == 0) return fault(DateFault::kUnreadable);
  pos += first.length;
  size_t ahead = pos;
  const bool separated = skip_separator(compacted, ahead);
  if (!separated || digits_at(compacted, ahead).length == 0) {
    if (first.length == 4) skip_word(compacted, pos, "年");
    end = pos;
    return from_run_of_digits(first);
  }
  // 19750301 12:00 is a day and a time, not a year and a month.
  if (first.length == 8) {
    end = pos;
    return from_run_of_digits(first);
  }
  if (first.length == 2) return fault(DateFault::kTwoDigitYear);
  if (first.length != 4) return fault(DateFault::kUnreadable);
  const DateReading reading = read_month_and_day(compacted, first.value, ahead);
  end = ahead;
  return reading;
}

DateReading read_date(std::string_view text) {
  const std::string compacted = compact_date(text);
  size_t end = 0;
  const DateReading reading = read_date_prefix(compacted, end);
  if (reading.fault != DateFault::kNone) return reading;
  return is_ignorable_rest(std::string_view(compacted).substr(end)) ? reading
                                                                    : fault(DateFault::kUnreadable);
}

std::optional<int> year_in(std::string_view text) {
  const std::string plain = with_arabic_years(compact(text));
  std::optional<int> best;
  int best_weight = 0;
  bool several = false;
  for (const YearMention& mention : year_mentions(plain)) {
    if (mention.weight > best_weight) {
      best = mention.year;
      best_weight = mention.weight;
      several = false;
    } else if (mention.weight == best_weight && mention.year != best) {
      several = true;
    }
  }
  // "2021-2025年度" names a span: its years differ in weight but mean no single one.
  for (const YearMention& mention : year_mentions(plain)) {
    const bool joined = mention.weight == 2 && mention.year != best &&
                        (starts_with(plain.substr(mention.end), "-") ||
                         starts_with(plain.substr(mention.end), "—") ||
                         starts_with(plain.substr(mention.end), "至") ||
                         starts_with(plain.substr(mention.end), "、"));
    several = several || joined;
  }
  if (several) return std::nullopt;
  return best;
}

YearAndRest split_year(std::string_view heading) {
  const std::string plain = with_arabic_years(std::string(heading));
  const std::vector<YearMention> mentions = year_mentions(plain);
  if (mentions.size() != 1) return {std::nullopt, std::string(heading)};
  const YearMention& mention = mentions.front();
  // A month behind the year makes it a date, not the year the column is about.
  if (mention.weight == 1) return {std::nullopt, std::string(heading)};
  return {mention.year, plain.substr(0, mention.begin) + plain.substr(mention.end)};
}

}  // namespace dandang::document
