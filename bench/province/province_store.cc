// Takes the province into a store of records, as an authority would keep it, and evaluates it from
// there; says how long each step took and what it holds:
//
//   province_store DIR --policies POLICIES --store FILE [--threads T] [--runs R]
//
// A store whose snapshot lies beside it is evaluated as it is.
//
// Lines: load (into the store), read (all records into columns), snapshot (the mapped file of
// them), warm (file opened, rules planned, evaluated). The last line are the checks.

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/columns.h"
#include "province.h"
#include "province_evaluation.h"
#include "record/snapshot.h"
#include "store/sqlite_store.h"

namespace {

using bench::province::Answer;
using bench::province::give_up;
using bench::province::median;
using bench::province::now_ms;
using bench::province::Province;
using dandang::Cell;
using dandang::Decimal;
using dandang::record::Catalogue;
using dandang::record::ChangeSet;
using dandang::record::Dataset;
using dandang::record::NewVersion;
namespace record = dandang::record;

template <typename T>
T take(dandang::Result<T> result) {
  if (!result) give_up(result.error().to_string(dandang::Language::kEnglish));
  return std::move(result).value();
}

void take(const dandang::Result<void>& result) {
  if (!result) give_up(result.error().to_string(dandang::Language::kEnglish));
}

// The largest resident set until now, in MB.
double peak_mb() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// The province's rows as versions, one change set of kRows after the other.
class Loader {
 public:
  static constexpr size_t kRows = 200'000;
  Loader(const Province& province, const Catalogue& catalogue, record::RecordStore& store)
      : province_(province), catalogue_(catalogue), store_(store) {}

  size_t load() {
    const auto& units = province_.units;
    for (size_t i = 0; i < units.size(); ++i) {
      const std::string id = std::to_string(units.id[i]);
      add("单位", id,
          {number(units.id[i]), number(units.county_id[i]), number(units.unit_group[i])});
    }
    cover("单位");
    const auto& persons = province_.persons;
    for (size_t i = 0; i < persons.size(); ++i) {
      add("人员", std::to_string(persons.id[i]),
          {number(persons.id[i]), std::to_string(persons.unit_id[i]), number(persons.post_level[i]),
           int64_t{persons.is_head[i]}});
    }
    cover("人员");
    const auto& unit_years = province_.unit_years;
    for (size_t i = 0; i < unit_years.size(); ++i) {
      const std::string unit = std::to_string(unit_years.unit_id[i]);
      const std::string year = std::to_string(unit_years.year[i]);
      add("单位考核", record::key_text({unit, year}),
          {unit, int64_t{unit_years.year[i]}, hundredths(unit_years.score[i])});
    }
    cover("单位考核");
    yearlies();
    honours();
    sanctions();
    flush();
    return rows_;
  }

 private:
  static Cell number(int64_t value) { return Decimal(value); }
  static Cell hundredths(int64_t value) { return *Decimal::make(value, -2); }

  void yearlies() {
    const auto& rows = province_.yearlies;
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string person = std::to_string(rows.person_id[i]);
      const std::string year = std::to_string(rows.year[i]);
      const bool points = rows.points[i] != bench::province::kNoPoints;
      add("年度考核", record::key_text({person, year}),
          {person, int64_t{rows.year[i]}, grade(rows.grade[i]),
           points ? hundredths(rows.points[i]) : Cell(), std::to_string(rows.unit_id[i])});
    }
    cover("年度考核");
  }
  void honours() {
    const auto& rows = province_.honours;
    static const char* const kLevels[] = {"县级", "市级", "省级", "国家级"};
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string person = std::to_string(rows.person_id[i]);
      add("表彰", record::key_text({person, std::to_string(i)}),
          {person, std::string(kLevels[static_cast<size_t>(rows.level[i])]),
           int64_t{rows.date[i]}});
    }
    cover("表彰");
  }
  void sanctions() {
    const auto& rows = province_.sanctions;
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string person = std::to_string(rows.person_id[i]);
      add("处分", record::key_text({person, std::to_string(i)}),
          {person, int64_t{rows.date[i]}, number(rows.months[i])});
    }
    cover("处分");
  }
  static std::string grade(bench::province::Grade grade) {
    static const char* const kGrades[] = {"优秀", "称职", "基本称职", "不称职", "不定等次"};
    return kGrades[static_cast<size_t>(grade)];
  }

  void add(const char* type, std::string key, std::vector<Cell> cells) {
    NewVersion& version = batch_.versions.emplace_back();
    version.type = type;
    version.key = std::move(key);
    version.cells = std::move(cells);
    version.source = {"province.csv", type, static_cast<int>(++rows_ % 1'000'000'000)};
    if (batch_.versions.size() == kRows) flush();
  }
  void cover(const char* type) { batch_.coverage.push_back({type, {}, {}}); }
  void flush() {
    batch_.recorded_at = "2027-01-01T00:00:00Z";
    batch_.author = "bench";
    batch_.reason = "province";
    take(store_.apply(catalogue_, batch_));
    batch_ = {};
  }

  const Province& province_;
  const Catalogue& catalogue_;
  record::RecordStore& store_;
  ChangeSet batch_;
  size_t rows_ = 0;
};

struct Options {
  std::string folder;
  std::string policies;
  std::string store;
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
    } else if (word == "--store") {
      options.store = next();
    } else if (word == "--threads") {
      options.threads = static_cast<unsigned>(std::stoul(next()));
    } else if (word == "--runs") {
      options.runs = std::stoi(next());
    } else {
      options.folder = word;
    }
  }
  if (options.folder.empty() || options.policies.empty() || options.store.empty()) {
    give_up("DIR, --policies and --store are needed");
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  const dandang::policy::PolicySet set = bench::province::read_policies(options.policies);
  const Province province = bench::province::read_csv(options.folder);
  const auto as_of = *dandang::Date::from_ymd(bench::province::kLastYear, 12, 31);
  const std::string snapshot = options.store + ".snapshot";
  if (!std::filesystem::exists(snapshot)) {
    const double before = peak_mb();
    auto store = take(dandang::store::SqliteStore::create(options.store));
    take(store->define(*set.catalogue));
    const double start = now_ms();
    const size_t rows = Loader(province, *set.catalogue, *store).load();
    const double seconds = (now_ms() - start) / 1e3;
    std::printf("load rows=%zu seconds=%.1f rows_s=%.0f peak_mb=%.0f before_mb=%.0f\n", rows,
                seconds, static_cast<double>(rows) / seconds, peak_mb(), before);
    std::printf("size bytes=%ju\n",
                static_cast<uintmax_t>(std::filesystem::file_size(options.store)));
    const auto last = take(store->change_set_at(std::nullopt));
    const double read = now_ms();
    const Dataset data = take(store->load(set.catalogue, last->id));
    std::printf("read seconds=%.2f peak_mb=%.0f\n", (now_ms() - read) / 1e3, peak_mb());
    const double saving = now_ms();
    const size_t bytes = take(record::save_snapshot(data, options.store, snapshot));
    std::printf("snapshot bytes=%zu seconds=%.2f\n", bytes, (now_ms() - saving) / 1e3);
  }
  Answer answer;
  std::vector<double> times;
  std::vector<double> opened;
  for (int run = 0; run < options.runs; ++run) {
    const double start = now_ms();
    auto store = take(dandang::store::SqliteStore::open(options.store));
    const auto last = take(store->change_set_at(std::nullopt));
    const Dataset data =
        take(record::open_snapshot(set.catalogue, options.store, last->id, snapshot));
    opened.push_back(now_ms() - start);
    dandang::evaluation::Model model(set, data, as_of);
    dandang::evaluation::RecordColumns columns(model);
    bench::province::Evaluation evaluation(set, model, columns, options.threads);
    evaluation.run();
    times.push_back(now_ms() - start);
    answer = evaluation.answer();
  }
  std::printf("warm threads=%u ms=%.1f open_ms=%.1f\n", options.threads, median(times),
              median(opened));
  std::printf("%s\n", to_string(checks(province, answer)).c_str());
  return 0;
}
