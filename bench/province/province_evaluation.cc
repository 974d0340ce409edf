#include "province_evaluation.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "engine/kernels.h"

namespace bench::province {

namespace engine = dandang::engine;
namespace evaluation = dandang::evaluation;

void give_up(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::exit(2);
}

double now_ms() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

// Of all threads; what others take of the machine does not count.
double cpu_ms() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

dandang::policy::PolicySet read_policies(const std::string& folder) {
  const auto files = dandang::policy::read_package_files(folder);
  if (!files) give_up(files.error().to_string(dandang::Language::kEnglish));
  dandang::Diagnostics diagnostics;
  dandang::policy::PolicySet set = dandang::policy::load_packages(*files, diagnostics);
  if (!diagnostics.has_errors()) return set;
  for (const auto& diagnostic : diagnostics.all()) {
    std::fprintf(stderr, "%s\n", diagnostic.to_string(dandang::Language::kEnglish).c_str());
  }
  give_up("the rules do not read");
}

Evaluation::Evaluation(const dandang::policy::PolicySet& set, evaluation::Model& model,
                       engine::Tables& tables, unsigned threads)
    : set_(set), tables_(tables), fields_(*set.catalogue) {
  planner_ = std::make_unique<evaluation::Planner>(model, tables);
  for (const auto& rule : set.rules) {
    const evaluation::PlannedRule planned = planner_->plan(rule);
    if (!planned.is_planned()) give_up(rule.id + " cannot be planned: " + planned.refused.en);
    rules_.push_back(planned.when);
  }
  executor_ = std::make_unique<engine::Executor>(planner_->plans(), tables, threads);
  for (unsigned worker = 0; worker < threads; ++worker) {
    parts_.push_back(std::make_unique<Part>());
    parts_.back()->evidence = std::make_unique<engine::Evidence>(
        *executor_, planner_->plans(), engine::Evidence::Wanted::kRows, worker);
  }
  note_years();
}

void Evaluation::run() {
  masks_.resize(tables_.rows(fields_.table("人员")));
  for (auto& part : parts_) part->rows.clear();
  executor_->run(rules_, [this](const engine::Executor::Done& done) { take(done); });
}

Answer Evaluation::answer() const {
  Answer answer;
  answer.mask = masks_;
  for (const auto& part : parts_) {
    answer.evidence.insert(answer.evidence.end(), part->rows.begin(), part->rows.end());
  }
  return answer;
}

void Evaluation::take(const engine::Executor::Done& done) {
  uint16_t* masks = masks_.data() + done.begin;
  std::fill_n(masks, done.count, uint16_t{0});
  Part& part = *parts_[done.worker];
  for (size_t rule = 0; rule < rules_.size(); ++rule) {
    engine::kernels::add_bit(executor_->states(*rules_[rule]) + done.begin,
                             static_cast<uint16_t>(1U << rule), masks, done.count);
    if (set_.rules[rule].totals_only) continue;
    part.evidence->all(*rules_[rule], engine::state::kTrue, done.begin, done.count, part.used,
                       part.owners);
    add_rows(static_cast<uint8_t>(rule + 1), part);
  }
}

// Records without a year of their own (the person's) are no rows of the answer.
void Evaluation::add_rows(uint8_t rule, Part& part) const {
  for (size_t i = 0; i < part.used.size(); ++i) {
    const uint32_t year = year_of(part.used[i]);
    if (year == 0) continue;
    part.rows.push_back({part.owners[i], static_cast<uint16_t>(year), rule});
  }
}

uint32_t Evaluation::year_of(const engine::Used& used) const {
  const Years& years = years_[used.table];
  if (years.owners != 0) return years.first + used.row / years.owners;
  if (years.dates == nullptr) return 0;
  const int64_t day = years.dates->values.value_at(used.row);
  return years.of_day[static_cast<size_t>(day - years.dates->low)];
}

void Evaluation::note_years() {
  years_.resize(set_.catalogue->types.size());
  for (uint32_t table = 0; table < years_.size(); ++table) {
    const engine::Panel* panel = tables_.panel(table);
    if (panel == nullptr) continue;
    years_[table].owners = static_cast<uint32_t>(panel->owners);
    years_[table].first = static_cast<uint32_t>(panel->first_period);
  }
  for (const auto& [type, field] : {std::pair("表彰", "时间"), std::pair("处分", "生效时间")}) {
    Years& years = years_[fields_.table(type)];
    years.dates = tables_.column(fields_.table(type), fields_.field(type, field));
    for (int64_t day = years.dates->low; day <= years.dates->high; ++day) {
      years.of_day.push_back(static_cast<uint16_t>(dandang::Date::from_days(day).year()));
    }
  }
}

}  // namespace bench::province
