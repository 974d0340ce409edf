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
#include "province_versions.h"
#include "record/snapshot.h"
#include "store/sqlite_store.h"

namespace {

using bench::province::Answer;
using bench::province::give_up;
using bench::province::median;
using bench::province::now_ms;
using bench::province::Province;
using dandang::record::Dataset;
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
    const size_t rows = bench::province::load_province(province, *set.catalogue, *store);
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
