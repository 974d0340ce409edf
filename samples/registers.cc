#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "county.h"

namespace samples {
namespace {

constexpr uint64_t kAppraisalSeed = 610799'02;
constexpr uint64_t kUnitSeed = 610799'03;
constexpr uint64_t kPointsSeed = 610799'04;
constexpr uint64_t kRankingSeed = 610799'05;
constexpr uint64_t kCommendationSeed = 610799'06;
constexpr uint64_t kSanctionSeed = 610799'07;
constexpr uint64_t kLeaveSeed = 610799'08;
constexpr uint64_t kIncomeSeed = 610799'10;
constexpr uint64_t kExaminationSeed = 610799'11;

constexpr const char* kExcellent = "优秀";
constexpr const char* kApproved = "因工作需要未安排，已审批";
constexpr const char* kPostgraduate = "在职研究生（全国统一招生考试）";
constexpr const char* kSelfStudy = "自学考试本科";
constexpr const char* kTownOffice = "乡镇机关";
constexpr const char* kCountyOffice = "县直机关";
constexpr const char* kAtWork = "工作原因";
constexpr const char* kPersonal = "个人政治、廉洁原因";

PersonRow person(size_t official) {
  return {official, ""};
}

// ---- Annual appraisal of persons ----

// Appraised from the year after the year of entry on; the first time without a grade.
bool long_enough(const Official& official) {
  return year_of(official.start) <= 2020;
}

Day decision_day(int appraised_year) {
  constexpr std::array kDays = {18, 21, 15, 20, 24};
  return day(appraised_year + 1, 3, kDays[static_cast<size_t>(appraised_year) % kDays.size()]);
}

std::string any_grade(Prng& prng, bool strong) {
  if (prng.chance(strong ? 75 : 12)) return kExcellent;
  const int roll = prng.below(1000);
  if (roll < 8) return "不称职";
  if (roll < 30) return "基本称职";
  if (roll < 50) return "不定等次";
  return roll < 62 ? "未参加考核" : "称职";
}

void appraise(County& county) {
  Prng prng(kAppraisalSeed);
  std::vector<bool> strong;
  for (size_t i = 0; i < county.officials.size(); ++i) strong.push_back(prng.chance(12));
  for (int year = county.first_year; year <= county.last_year; ++year) {
    for (size_t i = 0; i < county.officials.size(); ++i) {
      const Official& official = county.officials[i];
      if (!official.accepted() || year_of(official.start) > year || prng.below(100) == 0) continue;
      const bool entered = year_of(official.start) == year;
      county.appraisals.push_back({person(i), year,
                                   entered ? "不定等次" : any_grade(prng, strong[i]),
                                   decision_day(year), ""});
    }
  }
}

Appraisal& appraisal_of(County& county, size_t official, int year) {
  for (Appraisal& row : county.appraisals) {
    if (row.official == official && row.year == year) return row;
  }
  // Rows stay in the order of the roster, as an office would list them.
  const auto place =
      std::find_if(county.appraisals.begin(), county.appraisals.end(), [&](const Appraisal& row) {
        return row.year > year || (row.year == year && row.official > official);
      });
  return *county.appraisals.insert(place, {person(official), year, "", decision_day(year), ""});
}

void drop_appraisal(County& county, size_t official, int year) {
  std::erase_if(county.appraisals,
                [&](const Appraisal& row) { return row.official == official && row.year == year; });
}

// The last three grades, oldest first; an empty one is a year without a record.
size_t plant_grades(County& county, Picker& picker, const char* what,
                    const std::array<const char*, 3>& grades) {
  const size_t chosen = picker.take(what, long_enough);
  for (int i = 0; i < 3; ++i) {
    const int year = county.last_year - 2 + i;
    const std::string grade = grades[static_cast<size_t>(i)];
    if (grade.empty()) {
      drop_appraisal(county, chosen, year);
    } else {
      appraisal_of(county, chosen, year).grade = grade;
    }
  }
  return chosen;
}

void plant_appraisals(County& county, Picker& picker) {
  const auto plant = [&](const char* what, const std::array<const char*, 3>& grades) {
    return plant_grades(county, picker, what, grades);
  };
  plant("grades: three years excellent", {"优秀", "优秀", "优秀"});
  plant("grades: streak broken by 不定等次", {"优秀", "不定等次", "优秀"});
  plant("grades: streak broken by 未参加考核", {"未参加考核", "优秀", "优秀"});
  plant("grades: middle year missing", {"优秀", "", "优秀"});
  plant("grades: last year missing", {"优秀", "优秀", ""});
  plant("grades: middle year missing, but the first was not excellent", {"称职", "", "优秀"});
  plant("grades: no record in three years", {"", "", ""});
  plant("grades: last year 不称职", {"称职", "称职", "不称职"});
  const int last = county.last_year;
  const size_t late = plant("grades: decided after the as-of date", {"优秀", "优秀", "优秀"});
  appraisal_of(county, late, last).decided = day(last + 1, 7, 8);
  const size_t same_day = plant("grades: decided on the as-of date", {"优秀", "优秀", "优秀"});
  appraisal_of(county, same_day, last).decided = county.as_of;
  const size_t unknown =
      plant("grades: last year refused (unknown grade)", {"优秀", "优秀", "良好"});
  appraisal_of(county, unknown, last).fault = "unknown grade";
  const size_t impossible =
      plant("grades: middle year refused (impossible date)", {"优秀", "优秀", "优秀"});
  Appraisal& row = appraisal_of(county, impossible, last - 1);
  row.fault = "impossible date";
  row.decided_as_written = std::to_string(last) + "-02-30";
}

// ---- Annual appraisal of units ----

// Units that show something about streaks have a score of their own.
int base_score(size_t unit, Prng& prng) {
  constexpr std::array<size_t, 6> kStrong = {2, 4, 15, 18, 33, 34};
  const bool strong = std::find(kStrong.begin(), kStrong.end(), unit) != kStrong.end();
  const int base = prng.between(7600, 8800);
  return strong ? 9500 : base;
}

bool unit_listed(const County& county, size_t unit, int year) {
  if (unit == 33) return year != county.last_year - 1;  // otherwise excellent: insufficient
  if (unit == 34) return year != county.last_year;      // otherwise excellent: insufficient
  if (unit == 21) return year != county.last_year - 1;  // never excellent: not met all the same
  return true;
}

std::string unit_grade(int place, int listed, int score_cents) {
  if (place * 10 <= listed * 3) return kExcellent;
  if (score_cents < 7700) return "较差";
  return place * 10 > listed * 8 ? "一般" : "良好";
}

void rank_units(std::vector<UnitAppraisal>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const UnitAppraisal& a, const UnitAppraisal& b) {
    return a.score_cents > b.score_cents;
  });
  const int listed = static_cast<int>(rows.size());
  for (int i = 0; i < listed; ++i) {
    UnitAppraisal& row = rows[static_cast<size_t>(i)];
    row.place = i + 1;
    row.grade = unit_grade(row.place, listed, row.score_cents);
  }
}

void appraise_units(County& county) {
  Prng prng(kUnitSeed);
  std::vector<int> base;
  for (size_t i = 0; i < county.units.size(); ++i) base.push_back(base_score(i, prng));
  for (int year = county.first_year; year <= county.last_year; ++year) {
    std::map<UnitType, std::vector<UnitAppraisal>> by_type;
    for (size_t i = 0; i < county.units.size(); ++i) {
      const int score = base[i] + prng.between(-150, 150);
      if (!unit_listed(county, i, year)) continue;
      by_type[county.units[i].type].push_back({i, year, score, 0, ""});
    }
    for (auto& [type, rows] : by_type) {
      rank_units(rows);
      county.unit_appraisals.insert(county.unit_appraisals.end(), rows.begin(), rows.end());
    }
  }
}

// ---- Catch-up points ----

std::string comparison_group(const County& county, const Official& official) {
  if (official.post_class == "正职") {
    for (const Unit& unit : county.units) {
      if (unit.name == official.unit) return unit.chief_group;
    }
  }
  return unit_type_word(official.type) + official.post_class;
}

void score(County& county) {
  Prng prng(kPointsSeed);
  std::vector<int> ability;
  for (size_t i = 0; i < county.officials.size(); ++i) ability.push_back(prng.between(640, 920));
  for (int year = county.last_year - 2; year <= county.last_year; ++year) {
    for (size_t i = 0; i < county.officials.size(); ++i) {
      const Official& official = county.officials[i];
      if (!official.accepted() || year_of(official.start) > year) continue;
      Points row{person(i), year, comparison_group(county, official), std::nullopt};
      row.tenths = ability[i] + prng.between(-40, 40);
      county.points.push_back(row);
    }
  }
}

std::vector<Points*> group_of(County& county, const std::string& group, int year) {
  std::vector<Points*> rows;
  for (Points& row : county.points) {
    if (row.group == group && row.year == year && row.tenths) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Points* a, const Points* b) { return *a->tenths > *b->tenths; });
  return rows;
}

Points& points_of(County& county, size_t official, int year) {
  return *std::find_if(county.points.begin(), county.points.end(), [&](const Points& row) {
    return row.official == official && row.year == year;
  });
}

// Puts two officials level on `place` of their group, from the top or from the bottom.
void tie(County& county, const std::pair<size_t, size_t>& pair, const std::string& group, int year,
         bool from_top, int place) {
  std::vector<Points*> others = group_of(county, group, year);
  std::erase_if(others, [&](const Points* row) {
    return row->official == pair.first || row->official == pair.second;
  });
  if (!from_top) std::reverse(others.begin(), others.end());
  const int step = from_top ? 1 : -1;
  const int level = *others[static_cast<size_t>(place - 1)]->tenths;
  for (int i = 0; i < place - 1; ++i) *others[static_cast<size_t>(i)]->tenths += 6 * step;
  // One above the best of the rest, and below all those just moved ahead.
  points_of(county, pair.first, year).tenths = level + step;
  points_of(county, pair.second, year).tenths = level + step;
}

void plant_tie(County& county, Picker& picker, const char* what, const std::string& group,
               bool from_top, int beyond) {
  const auto in_group = [&](const Official& official) {
    return comparison_group(county, official) == group && long_enough(official);
  };
  const std::pair<size_t, size_t> pair = {picker.take(what, in_group), picker.take(what, in_group)};
  for (int year = county.last_year - 1; year <= county.last_year; ++year) {
    const int size = static_cast<int>(group_of(county, group, year).size());
    tie(county, pair, group, year, from_top, size * (from_top ? 20 : 10) / 100 + beyond);
  }
}

void plant_points(County& county, Picker& picker) {
  const auto in = [&](const char* group) {
    return [&county, group](const Official& official) {
      return comparison_group(county, official) == group && long_enough(official);
    };
  };
  const int last = county.last_year;
  // Blanks first: they change how many a group counts.
  const size_t blank =
      picker.take("points: blank in the last year, best the year before", in("县直部门副职"));
  points_of(county, blank, last).tenths.reset();
  points_of(county, blank, last - 1).tenths = 985;
  const size_t poor =
      picker.take("points: blank in the last year, worst the year before", in("县直部门副职"));
  points_of(county, poor, last).tenths.reset();
  points_of(county, poor, last - 1).tenths = 520;
  const size_t absent =
      picker.take("points: not on the list of the year before last", in("镇街副职"));
  points_of(county, absent, last).tenths = 990;
  std::erase_if(county.points,
                [&](const Points& row) { return row.official == absent && row.year == last - 1; });
  // Each in a group of its own: a tie moves others of its group about.
  plant_tie(county, picker, "points: level on the last place in front", "镇街党政正职", true, 0);
  plant_tie(county, picker, "points: level on the first place behind the front", "镇街一般干部",
            true, 1);
  plant_tie(county, picker, "points: level on the last place at the back", "县直部门副职", false,
            0);
  const size_t best = picker.take("points: best of exactly five", in("教育卫生单位正职"));
  for (int year = last - 1; year <= last; ++year) points_of(county, best, year).tenths = 987;
  const size_t four = picker.take("points: best of four, a group too small", in("人民团体正职"));
  for (int year = last - 1; year <= last; ++year) points_of(county, four, year).tenths = 988;
}

// Taken in by mistake, the stranger would make five of the four.
void add_stranger(County& county) {
  for (size_t i = 0; i < county.officials.size(); ++i) {
    if (county.officials[i].in_roster) continue;
    county.points.push_back(
        {{i, "person not in the roster"}, county.last_year, "人民团体正职", 801});
  }
}

// ---- Rankings of key work ----

size_t head_of(const County& county, size_t unit, int place) {
  for (size_t i = 0; i < county.officials.size(); ++i) {
    const Official& official = county.officials[i];
    if (!official.accepted() || official.unit != county.units[unit].name) continue;
    if (place-- == 0) return i;
  }
  return 0;
}

std::vector<size_t> units_of(const County& county, UnitType type) {
  std::vector<size_t> found;
  for (size_t i = 0; i < county.units.size(); ++i) {
    if (county.units[i].type == type) found.push_back(i);
  }
  return found;
}

// A list of the whole county: every unit of the type, the first of the shuffled units first.
void rank_all(County& county, Prng& prng, const char* item, int year, UnitType type, int head) {
  std::vector<size_t> order = units_of(county, type);
  for (size_t i = order.size() - 1; i > 0; --i) {
    std::swap(order[i], order[static_cast<size_t>(prng.below(static_cast<int>(i) + 1))]);
  }
  for (size_t i = 0; i < order.size(); ++i) {
    county.rankings.push_back({person(head_of(county, order[i], head)), item, "全县", year,
                               order[i], static_cast<int>(i) + 1, static_cast<int>(order.size())});
  }
}

Ranking& ranking_of(County& county, const std::string& item, int year, size_t unit) {
  return *std::find_if(county.rankings.begin(), county.rankings.end(), [&](const Ranking& row) {
    return row.item == item && row.year == year && row.unit == unit;
  });
}

// Gives the unit the last place by changing places with whoever has it.
Ranking& put_last(County& county, const std::string& item, int year, size_t unit) {
  Ranking& row = ranking_of(county, item, year, unit);
  for (Ranking& other : county.rankings) {
    if (other.item == item && other.year == year && other.place == other.ranked) {
      std::swap(row.place, other.place);
      break;
    }
  }
  return row;
}

// A list of the whole city: only our own unit's line is known.
void rank_in_city(County& county, const char* item, int year, size_t unit, int place, int ranked) {
  county.rankings.push_back(
      {person(head_of(county, unit, 0)), item, "全市行业", year, unit, place, ranked});
}

void rank_work(County& county) {
  Prng prng(kRankingSeed);
  const int last = county.last_year;
  for (int year = last - 2; year <= last; ++year) {
    rank_all(county, prng, "人居环境整治", year, UnitType::kTown, 0);
    rank_all(county, prng, "信访积案化解", year, UnitType::kTown, 1);
    rank_all(county, prng, "招商项目落地", year, UnitType::kDepartment, 0);
    // One item has no list in one year, one ends, so that a last place has no year to compare.
    if (year != last - 1) {
      rank_all(county, prng, "政务数据共享", year, UnitType::kDepartment, 0);
    }
    if (year != last) rank_all(county, prng, "危房改造清零", year, UnitType::kTown, 1);
    const bool early = year == last - 2;
    rank_in_city(county, "水利项目建设", year, 18, early ? 7 : 11, 11);
    rank_in_city(county, "森林防火", year, 8, early ? 60 : 41, 86);
    rank_in_city(county, "森林防火", year, year == last ? 10 : 11, early ? 12 : 86, 86);
  }
}

void plant_rankings(County& county, Picker& picker) {
  const int last = county.last_year;
  const auto claim = [&](const char* what, const Ranking& row) {
    picker.claim(what, row.official);
  };
  put_last(county, "人居环境整治", last - 1, 5);
  Ranking& tied = ranking_of(county, "人居环境整治", last - 1, 6);
  for (Ranking& row : county.rankings) {  // closes the gap the tied town leaves, then ties it
    if (row.item != tied.item || row.year != tied.year || row.unit == 5 || row.unit == 6) continue;
    if (row.place > tied.place) --row.place;
  }
  tied.place = ranking_of(county, "人居环境整治", last - 1, 5).place = tied.ranked - 1;
  claim("ranking: tied for last one year, last the next", put_last(county, tied.item, last, 5));
  claim("ranking: tied for last in one year only", tied);
  put_last(county, "信访积案化解", last - 1, 7);
  Ranking& passed_on = put_last(county, "信访积案化解", last, 7);
  claim("ranking: unit last twice, responsible in the first year only",
        ranking_of(county, passed_on.item, last - 1, 7));
  passed_on.official = head_of(county, 7, 0);
  claim("ranking: unit last twice, responsible in the second year only", passed_on);
  claim("ranking: last, no list of that item the year before",
        put_last(county, "政务数据共享", last, 20));
  claim("ranking: last, no list of that item the year after",
        put_last(county, "危房改造清零", last - 1, 9));
  claim("ranking: last of the city's trade twice", ranking_of(county, "水利项目建设", last, 18));
}

// ---- Commendations ----

struct Honour {
  const char* name;
  const char* body;
  const char* level;
};
constexpr std::array<Honour, 4> kHonours = {{
    {"全县实干先锋", "中共岚汀县委、岚汀县人民政府", "县处级"},
    {"全市基层治理先进个人", "中共砚州市委、砚州市人民政府", "市厅级"},
    {"全省防汛救灾先进个人", "省委、省人民政府", "省部级"},
    {"全国乡镇工作先进个人", "中央有关部门", "国家级"},
}};

void plant_commendation(County& county, Picker& picker, const char* what, size_t honour,
                        Day granted, std::optional<Day> revoked) {
  const Honour& kind = kHonours[honour];
  county.commendations.push_back(
      {person(picker.take(what, long_enough)), kind.name, kind.body, kind.level, granted, revoked});
}

void commend(County& county, Picker& picker) {
  Prng prng(kCommendationSeed);
  const auto none = std::nullopt;
  plant_commendation(county, picker, "honour: county level only", 0, day(2023, 7, 1), none);
  plant_commendation(county, picker, "honour: city level", 1, day(2022, 6, 30), none);
  plant_commendation(county, picker, "honour: national level", 3, day(2024, 2, 28), none);
  plant_commendation(county, picker, "honour: revoked before the as-of date", 2, day(2019, 12, 3),
                     day(2025, 4, 30));
  plant_commendation(county, picker, "honour: revoked on the as-of date", 1, day(2021, 5, 4),
                     county.as_of);
  plant_commendation(county, picker, "honour: one revoked, one kept", 1, day(2020, 8, 19),
                     day(2024, 11, 6));
  Commendation kept = county.commendations.back();
  kept.name = "全市招商引资先进个人";
  kept.granted = day(2023, 1, 16);
  kept.revoked.reset();
  county.commendations.push_back(kept);
  std::set<size_t> listed;
  for (const Commendation& row : county.commendations) listed.insert(row.official);
  for (size_t i = 0; i < county.officials.size(); ++i) {
    const Official& official = county.officials[i];
    if (!official.accepted() || listed.contains(i) || !long_enough(official)) continue;
    if (!prng.chance(7)) continue;
    const Honour& kind = kHonours[static_cast<size_t>(std::min(prng.below(7), 5) / 2)];
    county.commendations.push_back(
        {person(i), prng.chance(50) ? kind.name : std::string(kind.name) + "（二等）", kind.body,
         kind.level, day(prng.between(2021, 2025), prng.between(1, 12), prng.between(1, 28)),
         none});
  }
}

// ---- Sanctions ----

// Work, not wilful, second form, fit, outstanding: usable again once it has expired.
Sanction mild(const char* kind, Day effective) {
  Sanction row;
  row.kind = kind;
  row.effective = effective;
  row.nature = kAtWork;
  row.motive = "客观";
  row.form = "第二种";
  row.performance = "突出";
  row.fit = true;
  return row;
}

// None of that, so that nothing but its dates speaks.
Sanction grave(const char* kind, Day effective) {
  Sanction row = mild(kind, effective);
  row.nature = kPersonal;
  row.motive = "主观";
  row.form = "第三种";
  row.performance = "一般";
  row.fit = false;
  return row;
}

size_t sanction(County& county, Picker& picker, const char* what, Sanction row) {
  row.official = picker.take(what, long_enough);
  county.sanctions.push_back(row);
  return row.official;
}

void plant_periods(County& county, Picker& picker) {
  const auto plant = [&](const char* what, const Sanction& row) {
    return sanction(county, picker, what, row);
  };
  plant("sanction: period ends on the as-of date, months blank", grave("记过", day(2025, 6, 30)));
  plant("sanction: period ended the day before", grave("记过", day(2025, 6, 29)));
  Sanction clipped = grave("警告", day(2025, 8, 31));
  clipped.months = 6;
  plant("sanction: 31 August and six months is 28 February", clipped);
  plant("sanction: 31 December and six months is 30 June",
        grave("党内严重警告", day(2024, 12, 31)));
  plant("sanction: expired at the end of February", grave("诫勉", day(2025, 8, 29)));
  Sanction longer = grave("诫勉", day(2025, 3, 14));
  longer.months = 18;
  plant("sanction: longer than the usual period", longer);
  Sanction revoked = grave("降级", day(2025, 2, 10));
  revoked.revoked = true;
  plant("sanction: revoked within its period", revoked);
  Sanction exempt = grave("记大过", day(2025, 10, 22));
  exempt.tolerance = "免于";
  plant("sanction: exempted by tolerance", exempt);
  Sanction reduced = grave("记过", day(2025, 11, 3));
  reduced.tolerance = "减轻";
  plant("sanction: only reduced by tolerance", reduced);
  plant("sanction: effective 36 months before", grave("记过", day(2023, 6, 30)));
  plant("sanction: effective 36 months and a day before", grave("记过", day(2023, 6, 29)));
  const size_t twice = plant("sanction: one expired, one running", grave("警告", day(2023, 9, 12)));
  Sanction second = grave("党内警告", day(2025, 12, 19));
  second.official = twice;
  county.sanctions.push_back(second);
}

void plant_reuse(County& county, Picker& picker) {
  const auto plant = [&](const char* what, const Sanction& row) {
    sanction(county, picker, what, row);
  };
  Sanction row = mild("警告", day(2024, 5, 20));
  plant("reuse: all first of their kind, second form", row);
  row.form = "第一种";
  plant("reuse: all first of their kind, first form", row);
  row.performance.clear();
  plant("reuse: performance not judged", row);
  row.performance = "一般";
  plant("reuse: performance ordinary", row);
  row = mild("党内警告", day(2024, 1, 9));
  row.form = "第三种";
  plant("reuse: third form", row);
  row = mild("记过", day(2024, 3, 27));
  row.motive = "主观";
  plant("reuse: wilful", row);
  row = mild("记过", day(2023, 11, 15));
  row.nature = kPersonal;
  plant("reuse: personal reasons", row);
  row = mild("警告", day(2024, 8, 6));
  row.fit = false;
  plant("reuse: not fit for a post", row);
  plant("reuse: not yet expired", mild("记大过", day(2025, 4, 11)));
  row = mild("撤职", day(2022, 10, 18));
  row.tolerance = "从轻";
  row.months = 24;
  plant("reuse: expired after two years, lenient by tolerance", row);
}

void sanction_others(County& county) {
  constexpr std::array kKinds = {"警告",         "记过",         "党内警告",
                                 "党内严重警告", "撤销党内职务", "诫勉"};
  constexpr std::array kForms = {"第一种", "第二种", "第二种", "第三种", "第四种"};
  Prng prng(kSanctionSeed);
  std::set<size_t> listed;
  for (const Sanction& row : county.sanctions) listed.insert(row.official);
  for (size_t i = 0; i < county.officials.size(); ++i) {
    const Official& official = county.officials[i];
    if (!official.accepted() || listed.contains(i) || !long_enough(official)) continue;
    if (!prng.chance(4)) continue;
    Sanction row = mild(prng.pick(kKinds),
                        day(prng.between(2021, 2025), prng.between(1, 12), prng.between(1, 28)));
    row.official = i;
    if (prng.chance(30)) row.nature = kPersonal;
    if (prng.chance(40)) row.motive = "主观";
    row.form = prng.pick(kForms);
    if (prng.chance(40)) row.performance = "一般";
    row.fit = prng.chance(60);
    county.sanctions.push_back(row);
  }
}

// ---- Leave, tuition, income, examinations ----

void grant_leave(County& county) {
  constexpr std::array kReasons = {kApproved, "因工作需要未安排，未审批", "本人放弃", kApproved};
  Prng prng(kLeaveSeed);
  for (size_t i = 0; i < county.officials.size(); ++i) {
    const Official& official = county.officials[i];
    if (!official.accepted() || complete_years(official.start, county.last_year) < 0) continue;
    Leave row{person(i), 0, 0, ""};
    row.taken = leave_days(official.start, county.last_year);
    if (row.taken > 0 && prng.chance(55)) {
      row.untaken = prng.chance(25) ? row.taken : prng.between(1, row.taken);
      row.taken -= row.untaken;
      row.reason = prng.pick(kReasons);
    }
    county.leaves.push_back(row);
  }
}

struct Study {
  const char* what;
  const char* form;
  std::optional<Day> diploma, degree;
  std::vector<int64_t> tuition;
  int64_t books;
};

std::vector<Study> studies() {
  const auto none = std::nullopt;
  // 60 % of each line rounded by itself, and then added, would give other sums in the second.
  return {
      {"tuition: one line", kPostgraduate, day(2023, 6, 25), day(2023, 6, 25), {4500000}, 120000},
      {"tuition: three lines, summed and then rounded",
       kPostgraduate,
       day(2024, 7, 1),
       day(2024, 12, 20),
       {1333331, 1333341, 1333351},
       0},
      {"tuition: 33,333.33", kPostgraduate, day(2022, 6, 30), day(2022, 6, 30), {3333333}, 86050},
      {"tuition: later certificate on the document's own date",
       kPostgraduate,
       day(2019, 6, 28),
       day(2019, 10, 11),
       {2800050},
       0},
      {"tuition: later certificate the day before",
       kPostgraduate,
       day(2019, 6, 28),
       day(2019, 10, 10),
       {2800070},
       0},
      {"tuition: diploma before the document, degree after it",
       kPostgraduate,
       day(2019, 6, 28),
       day(2020, 6, 30),
       {800000, 3599999},
       45000},
      {"tuition: both certificates before the document",
       kPostgraduate,
       day(2018, 7, 1),
       day(2018, 12, 31),
       {3600000},
       0},
      {"tuition: diploma only", kPostgraduate, day(2025, 6, 20), none, {3200000}, 98000},
      {"tuition: degree only", kPostgraduate, none, day(2025, 12, 25), {2650000}, 0},
      {"tuition: no certificate yet", kPostgraduate, none, none, {1500000}, 0},
      {"tuition: not the unified examination",
       kSelfStudy,
       day(2023, 12, 30),
       day(2024, 6, 30),
       {680000},
       56000},
      {"tuition: books only", kPostgraduate, day(2021, 6, 30), day(2021, 6, 30), {}, 230000},
      {"tuition: degree before the diploma",
       kPostgraduate,
       day(2025, 9, 30),
       day(2025, 6, 30),
       {5200001},
       0},
  };
}

void study(County& county, Picker& picker) {
  for (const Study& one : studies()) {
    const size_t chosen = picker.take(one.what, [](const Official& official) {
      return long_enough(official) && year_of(official.start) <= 2016;
    });
    const auto line = [&](const char* fee, int64_t fen) {
      county.tuition.push_back({person(chosen), one.form, one.diploma, one.degree, fee, fen});
    };
    for (const int64_t fen : one.tuition) line("学费", fen);
    if (one.books > 0) line("教材费", one.books);
  }
}

int64_t usual_income(const std::string& rank) {
  constexpr std::array<std::pair<const char*, int64_t>, 8> kUsual = {{{"二级科员", 468000},
                                                                      {"一级科员", 512000},
                                                                      {"四级主任科员", 561000},
                                                                      {"三级主任科员", 598000},
                                                                      {"二级主任科员", 642000},
                                                                      {"一级主任科员", 689000},
                                                                      {"四级调研员", 765000},
                                                                      {"三级调研员", 812000}}};
  for (const auto& [name, fen] : kUsual) {
    if (rank == name) return fen;
  }
  return 0;
}

int town_percent(const std::string& rank) {
  if (rank == "二级科员" || rank == "四级主任科员") return 116;
  return rank == "三级主任科员" || rank == "二级主任科员" ? 120 : 124;
}

struct Sum {
  int64_t fen = 0;
  std::vector<Income*> rows;

  int64_t count() const { return static_cast<int64_t>(rows.size()); }
};

Sum sum_of(County& county, const std::string& rank, const std::string& unit_type) {
  Sum sum;
  for (Income& row : county.incomes) {
    if (row.rank != rank || row.unit_type != unit_type || !row.fault.empty()) continue;
    sum.fen += row.fen;
    sum.rows.push_back(&row);
  }
  return sum;
}

void add_evenly(const Sum& sum, int64_t fen) {
  for (Income* row : sum.rows) row->fen += fen / sum.count();
  sum.rows.back()->fen += fen % sum.count();
}

// Makes the township mean exactly 1.20 of the county mean, and then `short_by` fen less in all.
void pin_ratio(County& county, const std::string& rank, int64_t short_by) {
  const Sum peers = sum_of(county, rank, kCountyOffice);
  const Sum town = sum_of(county, rank, kTownOffice);
  if (peers.rows.empty() || town.rows.empty()) return;
  const int64_t step = 5 * peers.count();  // makes six fifths of the mean a whole number of fen
  const int64_t steps = (peers.fen + step - 1) / step;
  add_evenly(peers, steps * step - peers.fen);
  add_evenly(town, steps * 6 * town.count() - short_by - town.fen);
}

void pay(County& county, Picker& picker) {
  Prng prng(kIncomeSeed);
  for (size_t i = 0; i < county.officials.size(); ++i) {
    const Official& official = county.officials[i];
    if (!official.accepted() || official.rank.empty()) continue;
    if (year_of(official.start) > county.last_year) continue;
    const bool town = official.type == UnitType::kTown;
    const int64_t usual =
        usual_income(official.rank) * (town ? town_percent(official.rank) : 100) / 100;
    county.incomes.push_back({person(i), town ? kTownOffice : kCountyOffice, official.rank,
                              usual + prng.between(-30000, 30000)});
  }
  const size_t fraction = picker.take("income refused: a fraction of a fen", [](const Official& o) {
    return o.rank == "一级科员" && o.type == UnitType::kDepartment && long_enough(o);
  });
  for (Income& row : county.incomes) {
    if (row.official == fraction) row.fault = "amount with a fraction of a fen";
  }
  pin_ratio(county, "三级主任科员", 0);
  pin_ratio(county, "二级主任科员", 1);
}

void examine(County& county) {
  Prng prng(kExaminationSeed);
  for (size_t i = 0; i < county.officials.size(); ++i) {
    const Official& official = county.officials[i];
    if (!official.accepted() || complete_years(official.start, county.last_year) < 0) continue;
    const bool entered_late = official.start >= day(county.last_year, 10, 1);
    if (entered_late || prng.chance(4)) continue;
    county.examinations.push_back({person(i), day(county.last_year, 9, prng.between(8, 26))});
  }
}

}  // namespace

void make_registers(County& county, Picker& picker) {
  appraise(county);
  appraise_units(county);
  score(county);
  rank_work(county);
  // Heads of units first, while they are free; then those whom anyone can stand for.
  plant_rankings(county, picker);
  plant_points(county, picker);
  add_stranger(county);
  pay(county, picker);
  study(county, picker);
  plant_appraisals(county, picker);
  commend(county, picker);
  plant_periods(county, picker);
  plant_reuse(county, picker);
  sanction_others(county);
  grant_leave(county);
  examine(county);
}

}  // namespace samples
