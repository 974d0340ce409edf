// Runs the fault tests and prints a table: docs/faults.md.
//   fault_run [--long] [--seed N] [T1 … T9 T11]
// Exit 0: all as promised, and every control failed as it must; 1: a miss; 2: wrong usage.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "rounds.h"

namespace dandang::faults {
namespace {

namespace fs = std::filesystem;

struct Test {
  const char* name;
  std::vector<Row> (*run)(Setting&);
};

constexpr Test kTests[] = {{"T1", kill_test},      {"T2", power_test},      {"T3", io_failure_test},
                           {"T4", full_disk_test}, {"T5", clock_test},      {"T6", bit_flip_test},
                           {"T7", rollback_test},  {"T8", bad_import_test}, {"T9", backup_test},
                           {"T11", postgres_test}};

void print(const Row& row) {
  std::string result = "ok";
  if (!row.fault.empty()) result = "FAILED: " + row.fault;
  if (!row.skipped.empty()) result = "SKIPPED: " + row.skipped;
  if (!row.note.empty()) result += " (" + row.note + ")";
  std::printf("%-4s  %-52s %7zu %13zu %6zu  %s\n", row.test.c_str(), row.what.c_str(), row.rounds,
              row.acknowledged, row.lost, result.c_str());
  std::fflush(stdout);
}

int run_all(Setting& setting, const std::vector<std::string>& wanted) {
  std::printf("%-4s  %-52s %7s %13s %6s  %s\n", "test", "what", "rounds", "acknowledged", "lost",
              "result");
  size_t faults = 0;
  for (const Test& test : kTests) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), test.name) == wanted.end()) {
      continue;
    }
    // A test's rounds do not hang on which others run.
    setting.random.seed(setting.seed);
    const double start = now();
    const std::vector<Row> rows = test.run(setting);
    for (const Row& row : rows) {
      print(row);
      faults += row.fault.empty() ? 0 : 1;
    }
    std::printf("%-4s  %.1f s\n", test.name, now() - start);
  }
  std::printf("%s\n", faults == 0 ? "all as promised, but for what is skipped" : "NOT as promised");
  return faults == 0 ? 0 : 1;
}

int usage() {
  std::fprintf(stderr, "usage: run.sh [--long] [--seed N] [T1 T2 …]\n");
  return 2;
}

int main_of(const std::vector<std::string>& words) {
  Setting setting;
  std::vector<std::string> wanted;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool has_value = i + 1 < words.size();
    if (words[i] == "--long") {
      setting.thorough = true;
    } else if (words[i] == "--seed" && has_value) {
      setting.seed = std::strtoull(words[++i].c_str(), nullptr, 10);
    } else if (std::any_of(std::begin(kTests), std::end(kTests),
                           [&](const Test& test) { return words[i] == test.name; })) {
      wanted.push_back(words[i]);
    } else {
      return usage();
    }
  }
  std::string pattern = (fs::canonical(fs::temp_directory_path()) / "dandang-faults-XXXXXX");
  if (mkdtemp(pattern.data()) == nullptr) {
    std::perror(pattern.c_str());
    return 2;
  }
  setting.folder = pattern;
  const int code = run_all(setting, wanted);
  // What failed is kept to be looked at; the next run with the same seed makes it anew.
  if (code == 0) fs::remove_all(setting.folder);
  if (code != 0) std::printf("kept: %s\n", pattern.c_str());
  return code;
}

}  // namespace
}  // namespace dandang::faults

int main(int argc, char** argv) {
  return dandang::faults::main_of(std::vector<std::string>(argv + 1, argv + argc));
}
