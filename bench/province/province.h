#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// The workload of bench/province.sh: the tables of a province's officials, as plain columns.
namespace bench::province {

enum class Grade : uint8_t { kExcellent, kCompetent, kBasic, kIncompetent, kNone };
enum class HonourLevel : uint8_t { kCounty, kCity, kProvince, kNational };
enum class SanctionKind : uint8_t { kWarning, kDemerit, kSeriousDemerit, kDemotion, kRemoval };

constexpr uint16_t kNoPoints = 0xffff;
constexpr uint16_t kNoVote = 0xffff;
constexpr uint16_t kHighestPoints = 10000;  // hundredths
constexpr int kLastYear = 2026;             // judged as of its last day

// Identifiers are those of the files. A column of the same table has the same length; dates are
// days since 1970-01-01.
struct Persons {  // by ascending id
  std::vector<uint32_t> id;
  std::vector<uint16_t> unit_id;
  std::vector<uint16_t> city_id;
  std::vector<uint16_t> county_id;
  std::vector<uint8_t> post_level;  // 1..10
  std::vector<uint8_t> is_head;
  std::vector<int32_t> birth;
  std::vector<int32_t> join_date;
  std::vector<uint8_t> township;
  size_t size() const { return id.size(); }
  bool operator==(const Persons&) const = default;
};

struct Units {  // by ascending id
  std::vector<uint16_t> id;
  std::vector<uint16_t> county_id;
  std::vector<uint16_t> city_id;
  std::vector<uint8_t> unit_group;
  size_t size() const { return id.size(); }
  bool operator==(const Units&) const = default;
};

struct UnitYears {  // by year, then unit
  std::vector<uint16_t> unit_id;
  std::vector<int16_t> year;
  std::vector<uint16_t> score;  // hundredths
  std::vector<uint16_t> rank;
  size_t size() const { return unit_id.size(); }
  bool operator==(const UnitYears&) const = default;
};

struct Yearlies {  // by year, then person; one at the most for a person and year
  std::vector<uint32_t> person_id;
  std::vector<int16_t> year;
  std::vector<Grade> grade;
  std::vector<uint16_t> points;     // hundredths, or kNoPoints
  std::vector<uint16_t> peer_vote;  // tenths, or kNoVote
  std::vector<uint16_t> unit_id;
  size_t size() const { return person_id.size(); }
  bool operator==(const Yearlies&) const = default;
};

struct Honours {  // by person
  std::vector<uint32_t> person_id;
  std::vector<HonourLevel> level;
  std::vector<int32_t> date;
  size_t size() const { return person_id.size(); }
  bool operator==(const Honours&) const = default;
};

struct Sanctions {  // by person
  std::vector<uint32_t> person_id;
  std::vector<SanctionKind> kind;
  std::vector<int32_t> date;
  std::vector<uint8_t> months;
  size_t size() const { return person_id.size(); }
  bool operator==(const Sanctions&) const = default;
};

struct Province {
  Persons persons;
  Units units;
  UnitYears unit_years;
  Yearlies yearlies;
  Honours honours;
  Sanctions sanctions;
  bool operator==(const Province&) const = default;
};

// What the files say, and what a person reads in messages.
const char* name_of(Grade grade);
const char* name_of(HonourLevel level);
const char* name_of(SanctionKind kind);

// Where each of `ids`, which ascend or repeat, stands in `table_ids`, which ascend. Throws if one
// is not there.
std::vector<uint32_t> rows_of(const std::vector<uint32_t>& ids,
                              const std::vector<uint32_t>& table_ids);
// The rows of persons in the order of yearlies, whose persons ascend within each year only.
std::vector<uint32_t> person_rows_of_yearlies(const Province& province);
// The row of each of these units, which may come in any order. Throws if one is not there.
constexpr uint16_t kNoUnit = 0xffff;
std::vector<uint16_t> unit_rows_of(const std::vector<uint16_t>& ids, const Units& units);

// person.csv, unit.csv, unit_year.csv, yearly.csv, honour.csv and sanction.csv. Reading throws
// where a file is not as described above, naming file and line.
Province read_csv(const std::string& folder);
void write_csv(const Province& province, const std::string& folder);

}  // namespace bench::province
