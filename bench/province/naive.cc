#include "naive.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

namespace bench::province {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

const sys_days kDay = sys_days(std::chrono::year(kLastYear) / 12 / 31);

sys_days day_of(int32_t days_since_1970) {
  return sys_days(days(days_since_1970));
}

int year_of(sys_days day) {
  return static_cast<int>(year_month_day(day).year());
}

// The same day so many months later, or the last of that month.
sys_days months_later(sys_days day, unsigned months) {
  const year_month_day moved = year_month_day(day) + std::chrono::months(months);
  if (moved.ok()) return sys_days(moved);
  return sys_days(moved.year() / moved.month() / std::chrono::last);
}

using Values = std::vector<uint16_t>;  // ascending

int64_t rank_from_above(const Values& values, uint16_t value) {
  return 1 + (values.end() - std::upper_bound(values.begin(), values.end(), value));
}

int64_t rank_from_below(const Values& values, uint16_t value) {
  return 1 + (std::lower_bound(values.begin(), values.end(), value) - values.begin());
}

template <typename Key>
void sort_all(std::map<Key, Values>& groups) {
  for (auto& [key, values] : groups) std::sort(values.begin(), values.end());
}

struct YearlyRow {
  Grade grade = Grade::kNone;
  uint16_t points = kNoPoints;
  uint16_t unit_id = 0;
};

class Evaluation {
 public:
  explicit Evaluation(const Province& province) : province_(province) { index(); }

  Answer run() {
    for (uint32_t person = 0; person < province_.persons.size(); ++person) judge(person);
    return std::move(answer_);
  }

 private:
  using County = uint16_t;
  using PointsGroup = std::tuple<County, int, int>;  // post group, year

  void index() {
    const Persons& persons = province_.persons;
    const Units& units = province_.units;
    for (uint32_t i = 0; i < persons.size(); ++i) person_rows_[persons.id[i]] = i;
    for (uint32_t i = 0; i < units.size(); ++i) unit_rows_[units.id[i]] = i;
    index_unit_years();
    index_yearlies();
  }

  void index_unit_years() {
    const UnitYears& rows = province_.unit_years;
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t unit = unit_rows_.at(rows.unit_id[i]);
      const County county = province_.units.county_id[unit];
      scores_[{rows.unit_id[i], rows.year[i]}] = rows.score[i];
      county_scores_[{county, rows.year[i]}].push_back(rows.score[i]);
      group_scores_[{county, province_.units.unit_group[unit], rows.year[i]}].push_back(
          rows.score[i]);
    }
    sort_all(county_scores_);
    sort_all(group_scores_);
  }

  void index_yearlies() {
    const Yearlies& rows = province_.yearlies;
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint32_t person = person_rows_.at(rows.person_id[i]);
      const YearlyRow row{rows.grade[i], rows.points[i], rows.unit_id[i]};
      yearlies_[person][rows.year[i]] = row;
      if (row.points != kNoPoints) {
        points_[points_group(person, rows.year[i], row)].push_back(row.points);
      }
    }
    sort_all(points_);
    const Honours& honours = province_.honours;
    for (uint32_t i = 0; i < honours.size(); ++i) honours_[honours.person_id[i]].push_back(i);
    const Sanctions& sanctions = province_.sanctions;
    for (uint32_t i = 0; i < sanctions.size(); ++i) {
      sanctions_[sanctions.person_id[i]].push_back(i);
    }
  }

  PointsGroup points_group(uint32_t person, int year, const YearlyRow& row) const {
    const County county = province_.units.county_id[unit_rows_.at(row.unit_id)];
    return {county, (province_.persons.post_level[person] + 1) / 2, year};
  }

  void judge(uint32_t person) {
    const bool r1 = each_year(person, kExcellentThreeYears, 3, [&](int year) {
      const YearlyRow* row = yearly(person, year);
      return row != nullptr && row->grade == Grade::kExcellent;
    });
    const bool r2 = each_year(person, kOwnUnitExcellent, 3,
                              [&](int year) { return own_unit_excellent(person, year); });
    const bool r3 = each_year(person, kPointsAtTheTop, 2, [&](int year) {
      return points_rank(person, year, rank_from_above, 10);
    });
    const bool r4 = honoured(person);
    const bool r5 = each_year(person, kPointsAtTheBottom, 2, [&](int year) {
      return points_rank(person, year, rank_from_below, 20);
    });
    const bool r6 = latest_grade_incompetent(person);
    const bool r7 = each_year(person, kHeadOfLastUnit, 2,
                              [&](int year) { return head_of_last_unit(person, year); });
    const bool r8 = under_sanction(person);
    const bool promote = (r1 || r3 || r4) && !r8 && !r6;
    const std::array<bool, kMaskBits> bits = {
        r1, r2, r3, r4, r5, r6, r7, r8, promote, promote && r2, r5 || r6 || r7};
    unsigned mask = 0;
    for (size_t bit = 0; bit < bits.size(); ++bit) mask |= bits[bit] ? 1U << bit : 0U;
    answer_.mask.push_back(static_cast<uint16_t>(mask));
  }

  bool each_year(uint32_t person, Rule rule, int years, const std::function<bool(int)>& holds) {
    for (int year = kLastYear - years + 1; year <= kLastYear; ++year) {
      if (!holds(year)) return false;
    }
    for (int year = kLastYear - years + 1; year <= kLastYear; ++year) note(person, rule, year);
    return true;
  }

  void note(uint32_t person, Rule rule, int year) {
    answer_.evidence.push_back({person, static_cast<uint16_t>(year), rule});
  }

  const YearlyRow* yearly(uint32_t person, int year) const {
    const auto of_person = yearlies_.find(person);
    if (of_person == yearlies_.end()) return nullptr;
    const auto row = of_person->second.find(year);
    return row == of_person->second.end() ? nullptr : &row->second;
  }

  bool own_unit_excellent(uint32_t person, int year) const {
    const uint16_t unit = province_.persons.unit_id[person];
    const auto score = scores_.find({unit, year});
    if (score == scores_.end()) return false;
    const Values& all = county_scores_.at({province_.units.county_id[unit_rows_.at(unit)], year});
    return rank_from_above(all, score->second) * 100 <= static_cast<int64_t>(all.size()) * 15;
  }

  bool points_rank(uint32_t person, int year, int64_t (*rank)(const Values&, uint16_t),
                   int64_t part) const {
    const YearlyRow* row = yearly(person, year);
    if (row == nullptr || row->points == kNoPoints) return false;
    const Values& all = points_.at(points_group(person, year, *row));
    return rank(all, row->points) * part <= static_cast<int64_t>(all.size());
  }

  bool honoured(uint32_t person) {
    const sys_days after = sys_days(std::chrono::year(kLastYear - 5) / 12 / 31);
    bool any = false;
    for (const uint32_t i : rows_of_person(honours_, person)) {
      const sys_days day = day_of(province_.honours.date[i]);
      if (province_.honours.level[i] == HonourLevel::kCounty || day <= after || day > kDay)
        continue;
      note(person, kHonoured, year_of(day));
      any = true;
    }
    return any;
  }

  bool latest_grade_incompetent(uint32_t person) {
    int latest = 0;
    Grade grade = Grade::kNone;
    if (!yearlies_.contains(person)) return false;
    for (const auto& [year, row] : yearlies_.at(person)) {
      if (year > kLastYear || row.grade == Grade::kNone) continue;
      latest = year;
      grade = row.grade;
    }
    if (grade != Grade::kIncompetent) return false;
    note(person, kLatestGradeIncompetent, latest);
    return true;
  }

  bool head_of_last_unit(uint32_t person, int year) const {
    if (province_.persons.is_head[person] == 0) return false;
    const uint16_t unit = province_.persons.unit_id[person];
    const auto score = scores_.find({unit, year});
    if (score == scores_.end()) return false;
    const uint32_t row = unit_rows_.at(unit);
    const Values& all =
        group_scores_.at({province_.units.county_id[row], province_.units.unit_group[row], year});
    return all.size() >= 2 && score->second == all.front();
  }

  bool under_sanction(uint32_t person) {
    bool any = false;
    for (const uint32_t i : rows_of_person(sanctions_, person)) {
      const sys_days day = day_of(province_.sanctions.date[i]);
      if (day > kDay || months_later(day, province_.sanctions.months[i]) <= kDay) continue;
      note(person, kUnderSanction, year_of(day));
      any = true;
    }
    return any;
  }

  std::vector<uint32_t> rows_of_person(const std::map<uint32_t, std::vector<uint32_t>>& by_id,
                                       uint32_t person) const {
    const auto found = by_id.find(province_.persons.id[person]);
    return found == by_id.end() ? std::vector<uint32_t>() : found->second;
  }

  const Province& province_;
  std::map<uint32_t, uint32_t> person_rows_;
  std::map<uint16_t, uint32_t> unit_rows_;
  std::map<std::pair<uint16_t, int>, uint16_t> scores_;  // unit, year
  std::map<std::pair<County, int>, Values> county_scores_;
  std::map<std::tuple<County, int, int>, Values> group_scores_;  // unit group, year
  std::map<uint32_t, std::map<int, YearlyRow>> yearlies_;        // person, year
  std::map<PointsGroup, Values> points_;
  std::map<uint32_t, std::vector<uint32_t>> honours_;
  std::map<uint32_t, std::vector<uint32_t>> sanctions_;
  Answer answer_;
};

}  // namespace

Answer evaluate_naively(const Province& province) {
  return Evaluation(province).run();
}

}  // namespace bench::province
