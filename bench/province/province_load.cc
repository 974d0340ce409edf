// Takes the province into a new store, ledger and all, and says how long that took:
//
//   province_load CSV-FOLDER --policies POLICIES --store FILE|postgresql://… [--region CODE]
//
// The packages are the first change set, as after `dandang init`. The last line:
//   load rows=… seconds=… cpu=… peak_mb=…     (beside the rows, which are read before)

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "province.h"
#include "province_evaluation.h"
#include "province_versions.h"
#include "store/postgres_store.h"
#include "store/sqlite_store.h"

namespace {

using bench::province::give_up;
using bench::province::now_ms;
namespace record = dandang::record;
namespace store = dandang::store;

template <typename T>
T take(dandang::Result<T> result) {
  if (!result) give_up(result.error().to_string(dandang::Language::kEnglish));
  return std::move(result).value();
}

// A line of /proc/self/status in MB.
double status_mb(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name + ":")) return std::stod(line.substr(name.size() + 1)) / 1024;
  }
  return 0;
}

// From here on the peak is counted anew.
void forget_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

std::unique_ptr<store::SqlStore> create(const std::string& place, const std::string& region) {
  if (place.starts_with("postgresql://")) return take(store::PostgresStore::create(place, region));
  return take(store::SqliteStore::create(place));
}

void publish(const std::string& policies, const record::Catalogue& catalogue,
             record::RecordStore& store) {
  record::ChangeSet set;
  set.recorded_at = "2026-12-31T00:00:00Z";
  set.author = "bench";
  set.reason = "init";
  for (const auto& file : take(dandang::policy::read_package_files(policies))) {
    set.packages.push_back({file.path.substr(0, file.path.find('/')), file.path, file.content});
  }
  take(store.apply(catalogue, set));
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder;
  std::string policies;
  std::string place;
  std::string region;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::string& value = word == "--policies" ? policies
                         : word == "--store"  ? place
                         : word == "--region" ? region
                                              : folder;
    if (!word.starts_with("--")) {
      folder = word;
    } else if (++i < argc) {
      value = argv[i];
    }
  }
  if (folder.empty() || policies.empty() || place.empty()) {
    give_up("CSV-FOLDER, --policies and --store are needed");
  }
  const dandang::policy::PolicySet set = bench::province::read_policies(policies);
  const bench::province::Province province = bench::province::read_csv(folder);
  forget_peak();
  const double before = status_mb("VmRSS");
  const std::unique_ptr<store::SqlStore> made = create(place, region);
  const auto defined = made->define(*set.catalogue);
  if (!defined) give_up(defined.error().to_string(dandang::Language::kEnglish));
  publish(policies, *set.catalogue, *made);
  const double start = now_ms();
  const double cpu = bench::province::cpu_ms();
  const size_t rows = bench::province::load_province(province, *set.catalogue, *made);
  std::printf("load rows=%zu seconds=%.1f cpu=%.1f peak_mb=%.0f\n", rows, (now_ms() - start) / 1e3,
              (bench::province::cpu_ms() - cpu) / 1e3, status_mb("VmHWM") - before);
  return 0;
}
