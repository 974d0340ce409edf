// Evaluates the province's rules with the columnar engine, from columns in memory and from a file
// of them, and says how long that took, what it found and what memory it holds:
//
//   province_engine DIR --policies POLICIES [--threads T] [--runs R] [--snapshot FILE]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/column_store.h"
#include "province.h"
#include "province_evaluation.h"

namespace {

using bench::province::Answer;
using bench::province::Evaluation;
using bench::province::Fields;
using bench::province::give_up;
using bench::province::Province;
using dandang::engine::ColumnStore;
using dandang::engine::Type;
namespace engine = dandang::engine;
namespace evaluation = dandang::evaluation;

template <typename T>
std::vector<int64_t> widened(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

class Builder {
 public:
  Builder(const Province& province, const Fields& fields, ColumnStore& store)
      : province_(province), fields_(fields), store_(store) {}

  void build() {
    units();
    persons();
    unit_years();
    yearlies();
    honours();
    sanctions();
  }

 private:
  void add(const char* type, const char* field, Type kind, int scale,
           const std::vector<int64_t>& values, std::vector<engine::State> states = {}) {
    store_.add_column(fields_.table(type), fields_.field(type, field), kind, scale, values,
                      std::move(states));
  }
  int64_t word(const char* text) { return store_.dictionary().add(text); }
  std::vector<int64_t> rows_of_units(const std::vector<uint16_t>& ids) const {
    return widened(bench::province::unit_rows_of(ids, province_.units));
  }

  void units() {
    store_.add_table(fields_.table("单位"), province_.units.size());
    add("单位", "县域", Type::kNumber, 0, widened(province_.units.county_id));
    add("单位", "单位组", Type::kNumber, 0, widened(province_.units.unit_group));
  }
  void persons() {
    store_.add_table(fields_.table("人员"), province_.persons.size());
    add("人员", "单位", Type::kRow, 0, rows_of_units(province_.persons.unit_id));
    add("人员", "职务层次", Type::kNumber, 0, widened(province_.persons.post_level));
    add("人员", "正职", Type::kNumber, 0, widened(province_.persons.is_head));
  }

  // A panel's cells from rows by period and owner.
  struct Cells {
    size_t owners = 0;
    int64_t first = 0;
    std::vector<size_t> at;  // a row each
    std::vector<uint8_t> present;

    template <typename T>
    std::vector<int64_t> spread(const std::vector<T>& values) const {
      std::vector<int64_t> out(present.size(), 0);
      for (size_t i = 0; i < values.size(); ++i) out[at[i]] = static_cast<int64_t>(values[i]);
      return out;
    }
    std::vector<engine::State> states() const {
      std::vector<engine::State> out(present.size(), engine::state::kMissing);
      for (const size_t cell : at) out[cell] = engine::state::kValue;
      return out;
    }
  };
  template <typename Owners>
  Cells panel(const char* type, const char* owner, const char* owner_type, const Owners& owners,
              const std::vector<int16_t>& years) {
    Cells cells;
    cells.owners = store_.rows(fields_.table(owner_type));
    cells.first = *std::min_element(years.begin(), years.end());
    const auto periods =
        static_cast<size_t>(*std::max_element(years.begin(), years.end()) - cells.first + 1);
    cells.present.assign(periods * cells.owners, 0);
    for (size_t i = 0; i < years.size(); ++i) {
      cells.at.push_back(static_cast<size_t>(years[i] - cells.first) * cells.owners +
                         static_cast<size_t>(owners[i]));
      cells.present[cells.at.back()] = 1;
    }
    store_.add_table(fields_.table(type), cells.present.size());
    engine::Panel panel;
    panel.owner_table = fields_.table(owner_type);
    panel.owner_field = fields_.field(type, owner);
    panel.period_name = "年度";
    panel.first_period = cells.first;
    panel.periods = periods;
    panel.owners = cells.owners;
    store_.add_panel(fields_.table(type), panel, cells.present);
    return cells;
  }
  void unit_years() {
    const auto& rows = province_.unit_years;
    const Cells cells = panel("单位考核", "单位", "单位", rows_of_units(rows.unit_id), rows.year);
    add("单位考核", "得分", Type::kNumber, 2, cells.spread(rows.score));
  }
  void yearlies() {
    const auto& rows = province_.yearlies;
    const Cells cells = panel("年度考核", "人员", "人员",
                              bench::province::person_rows_of_yearlies(province_), rows.year);
    const int64_t words[] = {word("优秀"), word("称职"), word("基本称职"), word("不称职"),
                             word("不定等次")};
    std::vector<int64_t> grades;
    grades.reserve(rows.size());
    for (const auto grade : rows.grade) grades.push_back(words[static_cast<size_t>(grade)]);
    add("年度考核", "等次", Type::kWord, 0, cells.spread(grades));
    std::vector<engine::State> states = cells.states();
    for (size_t i = 0; i < rows.size(); ++i) {
      if (rows.points[i] == bench::province::kNoPoints) {
        states[cells.at[i]] = engine::state::kNull;
      }
    }
    add("年度考核", "积分", Type::kNumber, 2, cells.spread(rows.points), std::move(states));
    add("年度考核", "单位", Type::kRow, 0, cells.spread(rows_of_units(rows.unit_id)));
  }
  std::vector<int64_t> persons_of(const std::vector<uint32_t>& ids) const {
    return widened(bench::province::rows_of(ids, province_.persons.id));
  }
  void honours() {
    const auto& rows = province_.honours;
    store_.add_table(fields_.table("表彰"), rows.size());
    add("表彰", "人员", Type::kRow, 0, persons_of(rows.person_id));
    const int64_t words[] = {word("县级"), word("市级"), word("省级"), word("国家级")};
    std::vector<int64_t> levels;
    for (const auto level : rows.level) levels.push_back(words[static_cast<size_t>(level)]);
    add("表彰", "级别", Type::kWord, 0, levels);
    add("表彰", "时间", Type::kDate, 0, widened(rows.date));
    store_.add_back_list(fields_.table("表彰"), fields_.field("表彰", "人员"),
                         fields_.table("人员"));
  }
  void sanctions() {
    const auto& rows = province_.sanctions;
    store_.add_table(fields_.table("处分"), rows.size());
    add("处分", "人员", Type::kRow, 0, persons_of(rows.person_id));
    add("处分", "生效时间", Type::kDate, 0, widened(rows.date));
    add("处分", "月数", Type::kNumber, 0, widened(rows.months));
    store_.add_back_list(fields_.table("处分"), fields_.field("处分", "人员"),
                         fields_.table("人员"));
  }

  const Province& province_;
  const Fields& fields_;
  ColumnStore& store_;
};

struct Options {
  std::string folder;
  std::string policies;
  std::string snapshot = "province.columns";
  unsigned threads = 1;
  int runs = 5;
};

Options options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto next = [&]() -> std::string {
      if (i + 1 >= argc) give_up(word + " wants a value");
      return argv[++i];
    };
    if (word == "--policies") {
      options.policies = next();
    } else if (word == "--threads") {
      options.threads = static_cast<unsigned>(std::stoul(next()));
    } else if (word == "--runs") {
      options.runs = std::stoi(next());
    } else if (word == "--snapshot") {
      options.snapshot = next();
    } else {
      options.folder = word;
    }
  }
  if (options.folder.empty() || options.policies.empty()) {
    give_up("DIR and --policies are needed");
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  const dandang::policy::PolicySet set = bench::province::read_policies(options.policies);
  // The planner asks for declarations and coverage only: all lists were taken in.
  dandang::record::Dataset nothing(set.catalogue);
  for (const auto& type : set.catalogue->types) nothing.add_coverage({type.name, {}, {}});
  const auto as_of = *dandang::Date::from_ymd(bench::province::kLastYear, 12, 31);
  evaluation::Model model(set, nothing, as_of);
  const Fields fields(*set.catalogue);
  const Province province = bench::province::read_csv(options.folder);
  Answer answer;
  double warm = 0;
  double least = 0;
  double least_cpu = 0;
  double warm_cpu = 0;
  size_t columns = 0;
  size_t held = 0;
  {
    ColumnStore store;
    Builder(province, fields, store).build();
    columns = store.bytes();
    Evaluation evaluation(set, model, store, options.threads);
    std::vector<double> times;
    std::vector<double> cpu_times;
    constexpr int kWarmUps = 2;
    for (int run = 0; run < options.runs + kWarmUps; ++run) {
      const double start = bench::province::now_ms();
      const double cpu_start = bench::province::cpu_ms();
      evaluation.run();
      if (run < kWarmUps) continue;
      times.push_back(bench::province::now_ms() - start);
      cpu_times.push_back(bench::province::cpu_ms() - cpu_start);
    }
    answer = evaluation.answer();
    warm = bench::province::median(times);
    least = *std::min_element(times.begin(), times.end());
    least_cpu = *std::min_element(cpu_times.begin(), cpu_times.end());
    warm_cpu = bench::province::median(cpu_times);
    held = evaluation.bytes();
    const auto saved = store.save(options.snapshot);
    if (!saved) give_up(saved.error().to_string(dandang::Language::kEnglish));
  }
  std::vector<double> times;
  for (int run = 0; run < options.runs; ++run) {
    const double start = bench::province::now_ms();
    auto store = ColumnStore::open(options.snapshot);
    if (!store) give_up(store.error().to_string(dandang::Language::kEnglish));
    Evaluation evaluation(set, model, *store, options.threads);
    evaluation.run();
    times.push_back(bench::province::now_ms() - start);
    const Answer again = evaluation.answer();
    if (again.mask != answer.mask || again.evidence.size() != answer.evidence.size()) {
      give_up("the file's columns give another answer");
    }
  }
  std::printf(
      "engine threads=%u warm_ms=%.2f snapshot_ms=%.2f columns_bytes=%zu engine_bytes=%zu "
      "warm_cpu_ms=%.2f warm_min_ms=%.2f warm_cpu_min_ms=%.2f\n",
      options.threads, warm, bench::province::median(times), columns, held, warm_cpu, least,
      least_cpu);
  std::printf("%s\n", to_string(checks(province, answer)).c_str());
  return 0;
}
