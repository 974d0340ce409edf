#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

// An invented county as plain tables: what the offices know before they type it into workbooks.
// The answers (truth.h) are computed from these tables, the workbooks (books.h) are written from
// them, so a fault in either shows as a difference.
namespace samples {

using Day = std::chrono::year_month_day;

constexpr Day day(int year, int month, int day_of_month) {
  return Day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
             std::chrono::day(static_cast<unsigned>(day_of_month)));
}
inline int year_of(Day d) {
  return static_cast<int>(d.year());
}
inline int month_of(Day d) {
  return static_cast<int>(static_cast<unsigned>(d.month()));
}
inline int day_of(Day d) {
  return static_cast<int>(static_cast<unsigned>(d.day()));
}

// The same day of a later or earlier month; where that month is too short, its last day.
Day add_months(Day from, int months);

// SplitMix64 and plain remainders: the distributions of the standard library differ between
// versions, and the bytes of the sample must not.
class Prng {
 public:
  explicit Prng(uint64_t seed) : state_(seed) {}
  uint64_t next();
  int below(int bound) { return static_cast<int>(next() % static_cast<uint64_t>(bound)); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(int percent) { return below(100) < percent; }
  template <typename Container>
  const auto& pick(const Container& from) {
    return from[static_cast<size_t>(below(static_cast<int>(std::size(from))))];
  }

 private:
  uint64_t state_;
};

enum class UnitType { kTown, kDepartment, kInstitution };
std::string unit_type_word(UnitType type);

struct Unit {
  std::string name;
  UnitType type = UnitType::kTown;
  std::string head;         // the title of its first post; 副 before it for the deputies
  std::string chief_group;  // the catch-up comparison group of its heads
};

struct Official {
  std::string name, sex, nation, identity;
  Day birth{}, start{}, since{};
  std::optional<Day> party;
  UnitType type = UnitType::kTown;
  std::string unit, post, post_class, rank, establishment;
  bool in_roster = true;
  // Why an import must refuse the roster row; empty for a good one. Every table has this.
  std::string fault;

  bool accepted() const { return in_roster && fault.empty(); }
};

// A row about a person: an index into County::officials.
struct PersonRow {
  size_t official = 0;
  std::string fault;
};

struct Appraisal : PersonRow {
  int year = 0;
  std::string grade;
  Day decided{};
  std::string decided_as_written;  // a date that does not exist cannot be a Day
};

struct UnitAppraisal {
  size_t unit = 0;
  int year = 0;
  int score_cents = 0;
  int place = 0;
  std::string grade;
};

struct Points : PersonRow {
  int year = 0;
  std::string group;
  std::optional<int> tenths;
};

struct Ranking : PersonRow {  // the person is the one responsible
  std::string item, scope;
  int year = 0;
  size_t unit = 0;
  int place = 0;
  int ranked = 0;  // how many were ranked, also those of other counties
};

struct Commendation : PersonRow {
  std::string name, body, level;
  Day granted{};
  std::optional<Day> revoked;
};

struct Sanction : PersonRow {
  std::string kind;
  Day effective{};
  std::optional<int> months;
  std::string nature, motive, form, performance;
  bool fit = false;
  std::string tolerance;
  bool revoked = false;
};

struct Leave : PersonRow {
  int taken = 0;
  int untaken = 0;
  std::string reason;
};

struct TuitionLine : PersonRow {
  std::string form;
  std::optional<Day> diploma, degree;
  std::string fee;
  int64_t fen = 0;
};

struct Income : PersonRow {
  std::string unit_type, rank;
  int64_t fen = 0;
};

struct Examination : PersonRow {
  Day held{};
};

// A person planted to show one thing; listed in truth.json so that a failing test can be read.
struct Case {
  std::string what;
  std::string identity;
};

struct County {
  std::string name = "岚汀县";
  Day as_of = day(2026, 6, 30);
  int first_year = 0;
  int last_year = 2025;
  std::vector<Unit> units;
  std::vector<Official> officials;
  std::vector<Appraisal> appraisals;
  std::vector<UnitAppraisal> unit_appraisals;
  std::vector<Points> points;
  std::vector<Ranking> rankings;
  std::vector<Commendation> commendations;
  std::vector<Sanction> sanctions;
  std::vector<Leave> leaves;
  std::vector<TuitionLine> tuition;
  std::vector<Income> incomes;
  std::vector<Examination> examinations;
  std::vector<Case> cases;
};

// Hands out officials nobody else took, so that one planted case does not undo another.
class Picker {
 public:
  explicit Picker(County& county) : county_(county) {}

  template <typename Predicate>
  size_t take(const std::string& what, Predicate fits) {
    // A stride, so that the planted cases lie all over the county and not in its first town.
    first_ += 61;
    const size_t size = county_.officials.size();
    for (size_t i = 0; i < size; ++i) {
      const size_t at = (first_ + i) % size;
      if (used_.contains(at) || !county_.officials[at].accepted()) continue;
      if (fits(county_.officials[at])) return claim(what, at);
    }
    none_left(what);
  }
  size_t claim(const std::string& what, size_t official);

 private:
  [[noreturn]] static void none_left(const std::string& what);

  County& county_;
  std::set<size_t> used_;
  size_t first_ = 0;
};

// Complete years from `start` to the end of `year`; negative before the start.
int complete_years(Day start, int year);
// Days of annual leave a year, by those years (State Council order 514, article 3).
int leave_days(Day start, int year);

// people.cc
void make_units(County& county);
void make_officials(County& county, int count);
void plant_starts(County& county, Picker& picker);
void add_faulty_officials(County& county);

// registers.cc
void make_registers(County& county, Picker& picker);

// The whole county. Throws std::runtime_error where `officials` is too few for the planted cases.
County make_county(int officials, int years);

}  // namespace samples
