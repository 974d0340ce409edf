#include "document/cell_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "document/date_text.h"
#include "document/identity_number.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

using format::CellKind;
using format::WorkbookCell;
using record::Field;
using record::FieldKind;

constexpr int64_t kFirstSerial = 10'000;
constexpr int64_t kLastSerial = 73'050;
constexpr size_t kAllowedWordsShown = 8;

CellReading good(Cell value) {
  return {std::move(value), std::nullopt, true};
}

CellReading bad(std::string code, Text reason) {
  return {Cell(), CellFault{std::move(code), std::move(reason)}, true};
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_dash(std::string_view word) {
  constexpr std::u32string_view kMarks = U"-—–―─/\\";
  if (word.empty()) return false;
  for (size_t pos = 0; pos < word.size();) {
    if (kMarks.find(next_code_point(word, pos)) == std::u32string_view::npos) return false;
  }
  return true;
}

CellReading error_cell(const WorkbookCell& cell) {
  return bad(
      "error-cell",
      {fmt::format("单元格是公式错误（{}），请改成数值或清空", cell.text),
       fmt::format("the cell holds a formula error ({}); put the value or clear it", cell.text)});
}

// ---- words ----

CellReading read_text(const WorkbookCell& cell) {
  std::string text = shown_text(cell);
  // Marks that no one sees would make two equal texts differ, and one parts the keys of records.
  std::erase_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
  text = trimmed(text);
  if (text.empty()) return good({});
  return good(std::move(text));
}

CellReading read_name(const WorkbookCell& cell) {
  std::string name = plain_name(shown_text(cell));
  if (name.empty() || is_dash(name)) return good({});
  return good(std::move(name));
}

// ---- dates ----

CellReading date_value(const DateReading& reading, bool day_needed) {
  if (day_needed && !reading.day_given) {
    return bad("day-missing",
               {"这里要填到日（如 2025-03-24），只有年月不够：期限从这一天起算",
                "the day is needed here (as 2025-03-24): periods are counted from it"});
  }
  return {int64_t{reading.date.days()}, std::nullopt, reading.day_given};
}

CellReading date_fault(DateFault fault) {
  switch (fault) {
    case DateFault::kTwoDigitYear:
      return bad("date-two-digit-year", {"年份请写四位（如 1975.03），两位年份看不出世纪",
                                         "write the year with four digits (as 1975.03)"});
    case DateFault::kYearOnly:
      return bad("date-year-only",
                 {"只有年份，请补上月份（如 1975.03）", "only a year; add the month (as 1975.03)"});
    case DateFault::kImpossible:
      return bad("date-impossible", {"没有这个日期，请核对", "there is no such date; check it"});
    case DateFault::kNone:
    case DateFault::kUnreadable:
      break;
  }
  return bad("date-unreadable", {"看不出是哪一天，请写成 1975-03-01 或 1975.03",
                                 "not a date; write it as 1975-03-01 or 1975.03"});
}

CellReading date_or_fault(const DateReading& reading, bool day_needed) {
  return reading.fault == DateFault::kNone ? date_value(reading, day_needed)
                                           : date_fault(reading.fault);
}

DateReading date_from_integer(int64_t value) {
  if (value >= kFirstSerial && value <= kLastSerial) {
    const Date day = Date::from_ymd(1899, 12, 30).value_or(Date()).add_days(value);
    return {DateFault::kNone, day, true};
  }
  const std::string digits = std::to_string(value);
  size_t end = 0;
  return read_date_prefix(digits, end);
}

CellReading ambiguous_month() {
  return bad("date-ambiguous-month",
             {"数字格式的年月分不清 1 月和 10 月，请把单元格改成文本，写成 1975.01 或 1975.10",
              "as a number January and October look alike; make it text, 1975.01 or 1975.10"});
}

// 1975.03 typed as a number. Excel drops the last zero: 1975.1 may have been 1975.10.
CellReading date_from_fraction(const WorkbookCell& cell, bool day_needed) {
  const auto scaled = cell.number.multiply(Decimal(100));
  const auto year_and_month = scaled ? scaled->to_int64() : std::nullopt;
  if (!year_and_month || *year_and_month < 0 || *year_and_month > 999'999) {
    return date_fault(DateFault::kUnreadable);
  }
  const int year = static_cast<int>(*year_and_month / 100);
  int month = static_cast<int>(*year_and_month % 100);
  if (month == 10 && cell.decimals != 2) return ambiguous_month();
  // 1975.2 can only be February.
  if (month % 10 == 0 && month > 10 && cell.decimals != 2) month /= 10;
  return date_or_fault(make_date(year, month, 0), day_needed);
}

// ---- numbers as text ----

struct NumberText {
  std::optional<Decimal> number;
  std::string unit;  // what follows the digits
};

// 1,234,567.8: groups of three only, so that "1,2" is not read as twelve.
bool drop_thousands(std::string& digits) {
  const size_t point = std::min(digits.find('.'), digits.size());
  if (digits.find(',') == std::string::npos) return true;
  if (digits.find(',', point) != std::string::npos) return false;
  size_t in_group = 0;
  for (size_t i = point; i-- > 0;) {
    if (digits[i] == ',') {
      if (in_group != 3) return false;
      in_group = 0;
    } else if (is_digit(digits[i])) {
      ++in_group;
    }
  }
  if (in_group == 0 || in_group > 3) return false;
  digits.erase(std::remove(digits.begin(), digits.end(), ','), digits.end());
  return true;
}

NumberText split_number(std::string_view compacted) {
  size_t end = 0;
  if (end < compacted.size() && (compacted[0] == '-' || compacted[0] == '+')) ++end;
  while (end < compacted.size() &&
         (is_digit(compacted[end]) || compacted[end] == '.' || compacted[end] == ',')) {
    ++end;
  }
  std::string digits(compacted.substr(0, end));
  NumberText out;
  out.unit = std::string(compacted.substr(end));
  if (digit_count(digits) > 0 && drop_thousands(digits)) out.number = Decimal::parse(digits);
  return out;
}

CellReading number_unreadable() {
  return bad("number-unreadable",
             {"这里要填数字，请改成纯数字", "a number belongs here; write digits only"});
}

// ---- money ----

std::optional<int64_t> yuan_of_unit(std::string_view unit) {
  if (unit.empty() || unit == "元" || unit == "元整" || unit == "圆" || unit == "RMB") return 1;
  if (unit == "万元" || unit == "万") return 10'000;
  if (unit == "千元") return 1'000;
  if (unit == "百元") return 100;
  if (unit == "亿元" || unit == "亿") return 100'000'000;
  return std::nullopt;
}

std::string_view without_currency_sign(std::string_view text) {
  for (std::string_view sign : {"￥", "¥", "RMB", "人民币"}) {
    if (starts_with(text, sign)) text.remove_prefix(sign.size());
  }
  return text;
}

CellReading money_value(const Decimal& amount, int64_t unit) {
  if (amount.is_negative()) {
    return bad("money-negative",
               {"金额不能是负数，请核对", "an amount cannot be negative; check it"});
  }
  const auto fen = amount.multiply(Decimal(unit * 100));
  if (fen && !fen->is_integer()) {
    return bad(
        "money-not-whole-fen",
        {fmt::format("金额精确到分，这里是 {}，请四舍五入到两位小数后再填", amount.to_string()),
         fmt::format("amounts are whole fen; {} is not: round it to two places",
                     amount.to_string())});
  }
  const auto whole = fen ? fen->to_int64() : std::nullopt;
  if (!whole) {
    return bad("money-too-large", {"金额太大，请核对", "the amount is too large; check it"});
  }
  return good(*whole);
}

CellReading money_unreadable() {
  return bad("money-unreadable", {"这里要填金额，请改成纯数字（单位写在表头里）",
                                  "an amount belongs here; write digits only"});
}

// ---- flags and codes ----

void add_flag_words(std::unordered_map<std::string, bool>& words,
                    const std::vector<std::string>& add, bool value) {
  for (const std::string& word : add) words.emplace(compact(word), value);
}

std::string allowed_words(const record::CodeList& codes, std::string_view separator,
                          std::string_view more) {
  std::string out;
  for (size_t i = 0; i < codes.values.size() && i < kAllowedWordsShown; ++i) {
    if (i > 0) out += separator;
    out += codes.values[i].name;
  }
  if (codes.values.size() > kAllowedWordsShown) out += more;
  return out;
}

bool may_say_blank_in_words(FieldKind kind) {
  return kind != FieldKind::kText && kind != FieldKind::kName && kind != FieldKind::kCode &&
         kind != FieldKind::kFlag;
}

}  // namespace

std::string plain_unit(std::string_view word) {
  if (word == "个月" || word == "月份") return "月";
  if (word == "日" || word == "工作日" || word == "天数") return "天";
  if (word == "周岁") return "岁";
  if (word == "位" || word == "名") return "人";
  return std::string(word);
}

bool is_unit(std::string_view word) {
  return is_one_of(word,
                   {"天", "日",   "月",   "个月",   "月份", "个", "分", "名",   "位",   "人",
                    "次", "项",   "元",   "万元",   "千元", "年", "度", "周",   "小时", "学时",
                    "岁", "周岁", "分钟", "工作日", "%",    "件", "期", "人次", "级",   "票"});
}

bool says_blank(const WorkbookCell& cell) {
  if (cell.kind != CellKind::kText) return !has_content(cell);
  if (cell.text.size() > 16) return false;
  const std::string word = compact(cell.text);
  return word.empty() || is_dash(word) || is_one_of(word, {"无", "暂无", "空", "(空)", "(无)"});
}

CellReading read_identity_number(const WorkbookCell& cell) {
  if (cell.kind == CellKind::kNumber || cell.kind == CellKind::kDate) {
    return bad("identity-numeric",
               {"身份证号存成了数字，Excel 只留 15 位有效数字，后几位可能已经变成 0：请把这一列"
                "改成文本格式，重新录入",
                "the number is stored as a number, of which Excel keeps 15 digits: make the column "
                "text and type it again"});
  }
  std::string number = compact(shown_text(cell));
  for (std::string_view mark : {"'", "\"", "`", "‘", "’", "“", "”"}) {
    for (size_t at = number.find(mark); at != std::string::npos; at = number.find(mark)) {
      number.erase(at, mark.size());
    }
  }
  if (auto fault = check_identity_number(number)) {
    return bad(std::move(fault->code), std::move(fault->reason));
  }
  return good(std::move(number));
}

CellReading read_day(const WorkbookCell& cell, bool day_needed) {
  if (cell.kind == CellKind::kDate) {
    const Date& date = cell.date;
    return date_or_fault(make_date(date.year(), date.month(), date.day()), day_needed);
  }
  if (cell.kind == CellKind::kNumber) {
    const auto integer = cell.number.to_int64();
    return integer ? date_or_fault(date_from_integer(*integer), day_needed)
                   : date_from_fraction(cell, day_needed);
  }
  if (cell.kind == CellKind::kBoolean) return date_fault(DateFault::kUnreadable);
  return date_or_fault(read_date(cell.text), day_needed);
}

CellReading read_year(const WorkbookCell& cell) {
  const auto unreadable = [] {
    return bad("year-unreadable",
               {fmt::format("这里要填 {} 至 {} 之间的年份（如 2025）", kFirstYear, kLastYear),
                fmt::format("a year from {} to {} belongs here (as 2025)", kFirstYear, kLastYear)});
  };
  std::optional<int64_t> year;
  if (cell.kind == CellKind::kDate) {
    year = cell.date.year();
  } else if (cell.kind == CellKind::kNumber) {
    year = cell.number.to_int64();
  } else if (cell.kind == CellKind::kText) {
    std::string word = compact(cell.text);
    for (std::string_view end : {"年度", "年"}) {
      if (ends_with(word, end)) word.erase(word.size() - end.size());
    }
    if (word.size() == 4 && digit_count(word) == 4) year = std::stoi(word);
  }
  if (!year || *year < kFirstYear || *year > kLastYear) return unreadable();
  return good(*year);
}

CellReader::CellReader(const Field& field, const record::CodeList* codes, int64_t money_unit)
    : field_(&field), codes_(codes), money_unit_(money_unit) {
  if (field.kind == FieldKind::kCode && codes != nullptr) {
    for (const auto& value : codes->values) {
      code_by_word_.emplace(compact(value.name), &value.name);
    }
    // After all names: a name wins over another value's alias.
    for (const auto& value : codes->values) {
      for (const auto& alias : value.aliases) {
        code_by_word_.emplace(compact(alias), &value.name);
      }
    }
  }
  if (field.kind == FieldKind::kFlag) {
    add_flag_words(flag_by_word_, field.true_words, true);
    add_flag_words(flag_by_word_, field.false_words, false);
    add_flag_words(flag_by_word_, {"是", "有", "√", "✓", "✔", "☑", "对", "Y", "YES", "TRUE", "1"},
                   true);
    add_flag_words(flag_by_word_,
                   {"否", "无", "没有", "不是", "×", "✗", "✘", "错", "N", "NO", "FALSE", "0"},
                   false);
  }
  std::vector<std::string> words = field.headings;
  words.push_back(field.name);
  for (const std::string& heading : words) {
    const std::string compacted = compact(heading);
    const std::string_view unit = trailing_bracket(compacted);
    if (is_unit(unit)) units_.push_back(plain_unit(unit));
  }
}

CellReading CellReader::read(const WorkbookCell* cell) const {
  if (cell == nullptr || !has_content(*cell)) return good({});
  if (cell->kind == CellKind::kError) return error_cell(*cell);
  if (may_say_blank_in_words(field_->kind) && says_blank(*cell)) return good({});
  switch (field_->kind) {
    case FieldKind::kText:
      return read_text(*cell);
    case FieldKind::kName:
    case FieldKind::kRef:
      return read_name(*cell);
    case FieldKind::kIdentityNumber:
      return read_identity_number(*cell);
    case FieldKind::kDate:
      return read_day(*cell, false);
    case FieldKind::kDay:
      return read_day(*cell, true);
    case FieldKind::kYear:
      return read_year(*cell);
    case FieldKind::kNumber:
      return read_number(*cell);
    case FieldKind::kMoney:
      return read_money(*cell);
    case FieldKind::kFlag:
      return read_flag(*cell);
    case FieldKind::kCode:
      return read_code(*cell);
  }
  return good({});
}

CellReading CellReader::read_number(const WorkbookCell& cell) const {
  if (cell.kind == CellKind::kNumber) return good(cell.number);
  if (cell.kind != CellKind::kText) {
    return bad("number-unreadable",
               {"这里要填数字，单元格却是日期或是非值，请改成数字格式重填",
                "a number belongs here, the cell is a date or a truth value; type it as a number"});
  }
  const std::string compacted = compact(cell.text);
  std::string_view text = compacted;
  if (starts_with(text, "第")) text.remove_prefix(std::string_view("第").size());
  NumberText parts = split_number(text);
  if (!parts.number) return number_unreadable();
  if (parts.unit == "%") {
    const auto share = parts.number->divide(Decimal(100));
    return share ? good(*share) : number_unreadable();
  }
  if (parts.unit.empty()) return good(*parts.number);
  if (!is_unit(parts.unit)) return number_unreadable();
  const std::string unit = plain_unit(parts.unit);
  const bool declared = std::find(units_.begin(), units_.end(), unit) != units_.end();
  // One year is not one month: a unit that matters is dropped only where it is the expected one.
  const bool harmless = unit != "年" && unit != "万元" && unit != "千元" && unit != "小时";
  if (declared || (units_.empty() && harmless)) return good(*parts.number);
  return bad("number-unit",
             {fmt::format("单位「{}」与这一列不一致，请按表头的单位换算成纯数字", parts.unit),
              fmt::format("the unit \"{}\" is not the column's; convert it and write digits only",
                          parts.unit)});
}

CellReading CellReader::read_money(const WorkbookCell& cell) const {
  if (cell.kind == CellKind::kNumber) return money_value(cell.number, money_unit_);
  if (cell.kind != CellKind::kText) return money_unreadable();
  const std::string compacted = compact(cell.text);
  NumberText parts = split_number(without_currency_sign(compacted));
  const auto own_unit = yuan_of_unit(parts.unit);
  if (!parts.number || !own_unit) return money_unreadable();
  return money_value(*parts.number, parts.unit.empty() ? money_unit_ : *own_unit);
}

CellReading CellReader::read_flag(const WorkbookCell& cell) const {
  const std::string word = compact(shown_text(cell));
  if (const auto found = flag_by_word_.find(word); found != flag_by_word_.end()) {
    return good(int64_t{found->second ? 1 : 0});
  }
  if (is_dash(word)) return good({});
  return bad("flag-unknown",
             {"这里要填「是」或「否」，请改正", "yes or no (是, 否) belongs here; correct it"});
}

CellReading CellReader::read_code(const WorkbookCell& cell) const {
  const std::string shown = shown_text(cell);
  const std::string word = compact(shown);
  if (const auto found = code_by_word_.find(word); found != code_by_word_.end()) {
    return good(*found->second);
  }
  if (codes_ != nullptr) {
    if (const auto* value = codes_->find(shown)) return good(value->name);
  }
  if (says_blank(cell)) return good({});
  return {Cell(), unknown_code(shown), true};
}

CellFault CellReader::unknown_code(std::string_view word) const {
  if (codes_ == nullptr) {
    return {
        "code-unknown",
        {fmt::format("没有找到字典「{}」，请先导入政策包", field_->code_list),
         fmt::format("the code list \"{}\" is not there; load its package", field_->code_list)}};
  }
  return {"code-unknown",
          {fmt::format("不认识「{}」，应当是：{}；请改正", trimmed(word),
                       allowed_words(*codes_, "、", " 等")),
           fmt::format("\"{}\" is not known; it should be one of {}; correct it", trimmed(word),
                       allowed_words(*codes_, ", ", " and others"))}};
}

}  // namespace dandang::document
