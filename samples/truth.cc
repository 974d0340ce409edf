#include "truth.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

namespace samples {
namespace {

enum class Verdict { kMet, kNotMet, kInsufficient };

Verdict verdict(bool met) {
  return met ? Verdict::kMet : Verdict::kNotMet;
}

using Answers = std::map<size_t, Verdict>;  // by official
using Amounts = std::vector<std::pair<size_t, int64_t>>;

class Truth {
 public:
  explicit Truth(const County& county) : county_(county) {
    for (size_t i = 0; i < county.officials.size(); ++i) {
      if (county.officials[i].accepted()) people_.push_back(i);
    }
  }

  size_t officials() const { return people_.size(); }
  const std::vector<size_t>& people() const { return people_; }

  int last_final_year() const {
    int last = 0;
    for (const Appraisal& row : county_.appraisals) {
      if (counts(row)) last = std::max(last, row.year);
    }
    return last;
  }

  // N4.R1: the unit the official is in now, excellent in the three years.
  Answers unit_excellent() const {
    return for_each([&](size_t person) {
      return three_excellent([&](int year) { return unit_grade(person, year); });
    });
  }

  // N4.R2b: the official, excellent in the three years.
  Answers person_excellent() const {
    return for_each([&](size_t person) {
      return three_excellent([&](int year) { return grade(person, year); });
    });
  }

  // N4.R2a: commended by a body of the city's level or above, not revoked.
  Answers commended() const {
    return for_each([&](size_t person) {
      for (const Commendation& row : county_.commendations) {
        if (row.official != person || row.level == "县处级") continue;
        if (!row.revoked || *row.revoked > county_.as_of) return Verdict::kMet;
      }
      return Verdict::kNotMet;
    });
  }

  // N4.R2c and N5.R4: in front, or at the back, of the comparison group in both years.
  Answers points_both_years(bool front) const {
    return for_each([&](size_t person) {
      const Verdict before = points(person, last_final_year() - 1, front);
      const Verdict last = points(person, last_final_year(), front);
      if (before == Verdict::kNotMet || last == Verdict::kNotMet) return Verdict::kNotMet;
      const bool both = before == Verdict::kMet && last == Verdict::kMet;
      return both ? Verdict::kMet : Verdict::kInsufficient;
    });
  }

  // N5.R2: last for the same item in both years.
  Answers last_twice() const {
    return for_each([&](size_t person) {
      Verdict all = Verdict::kNotMet;
      for (const std::string& item : items()) {
        const Verdict one = last_twice(person, item);
        if (one == Verdict::kMet) return one;
        if (one == Verdict::kInsufficient) all = one;
      }
      return all;
    });
  }

  // S11.R1
  Answers incompetent() const {
    return for_each([&](size_t person) {
      const std::string* last = grade(person, last_final_year());
      return last == nullptr ? Verdict::kInsufficient : verdict(*last == "不称职");
    });
  }

  // N4.R8
  Answers barred() const {
    return any_sanction([&](const Sanction& row) {
      return verdict(stands(row) && impact_end(row) >= county_.as_of);
    });
  }

  // S16.R1
  Answers sanctioned_lately() const {
    return any_sanction([&](const Sanction& row) {
      return verdict(stands(row) && row.effective >= add_months(county_.as_of, -36));
    });
  }

  // S17.R1
  Answers reusable() const {
    return any_sanction([&](const Sanction& row) {
      if (!stands(row) || impact_end(row) >= county_.as_of) return Verdict::kNotMet;
      if (row.nature != "工作原因" || row.motive != "客观" || !row.fit) return Verdict::kNotMet;
      if (row.form != "第一种" && row.form != "第二种") return Verdict::kNotMet;
      if (row.performance.empty()) return Verdict::kInsufficient;
      return verdict(row.performance == "突出");
    });
  }

  // N16.R3
  Amounts leave() const {
    Amounts days;
    for (const size_t person : people_) {
      days.emplace_back(person, leave_days(county_.officials[person].start, benefit_year()));
    }
    return days;
  }

  // N16.R4
  Amounts paid_leave() const {
    Amounts days;
    for (const Leave& row : county_.leaves) {
      const bool approved = row.reason == "因工作需要未安排，已审批";
      if (approved && row.untaken > 0) days.emplace_back(row.official, row.untaken);
    }
    return days;
  }

  // N16.R6: who owed an examination and is not on the list.
  Answers unexamined() const {
    return for_each([&](size_t person) {
      if (complete_years(county_.officials[person].start, benefit_year()) < 0) {
        return Verdict::kNotMet;
      }
      for (const Examination& row : county_.examinations) {
        if (row.official == person) return Verdict::kNotMet;
      }
      return Verdict::kMet;
    });
  }

  // N14.R3: six tenths of all tuition lines together, half a fen up.
  Amounts refunds() const {
    std::map<size_t, int64_t> tuition;
    for (const TuitionLine& row : county_.tuition) {
      if (row.fee != "学费" || row.form != "在职研究生（全国统一招生考试）") continue;
      if (!row.diploma || !row.degree) continue;
      // The county's document is of this day and does not reach back.
      if (std::max(*row.diploma, *row.degree) < day(2019, 10, 11)) continue;
      tuition[row.official] += row.fen;
    }
    Amounts refunds;
    for (const auto& [person, fen] : tuition) refunds.emplace_back(person, (fen * 6 + 5) / 10);
    return refunds;
  }

  // S13.R1, by rank, in the order the income sheets first name them.
  std::vector<std::pair<std::string, Verdict>> town_income() const {
    std::vector<std::pair<std::string, Verdict>> answers;
    std::set<std::string> done;
    for (const Income& row : county_.incomes) {
      if (row.unit_type != "乡镇机关" || !done.insert(row.rank).second) continue;
      const auto [town_fen, town_count] = income("乡镇机关", row.rank);
      const auto [county_fen, county_count] = income("县直机关", row.rank);
      const bool enough = 5 * town_fen * county_count >= 6 * county_fen * town_count;
      answers.emplace_back(row.rank, county_count == 0 ? Verdict::kInsufficient : verdict(enough));
    }
    return answers;
  }

 private:
  Answers for_each(const std::function<Verdict(size_t)>& answer) const {
    Answers answers;
    for (const size_t person : people_) answers[person] = answer(person);
    return answers;
  }

  // Met by any of the person's sanctions; else insufficient by any; else not met.
  Answers any_sanction(const std::function<Verdict(const Sanction&)>& answer) const {
    return for_each([&](size_t person) {
      Verdict all = Verdict::kNotMet;
      for (const Sanction& row : county_.sanctions) {
        if (row.official != person) continue;
        const Verdict one = answer(row);
        if (one == Verdict::kMet) return one;
        if (one == Verdict::kInsufficient) all = one;
      }
      return all;
    });
  }

  int benefit_year() const { return year_of(county_.as_of) - 1; }

  bool counts(const Appraisal& row) const {
    return row.fault.empty() && row.decided <= county_.as_of;
  }

  const std::string* grade(size_t person, int year) const {
    for (const Appraisal& row : county_.appraisals) {
      if (row.official == person && row.year == year && counts(row)) return &row.grade;
    }
    return nullptr;
  }

  const std::string* unit_grade(size_t person, int year) const {
    for (const UnitAppraisal& row : county_.unit_appraisals) {
      const bool own = county_.units[row.unit].name == county_.officials[person].unit;
      if (own && row.year == year) return &row.grade;
    }
    return nullptr;
  }

  Verdict three_excellent(const std::function<const std::string*(int)>& grade_in) const {
    bool missing = false;
    for (int year = last_final_year() - 2; year <= last_final_year(); ++year) {
      const std::string* one = grade_in(year);
      if (one != nullptr && *one != "优秀") return Verdict::kNotMet;
      missing = missing || one == nullptr;
    }
    return missing ? Verdict::kInsufficient : Verdict::kMet;
  }

  Verdict points(size_t person, int year, bool front) const {
    const Points* own = nullptr;
    for (const Points& row : county_.points) {
      if (row.official == person && row.year == year) own = &row;
    }
    if (own == nullptr || !own->tenths) return Verdict::kInsufficient;
    int size = 0;
    int ahead = 0;
    for (const Points& row : county_.points) {
      if (row.group != own->group || row.year != year) continue;
      if (!row.fault.empty() || !row.tenths) continue;
      ++size;
      if (front ? *row.tenths > *own->tenths : *row.tenths < *own->tenths) ++ahead;
    }
    if (size < 5) return Verdict::kInsufficient;
    return verdict(1 + ahead <= size * (front ? 20 : 10) / 100);
  }

  std::set<std::string> items() const {
    std::set<std::string> items;
    for (const Ranking& row : county_.rankings) items.insert(row.item);
    return items;
  }

  // No value: there is no list of the item in that year.
  std::optional<bool> last_in(size_t person, const std::string& item, int year) const {
    int last = 0;
    for (const Ranking& row : county_.rankings) {
      if (row.item == item && row.year == year) last = std::max(last, row.place);
    }
    if (last == 0) return std::nullopt;
    for (const Ranking& row : county_.rankings) {
      if (row.item != item || row.year != year || row.place != last) continue;
      if (row.official == person) return true;
    }
    return false;
  }

  Verdict last_twice(size_t person, const std::string& item) const {
    const std::optional<bool> before = last_in(person, item, last_final_year() - 1);
    const std::optional<bool> last = last_in(person, item, last_final_year());
    if (before && last) return verdict(*before && *last);
    return before.value_or(false) || last.value_or(false) ? Verdict::kInsufficient
                                                          : Verdict::kNotMet;
  }

  bool stands(const Sanction& row) const {
    return !row.revoked && row.tolerance != "免于" && row.effective <= county_.as_of;
  }

  static Day impact_end(const Sanction& row) {
    static const std::map<std::string, int> usual = {
        {"警告", 6},      {"记过", 12},         {"记大过", 18},       {"降级", 24}, {"撤职", 24},
        {"党内警告", 12}, {"党内严重警告", 18}, {"撤销党内职务", 24}, {"诫勉", 6}};
    return add_months(row.effective, row.months ? *row.months : usual.at(row.kind));
  }

  std::pair<int64_t, int64_t> income(const std::string& unit_type, const std::string& rank) const {
    std::pair<int64_t, int64_t> sum{0, 0};
    for (const Income& row : county_.incomes) {
      if (row.unit_type != unit_type || row.rank != rank || !row.fault.empty()) continue;
      sum.first += row.fen;
      ++sum.second;
    }
    return sum;
  }

  const County& county_;
  std::vector<size_t> people_;
};

// Just enough JSON, one value a line as county A has it.
class Json {
 public:
  explicit Json(const County& county) : county_(county) {}

  std::string take() { return "{\n" + text_ + "\n}\n"; }

  void add(const std::string& key, const std::string& value) {
    if (!text_.empty()) text_ += ",\n";
    text_ += " " + quoted(key) + ": " + value;
  }
  void add_verdicts(const std::string& rule, const Answers& answers) {
    add(rule, "{\n  \"MET\": " + identities(answers, Verdict::kMet) +
                  ",\n  \"INSUFFICIENT\": " + identities(answers, Verdict::kInsufficient) + "\n }");
  }
  void add_amounts(const std::string& rule, const Amounts& amounts) {
    std::vector<std::string> lines;
    for (const auto& [person, amount] : amounts) {
      lines.push_back(quoted(identity(person)) + ": " + std::to_string(amount));
    }
    add(rule, block("{", lines, "}", 1));
  }
  std::string identities(const Answers& answers, Verdict wanted) const {
    std::vector<std::string> found;
    for (const auto& [person, answer] : answers) {
      if (answer == wanted) found.push_back(quoted(identity(person)));
    }
    std::sort(found.begin(), found.end());
    return block("[", found, "]", 2);
  }

  static std::string quoted(const std::string& text) { return "\"" + text + "\""; }
  static std::string block(const std::string& open, const std::vector<std::string>& lines,
                           const std::string& close, size_t depth) {
    if (lines.empty()) return open + close;
    std::string text = open;
    for (const std::string& line : lines) {
      text += (&line == lines.data() ? "\n" : ",\n") + std::string(depth + 1, ' ') + line;
    }
    return text + "\n" + std::string(depth, ' ') + close;
  }

 private:
  const std::string& identity(size_t person) const { return county_.officials[person].identity; }

  const County& county_;
  std::string text_;
};

std::string word(Verdict answer) {
  switch (answer) {
    case Verdict::kMet:
      return "\"MET\"";
    case Verdict::kNotMet:
      return "\"NOT_MET\"";
    case Verdict::kInsufficient:
      return "\"INSUFFICIENT\"";
  }
  return "";
}

std::string refused_rows(const std::vector<Refused>& refused) {
  std::vector<std::string> lines;
  for (const Refused& row : refused) {
    lines.push_back("[" + Json::quoted(row.file) + ", " + Json::quoted(row.sheet) + ", " +
                    Json::quoted(row.fault) + ", " + Json::quoted(row.key) + "]");
  }
  return Json::block("[", lines, "]", 2);
}

std::string refused_at(const std::vector<Refused>& refused) {
  std::vector<std::string> lines;
  for (const Refused& row : refused) lines.push_back(std::to_string(row.row));
  return Json::block("[", lines, "]", 2);
}

std::string cases(const County& county) {
  std::vector<std::string> lines;
  for (const Case& one : county.cases) {
    lines.push_back("[" + Json::quoted(one.what) + ", " + Json::quoted(one.identity) + "]");
  }
  return Json::block("[", lines, "]", 2);
}

std::string about(const County& county, const Truth& truth, const std::vector<Refused>& refused) {
  const std::vector<std::string> lines = {
      "\"as_of\": \"2026-06-30\"",
      "\"last_final_year\": " + std::to_string(truth.last_final_year()),
      "\"officials\": " + std::to_string(truth.officials()),
      "\"parameters\": {\n   \"catchup.front\": 0.2,\n   \"catchup.back\": 0.1,\n"
      "   \"catchup.min_group\": 5\n  }",
      "\"tuition_from\": \"2019-10-11\"",
      "\"refused_rows\": " + refused_rows(refused),
      "\"refused_at\": " + refused_at(refused),
      "\"cases\": " + cases(county)};
  return Json::block("{", lines, "}", 1);
}

}  // namespace

std::string truth_json(const County& county, const std::vector<Refused>& refused) {
  const Truth truth(county);
  Json json(county);
  json.add_verdicts("N4.R1", truth.unit_excellent());
  json.add_verdicts("N4.R2b", truth.person_excellent());
  json.add_verdicts("N4.R2a", truth.commended());
  json.add_verdicts("N4.R2c", truth.points_both_years(true));
  json.add_verdicts("N5.R4", truth.points_both_years(false));
  json.add_verdicts("N5.R2", truth.last_twice());
  json.add_verdicts("S11.R1", truth.incompetent());
  json.add_verdicts("N4.R8", truth.barred());
  json.add_verdicts("S16.R1", truth.sanctioned_lately());
  json.add_verdicts("S17.R1", truth.reusable());
  json.add_amounts("N16.R3", truth.leave());
  json.add_amounts("N16.R4", truth.paid_leave());
  json.add("N16.R6",
           "{\n  \"missing\": " + json.identities(truth.unexamined(), Verdict::kMet) + "\n }");
  json.add_amounts("N14.R3", truth.refunds());
  std::vector<std::string> ranks;
  for (const auto& [rank, answer] : truth.town_income()) {
    ranks.push_back(Json::quoted(rank) + ": " + word(answer));
  }
  json.add("S13.R1", Json::block("{", ranks, "}", 1));
  json.add("_", about(county, truth, refused));
  return json.take();
}

}  // namespace samples
