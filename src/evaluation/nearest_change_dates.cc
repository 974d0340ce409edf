// The next day on which a verdict is another though no record changes.

#include <algorithm>
#include <set>

#include "evaluation/nearest_change.h"
#include "evaluation/nearest_change_reading.h"

namespace dandang::evaluation {

using feel::Entity;
using feel::TraceNode;
using policy::Rule;

namespace {

constexpr int kYearsAhead = 5;
constexpr size_t kMostDays = 60;  // days evaluated before halving

void collect_dates(const TraceNode& node, std::vector<Date>& out) {
  constexpr size_t kMost = 40;
  if (out.size() >= kMost) return;
  if (node.value.is(feel::Value::Kind::kDate)) out.push_back(node.value.date());
  for (const TraceNode& child : node.children) collect_dates(child, out);
}

class NextDaySearch {
 public:
  NextDaySearch(const policy::PolicySet& set, const record::Dataset& data, Date as_of,
                const Overrides& overrides, const Rule& rule, const Entity& subject,
                std::string key)
      : set_(set),
        data_(data),
        as_of_(as_of),
        overrides_(overrides),
        rule_(rule),
        subject_(subject),
        key_(std::move(key)),
        reading_(set, rule) {}

  NextDay run() {
    NextDay out;
    out.until = as_of_.add_months(int64_t{12} * kYearsAhead);
    const auto now = verdict_on(as_of_, nullptr);
    if (!now) return out;
    Date last = as_of_;
    size_t evaluated = 0;
    for (const Date day : critical_days(out.until)) {
      if (++evaluated > kMostDays) break;
      const auto then = verdict_on(day, nullptr);
      if (!then) break;  // the rule is no longer in force
      if (*then != *now) return first_between(last, day, *now);
      last = day;
    }
    return out;
  }

 private:
  bool in_force(Date day) const {
    const policy::Package* package = set_.find_package(rule_.package);
    return rule_.validity.holds_on(day) && (package == nullptr || package->validity.holds_on(day));
  }

  std::optional<Verdict> verdict_on(Date day, TraceNode* trace) const {
    if (!in_force(day)) return std::nullopt;
    RunOptions options;
    options.overrides = overrides_;
    Run run(set_, data_, day, std::move(options));
    std::optional<Entity> subject;
    if (!run.model().is_group({&run.model(), subject_.kind, subject_.row})) {
      subject = Entity{&run.model(), subject_.kind, subject_.row};
    } else {
      for (const Entity& group : run.model().subjects(rule_.subject)) {
        if (run.model().key_of(group) == key_) subject = group;
      }
    }
    if (!subject) return std::nullopt;
    run.model().evaluator().trace_into(trace);
    const Finding finding = run.evaluate(rule_, *subject);
    run.model().evaluator().trace_into(nullptr);
    if (!concerns(finding)) return std::nullopt;
    return finding.verdict;
  }

  std::vector<Date> dates_met(Date day) const {
    TraceNode root;
    verdict_on(day, &root);
    std::vector<Date> out;
    collect_dates(root, out);
    return out;
  }

  // Days on which something the rule reads passes a boundary: records begin or cease to hold,
  // settings come into force, years turn, and dates that move with the day meet those that do not.
  std::vector<Date> critical_days(Date until) const {
    std::set<Date> out;
    add_validity(out);
    add_settings(out);
    if (reading_.says("as_of")) {
      add_meetings(out);
      for (int year = 1; year <= kYearsAhead; ++year) {
        out.insert(*Date::from_ymd(as_of_.year() + year, 1, 1));
      }
    }
    std::erase_if(out, [&](Date day) { return day <= as_of_ || day > until; });
    return {out.begin(), out.end()};
  }

  void add_validity(std::set<Date>& out) const {
    const auto& types = data_.catalogue().types;
    for (size_t t = 0; t < types.size(); ++t) {
      if (!reads(types[t].name)) continue;
      const record::Table& table = data_.table(t);
      for (size_t row = 0; row < table.size(); ++row) {
        if (const auto from = table.valid_from(row)) out.insert(*from);
        if (const auto to = table.valid_to(row)) out.insert(to->add_days(1));
      }
    }
  }

  bool reads(const std::string& type) const {
    return reading_.says(type) ||
           std::any_of(reading_.measures().begin(), reading_.measures().end(), [&](size_t index) {
             return set_.measures[index].over == type || set_.measures[index].on == type;
           });
  }

  void add_settings(std::set<Date>& out) const {
    for (const size_t index : reading_.parameters()) {
      const policy::Parameter& parameter = set_.parameters[index];
      for (const policy::ParameterVersion& version : parameter.versions) {
        if (version.validity.from) out.insert(*version.validity.from);
        if (version.validity.to) out.insert(version.validity.to->add_days(1));
      }
      for (const record::ParameterValue& value : data_.parameters) {
        if (value.name == parameter.name) out.insert(value.from);
      }
    }
    for (const size_t index : reading_.measures()) {
      const policy::Validity& validity = set_.measures[index].validity;
      if (validity.from) out.insert(*validity.from);
      if (validity.to) out.insert(validity.to->add_days(1));
    }
  }

  // Evaluated one day later, some of the dates met have moved with the day.
  void add_meetings(std::set<Date>& out) const {
    const std::vector<Date> now = dates_met(as_of_);
    const std::vector<Date> later = dates_met(as_of_.add_days(1));
    std::set<Date> moving{as_of_};
    std::set<Date> fixed;
    for (size_t i = 0; i < now.size(); ++i) {
      const bool moved = i < later.size() && now.size() == later.size() && now[i] != later[i];
      (moved ? moving : fixed).insert(now[i]);
    }
    for (const Date date : fixed) {
      for (const Date with : moving) {
        // A few days more, since months differ in length; the first is found by halving.
        const Date meeting = as_of_.add_days(date.days() - with.days());
        for (const int more : {0, 1, 4}) out.insert(meeting.add_days(more));
      }
      for (int year = 0; year <= kYearsAhead; ++year) {
        const int months = 12 * (as_of_.year() + year - date.year());
        for (const int more : {0, 1}) out.insert(date.add_months(months).add_days(more));
      }
    }
  }

  NextDay first_between(Date same, Date other, Verdict now) const {
    while (other.days() - same.days() > 1) {
      const Date middle = same.add_days((other.days() - same.days()) / 2);
      (verdict_on(middle, nullptr) == now ? same : other) = middle;
    }
    NextDay out;
    out.until = as_of_.add_months(int64_t{12} * kYearsAhead);
    const auto then = verdict_on(other, nullptr);
    if (!then) return out;
    out.day = other;
    out.to = *then;
    return out;
  }

  const policy::PolicySet& set_;
  const record::Dataset& data_;
  Date as_of_;
  const Overrides& overrides_;
  const Rule& rule_;
  Entity subject_;
  std::string key_;
  Reading reading_;
};

}  // namespace

NextDay next_day(const Model& model, const Overrides& overrides, const Rule& rule,
                 const Entity& subject) {
  if (rule.totals_only) return {};
  return NextDaySearch(model.set(), model.data(), model.as_of(), overrides, rule, subject,
                       model.key_of(subject))
      .run();
}

}  // namespace dandang::evaluation
