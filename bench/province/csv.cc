// The tables as files. Read from the mapped file, byte by byte: every field ends at a byte that is
// no part of it, and every file ends with a line feed, so nothing is read beyond.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "province.h"

namespace bench::province {
namespace {

constexpr const char* kPersonHeader =
    "person_id,unit_id,city_id,county_id,post_level,is_head,birth,join_date,township";
constexpr const char* kUnitHeader = "unit_id,county_id,city_id,unit_group";
constexpr const char* kUnitYearHeader = "unit_id,year,score,rank";
constexpr const char* kYearlyHeader = "person_id,year,grade,points,peer_vote,unit_id";
constexpr const char* kHonourHeader = "person_id,level,date";
constexpr const char* kSanctionHeader = "person_id,kind,date,months";

class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (file < 0 || fstat(file, &about) != 0) throw std::runtime_error("cannot read " + path);
    size_ = static_cast<size_t>(about.st_size);
    bytes_ = size_ == 0 ? nullptr : mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (bytes_ == nullptr || bytes_ == MAP_FAILED) throw std::runtime_error("cannot map " + path);
    madvise(bytes_, size_, MADV_SEQUENTIAL);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() { munmap(bytes_, size_); }

  std::string_view text() const { return {static_cast<const char*>(bytes_), size_}; }

 private:
  void* bytes_ = nullptr;
  size_t size_ = 0;
};

class Reader {
 public:
  Reader(const std::string& folder, const char* name, std::string_view header)
      : path_(folder + "/" + name), file_(path_) {
    const std::string_view text = file_.text();
    position_ = text.data();
    end_ = position_ + text.size();
    if (text.back() != '\n') fail("the file does not end with a line feed");
    if (!text.starts_with(header) || text[header.size()] != '\n') {
      fail("the headings are not " + std::string(header));
    }
    position_ += header.size() + 1;
  }

  bool more() {
    ++line_;
    return position_ < end_;
  }
  // A rough count, to reserve by.
  size_t lines_of(size_t usual_length) const {
    return static_cast<size_t>(end_ - position_) / usual_length + 1;
  }

  template <typename T>
  T whole() {
    const uint64_t value = digits();
    if (value > static_cast<uint64_t>(std::numeric_limits<T>::max())) fail("a number is too large");
    return static_cast<T>(value);
  }
  // As many digits behind the point as `places` says.
  uint16_t decimal(int places) {
    uint64_t value = digits();
    if (*position_ == '.') ++position_;
    for (int i = 0; i < places; ++i) value = value * 10 + digit();
    if (value >= kNoPoints) fail("a number is too large");
    return static_cast<uint16_t>(value);
  }
  uint16_t decimal_or(uint16_t none, int places) {
    return *position_ == ',' ? none : decimal(places);
  }
  int32_t date() {
    const auto year = whole<int16_t>();
    pass('-');
    const uint32_t month = digit() * 10 + digit();
    pass('-');
    const uint32_t day = digit() * 10 + digit();
    if (month < 1 || month > 12 || day < 1 || day > 31) fail("no such date");
    using std::chrono::sys_days;
    return static_cast<int32_t>(
        sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day))
            .time_since_epoch()
            .count());
  }
  template <typename T>
  T word(T last) {
    const char* start = position_;
    while (*position_ != ',' && *position_ != '\n') ++position_;
    const std::string_view text(start, static_cast<size_t>(position_ - start));
    for (uint8_t value = 0; value <= static_cast<uint8_t>(last); ++value) {
      if (text == name_of(static_cast<T>(value))) return static_cast<T>(value);
    }
    fail("unknown word " + std::string(text));
  }
  void comma() { pass(','); }
  void line_end() { pass('\n'); }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(path_ + ":" + std::to_string(line_) + ": " + what);
  }

 private:
  uint32_t digit() {
    const auto value = static_cast<uint32_t>(static_cast<uint8_t>(*position_) - uint32_t{'0'});
    if (value > 9) fail("no digit where one must be");
    ++position_;
    return value;
  }
  uint64_t digits() {
    uint64_t value = digit();
    for (int length = 1; static_cast<uint8_t>(*position_ - '0') <= 9; ++length) {
      if (length == 18) fail("a number is too long");
      value = value * 10 + digit();
    }
    return value;
  }
  void pass(char expected) {
    if (*position_ != expected) fail("fields are not as many as the headings");
    ++position_;
  }

  std::string path_;
  MappedFile file_;
  const char* position_ = nullptr;
  const char* end_ = nullptr;
  size_t line_ = 1;
};

template <typename T>
void require_ascending(const Reader& reader, const std::vector<T>& values, bool repeats) {
  const size_t last = values.size() - 1;
  if (last == 0 || values[last - 1] < values[last]) return;
  if (!repeats || values[last - 1] != values[last]) reader.fail("rows are out of order");
}

Persons read_persons(const std::string& folder) {
  Reader reader(folder, "person.csv", kPersonHeader);
  Persons persons;
  while (reader.more()) {
    persons.id.push_back(reader.whole<uint32_t>());
    reader.comma();
    persons.unit_id.push_back(reader.whole<uint16_t>());
    reader.comma();
    persons.city_id.push_back(reader.whole<uint16_t>());
    reader.comma();
    persons.county_id.push_back(reader.whole<uint16_t>());
    reader.comma();
    persons.post_level.push_back(reader.whole<uint8_t>());
    reader.comma();
    persons.is_head.push_back(reader.whole<uint8_t>());
    reader.comma();
    persons.birth.push_back(reader.date());
    reader.comma();
    persons.join_date.push_back(reader.date());
    reader.comma();
    persons.township.push_back(reader.whole<uint8_t>());
    reader.line_end();
    require_ascending(reader, persons.id, false);
    if (persons.post_level.back() < 1 || persons.post_level.back() > 10 ||
        persons.is_head.back() > 1) {
      reader.fail("post levels are 1 to 10, heads 0 or 1");
    }
  }
  return persons;
}

Units read_units(const std::string& folder) {
  Reader reader(folder, "unit.csv", kUnitHeader);
  Units units;
  while (reader.more()) {
    units.id.push_back(reader.whole<uint16_t>());
    reader.comma();
    units.county_id.push_back(reader.whole<uint16_t>());
    reader.comma();
    units.city_id.push_back(reader.whole<uint16_t>());
    reader.comma();
    units.unit_group.push_back(reader.whole<uint8_t>());
    reader.line_end();
    require_ascending(reader, units.id, false);
  }
  return units;
}

UnitYears read_unit_years(const std::string& folder) {
  Reader reader(folder, "unit_year.csv", kUnitYearHeader);
  UnitYears rows;
  while (reader.more()) {
    rows.unit_id.push_back(reader.whole<uint16_t>());
    reader.comma();
    rows.year.push_back(reader.whole<int16_t>());
    reader.comma();
    rows.score.push_back(reader.decimal(2));
    reader.comma();
    rows.rank.push_back(reader.whole<uint16_t>());
    reader.line_end();
    require_ascending(reader, rows.year, true);
  }
  return rows;
}

void reserve(Yearlies& rows, size_t count) {
  rows.person_id.reserve(count);
  rows.year.reserve(count);
  rows.grade.reserve(count);
  rows.points.reserve(count);
  rows.peer_vote.reserve(count);
  rows.unit_id.reserve(count);
}

Yearlies read_yearlies(const std::string& folder) {
  Reader reader(folder, "yearly.csv", kYearlyHeader);
  Yearlies rows;
  reserve(rows, reader.lines_of(38));
  while (reader.more()) {
    rows.person_id.push_back(reader.whole<uint32_t>());
    reader.comma();
    rows.year.push_back(reader.whole<int16_t>());
    reader.comma();
    rows.grade.push_back(reader.word(Grade::kNone));
    reader.comma();
    rows.points.push_back(reader.decimal_or(kNoPoints, 2));
    reader.comma();
    rows.peer_vote.push_back(reader.decimal_or(kNoVote, 1));
    reader.comma();
    rows.unit_id.push_back(reader.whole<uint16_t>());
    reader.line_end();
    const size_t last = rows.size() - 1;
    if (rows.points[last] != kNoPoints && rows.points[last] > kHighestPoints) {
      reader.fail("more than 100 points");
    }
    require_ascending(reader, rows.year, true);
    if (last > 0 && rows.year[last] == rows.year[last - 1]) {
      require_ascending(reader, rows.person_id, false);
    }
  }
  return rows;
}

Honours read_honours(const std::string& folder) {
  Reader reader(folder, "honour.csv", kHonourHeader);
  Honours rows;
  while (reader.more()) {
    rows.person_id.push_back(reader.whole<uint32_t>());
    reader.comma();
    rows.level.push_back(reader.word(HonourLevel::kNational));
    reader.comma();
    rows.date.push_back(reader.date());
    reader.line_end();
    require_ascending(reader, rows.person_id, true);
  }
  return rows;
}

Sanctions read_sanctions(const std::string& folder) {
  Reader reader(folder, "sanction.csv", kSanctionHeader);
  Sanctions rows;
  while (reader.more()) {
    rows.person_id.push_back(reader.whole<uint32_t>());
    reader.comma();
    rows.kind.push_back(reader.word(SanctionKind::kRemoval));
    reader.comma();
    rows.date.push_back(reader.date());
    reader.comma();
    rows.months.push_back(reader.whole<uint8_t>());
    reader.line_end();
    require_ascending(reader, rows.person_id, true);
  }
  return rows;
}

class Writer {
 public:
  Writer(const std::string& folder, const char* name, const char* header)
      : path_(folder + "/" + name), file_(std::fopen(path_.c_str(), "wb"), &std::fclose) {
    if (file_ == nullptr) throw std::runtime_error("cannot write " + path_);
    buffer_.resize(kBuffer);
    word(header);
    byte('\n');
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void whole(uint64_t value) {
    char digits[20];
    size_t length = 0;
    do {
      digits[length++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value > 0);
    while (length > 0) byte(digits[--length]);
  }
  void hundredths(uint32_t value) {
    whole(value / 100);
    byte('.');
    two_digits(value % 100);
  }
  void tenths(uint32_t value) {
    whole(value / 10);
    byte('.');
    whole(value % 10);
  }
  void date(int32_t days) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    whole(static_cast<uint64_t>(static_cast<int>(date.year())));
    byte('-');
    two_digits(static_cast<unsigned>(date.month()));
    byte('-');
    two_digits(static_cast<unsigned>(date.day()));
  }
  void word(const char* text) {
    const size_t length = std::strlen(text);
    std::memcpy(&buffer_[used_], text, length);
    used_ += length;
  }
  void comma() { byte(','); }
  void line_end() {
    byte('\n');
    if (used_ > kBuffer - kLongestLine) flush();
  }
  void close() {
    flush();
    if (std::fclose(file_.release()) != 0) throw std::runtime_error("cannot write " + path_);
  }

 private:
  static constexpr size_t kBuffer = size_t{1} << 20;
  static constexpr size_t kLongestLine = 512;

  void byte(char value) { buffer_[used_++] = value; }
  void two_digits(uint32_t value) {
    byte(static_cast<char>('0' + value / 10));
    byte(static_cast<char>('0' + value % 10));
  }
  void flush() {
    if (std::fwrite(buffer_.data(), 1, used_, file_.get()) != used_) {
      throw std::runtime_error("cannot write " + path_);
    }
    used_ = 0;
  }

  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::vector<char> buffer_;
  size_t used_ = 0;
};

void write_persons(const Persons& persons, const std::string& folder) {
  Writer writer(folder, "person.csv", kPersonHeader);
  for (size_t i = 0; i < persons.size(); ++i) {
    writer.whole(persons.id[i]);
    writer.comma();
    writer.whole(persons.unit_id[i]);
    writer.comma();
    writer.whole(persons.city_id[i]);
    writer.comma();
    writer.whole(persons.county_id[i]);
    writer.comma();
    writer.whole(persons.post_level[i]);
    writer.comma();
    writer.whole(persons.is_head[i]);
    writer.comma();
    writer.date(persons.birth[i]);
    writer.comma();
    writer.date(persons.join_date[i]);
    writer.comma();
    writer.whole(persons.township[i]);
    writer.line_end();
  }
  writer.close();
}

void write_units(const Units& units, const std::string& folder) {
  Writer writer(folder, "unit.csv", kUnitHeader);
  for (size_t i = 0; i < units.size(); ++i) {
    writer.whole(units.id[i]);
    writer.comma();
    writer.whole(units.county_id[i]);
    writer.comma();
    writer.whole(units.city_id[i]);
    writer.comma();
    writer.whole(units.unit_group[i]);
    writer.line_end();
  }
  writer.close();
}

void write_unit_years(const UnitYears& rows, const std::string& folder) {
  Writer writer(folder, "unit_year.csv", kUnitYearHeader);
  for (size_t i = 0; i < rows.size(); ++i) {
    writer.whole(rows.unit_id[i]);
    writer.comma();
    writer.whole(static_cast<uint64_t>(rows.year[i]));
    writer.comma();
    writer.hundredths(rows.score[i]);
    writer.comma();
    writer.whole(rows.rank[i]);
    writer.line_end();
  }
  writer.close();
}

void write_yearlies(const Yearlies& rows, const std::string& folder) {
  Writer writer(folder, "yearly.csv", kYearlyHeader);
  for (size_t i = 0; i < rows.size(); ++i) {
    writer.whole(rows.person_id[i]);
    writer.comma();
    writer.whole(static_cast<uint64_t>(rows.year[i]));
    writer.comma();
    writer.word(name_of(rows.grade[i]));
    writer.comma();
    if (rows.points[i] != kNoPoints) writer.hundredths(rows.points[i]);
    writer.comma();
    if (rows.peer_vote[i] != kNoVote) writer.tenths(rows.peer_vote[i]);
    writer.comma();
    writer.whole(rows.unit_id[i]);
    writer.line_end();
  }
  writer.close();
}

void write_honours(const Honours& rows, const std::string& folder) {
  Writer writer(folder, "honour.csv", kHonourHeader);
  for (size_t i = 0; i < rows.size(); ++i) {
    writer.whole(rows.person_id[i]);
    writer.comma();
    writer.word(name_of(rows.level[i]));
    writer.comma();
    writer.date(rows.date[i]);
    writer.line_end();
  }
  writer.close();
}

void write_sanctions(const Sanctions& rows, const std::string& folder) {
  Writer writer(folder, "sanction.csv", kSanctionHeader);
  for (size_t i = 0; i < rows.size(); ++i) {
    writer.whole(rows.person_id[i]);
    writer.comma();
    writer.word(name_of(rows.kind[i]));
    writer.comma();
    writer.date(rows.date[i]);
    writer.comma();
    writer.whole(rows.months[i]);
    writer.line_end();
  }
  writer.close();
}

}  // namespace

Province read_csv(const std::string& folder) {
  Province province;
  province.persons = read_persons(folder);
  province.units = read_units(folder);
  province.unit_years = read_unit_years(folder);
  province.yearlies = read_yearlies(folder);
  province.honours = read_honours(folder);
  province.sanctions = read_sanctions(folder);
  return province;
}

void write_csv(const Province& province, const std::string& folder) {
  std::filesystem::create_directories(folder);
  write_persons(province.persons, folder);
  write_units(province.units, folder);
  write_unit_years(province.unit_years, folder);
  write_yearlies(province.yearlies, folder);
  write_honours(province.honours, folder);
  write_sanctions(province.sanctions, folder);
}

}  // namespace bench::province
