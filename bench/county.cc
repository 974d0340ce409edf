// Measures a county's work against "inflate and scan". bench/county.sh runs it; by hand:
//
//   bench_county county DANDANG POLICIES COUNTY WORK [REPETITIONS]
//   bench_county workbook DANDANG POLICIES BOOK WORK [REPETITIONS [NAME=COMMAND]...]
//   bench_county scan|read BOOK...      what the first two start as children

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "child.h"
#include "format/workbook.h"
#include "inflate_and_scan.h"
#include "table.h"
#include "truth_check.h"

namespace {

namespace fs = std::filesystem;
using bench::Command;
using bench::Step;
using bench::Usage;
using Words = std::vector<std::string>;

constexpr int kPartlyRefused = 3;  // the county's workbooks have faults planted in them
const std::string kAsOf = "2026-06-30";

struct Setup {
  std::string self;
  std::string dandang;
  std::string policies;
  std::string input;  // the county's folder, or the workbook
  std::string work;
  int repetitions = 5;
  Words peers;
};

Words books_of(const std::string& folder) {
  Words books;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".xlsx") books.push_back(entry.path().string());
  }
  std::sort(books.begin(), books.end());
  return books;
}

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

uint64_t bytes_of_xml(const Words& books) {
  uint64_t bytes = 0;
  for (const std::string& book : books) bytes += bench::inflate_and_scan(book);
  return bytes;
}

uint64_t read_books(const Words& books) {
  uint64_t rows = 0;
  for (const std::string& book : books) {
    const auto workbook = dandang::format::read_workbook(book);
    if (!workbook) throw std::runtime_error("not read: " + book);
    for (const dandang::format::Sheet& sheet : workbook->sheets) rows += sheet.rows.size();
  }
  return rows;
}

// ---- the county -----------------------------------------------------------------------------

class CountyRun {
 public:
  explicit CountyRun(const Setup& setup) : setup_(setup), books_(books_of(setup.input)) {}

  void run() {
    // Not measured: it warms the caches, and what it prints is compared with the truth, but only at
    // the end, because a child's peak memory is never less than what we hold when we start it.
    const std::vector<Usage> warm = repetition("warm", import_json(), findings_json());
    for (int i = 0; i < setup_.repetitions; ++i) {
      add(repetition(std::to_string(i), "/dev/null", "/dev/null"));
    }
    bench::run({{setup_.dandang, "evaluate", data("warm"), "--as-of", kAsOf, "--json", "--all"},
                0,
                all_json()});
    print();
  }

 private:
  std::string data(const std::string& name) const { return setup_.work + "/data-" + name; }
  std::string import_json() const { return setup_.work + "/import.json"; }
  std::string findings_json() const { return setup_.work + "/findings.jsonl"; }
  std::string all_json() const { return setup_.work + "/all.jsonl"; }

  // In the order of names_.
  std::vector<Usage> repetition(const std::string& name, const std::string& import_out,
                                const std::string& findings_out) const {
    const std::string dir = data(name);
    const std::string& tool = setup_.dandang;
    std::vector<Usage> out;
    out.push_back(bench::run({joined({setup_.self, "scan"}, books_)}));
    out.push_back(bench::run({joined({setup_.self, "read"}, books_)}));
    out.push_back(bench::run({{tool, "init", dir, "--policies", setup_.policies}}));
    out.push_back(bench::run({joined({tool, "import", dir, "--partial", "--json"}, books_),
                              kPartlyRefused, import_out}));
    set_parameters(dir);
    out.push_back(
        bench::run({{tool, "evaluate", dir, "--as-of", kAsOf, "--json"}, 0, findings_out}));
    out.push_back(report(dir, ".html"));
    out.push_back(report(dir, ".xlsx"));
    return out;
  }

  void set_parameters(const std::string& dir) const {
    for (const std::string setting :
         {"积分靠前比例=0.2", "积分靠后比例=0.1", "积分比较组最小人数=5"}) {
      bench::run({{setup_.dandang, "parameter", "set", dir, setting, "--from", "2019-01-01",
                   "--basis", "基准测试", "--by", "bench"}});
    }
  }

  Usage report(const std::string& dir, const std::string& extension) const {
    return bench::run(
        {{setup_.dandang, "report", dir, "--as-of", kAsOf, "--out", dir + extension}});
  }

  void add(const std::vector<Usage>& usages) {
    for (size_t i = 0; i < usages.size(); ++i) steps_[i].runs.push_back(usages[i]);
  }

  void print() const {
    const Step& import = steps_[3];
    const Step& evaluate = steps_[4];
    std::vector<Step> rows(steps_.begin() + 1, steps_.end());
    rows.push_back(bench::together("B + C: import and evaluation together", {import, evaluate}));
    bench::print_table(steps_[0], rows);
    print_counts();
  }

  void print_counts() const {
    const std::string truth = setup_.input + "/truth.json";
    const bench::ImportCounts rows = bench::check_import(import_json(), truth);
    const bench::FindingCounts found = bench::check_findings(findings_json(), truth);
    const size_t judgements = bench::count_lines(all_json());
    const auto lines = static_cast<double>(rows.taken + rows.refused);
    const auto judged = static_cast<double>(judgements);
    fmt::print(
        "\nRows: {} taken, {} refused; {} records. Import: {:.0f} rows/s by wall, {:.0f} by CPU.\n",
        rows.taken, rows.refused, rows.added, lines / bench::median_wall(steps_[3]),
        lines / bench::median_cpu(steps_[3]));
    fmt::print(
        "Findings: {} printed, of {} judgements. Evaluation: {:.0f} judgements/s by wall, {:.0f} "
        "by CPU.\n",
        found.findings, judgements, judged / bench::median_wall(steps_[4]),
        judged / bench::median_cpu(steps_[4]));
    fmt::print(
        "Checked: import ended with 3 and every other step with 0, each time; the refused rows and "
        "the findings under {} rules are those of truth.json",
        found.rules);
    fmt::print(" ({} on which the truth says nothing).\n", found.unlisted);
    fmt::print("Workbooks: {}, {:.1f} MB of sheets and strings unpacked.\n", books_.size(),
               static_cast<double>(bytes_of_xml(books_)) / 1e6);
  }

  const Setup& setup_;
  Words books_;
  std::vector<Step> steps_ = {{"R: inflate and scan", {}},
                              {"reading alone: `read_workbook` of every book", {}},
                              {"A: `init`", {}},
                              {"B: `import --partial --json`", {}},
                              {"C: `evaluate --json`", {}},
                              {"D: `report --out .html`", {}},
                              {"D: `report --out .xlsx`", {}}};
};

// ---- one large workbook ---------------------------------------------------------------------

struct Contender {
  Step step;
  Command command;
};

Contender peer(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) throw std::runtime_error("a peer is NAME=COMMAND: " + text);
  return {{text.substr(0, equals), {}}, {{"/bin/sh", "-c", "exec " + text.substr(equals + 1)}}};
}

void run_workbook(const Setup& setup) {
  const std::string dir = setup.work + "/data-workbook";
  bench::run({{setup.dandang, "init", dir, "--policies", setup.policies}});
  std::vector<Contender> contenders = {
      {{"R: inflate and scan", {}}, {{setup.self, "scan", setup.input}}},
      {{"ours, reading: `read_workbook`", {}}, {{setup.self, "read", setup.input}}},
      // Its identity numbers have false check digits: everything is checked and nothing stored.
      {{"ours, reading and checking: `import --dry-run`", {}},
       {{setup.dandang, "import", dir, setup.input, "--dry-run", "--json"}, kPartlyRefused}}};
  for (const std::string& text : setup.peers) contenders.push_back(peer(text));
  for (Contender& contender : contenders) bench::run(contender.command);  // warms the caches
  for (int i = 0; i < setup.repetitions; ++i) {
    for (Contender& contender : contenders) {
      contender.step.runs.push_back(bench::run(contender.command));
    }
  }
  std::vector<Step> rows;
  for (const Contender& contender : contenders) rows.push_back(contender.step);
  bench::print_table(rows[0], {rows.begin() + 1, rows.end()});
  const uint64_t lines = read_books({setup.input});
  fmt::print("\nRows: {} with the headings; `read_workbook` alone: {:.0f} rows/s by CPU.\n", lines,
             static_cast<double>(lines) / bench::median_cpu(rows[1]));
}

// ---- the command line -----------------------------------------------------------------------

Setup setup_from(const Words& words) {
  if (words.size() < 5) {
    throw std::runtime_error(
        "usage: bench_county county|workbook DANDANG POLICIES INPUT WORK [REPETITIONS ...]");
  }
  Setup setup;
  setup.self = fs::read_symlink("/proc/self/exe").string();
  setup.dandang = words[1];
  setup.policies = words[2];
  setup.input = words[3];
  setup.work = words[4];
  if (words.size() > 5) setup.repetitions = std::max(1, std::stoi(words[5]));
  if (words.size() > 6) setup.peers.assign(words.begin() + 6, words.end());
  return setup;
}

void run(const Words& words) {
  const std::string what = words.empty() ? "" : words[0];
  if (what == "scan" || what == "read") {
    const Words books(words.begin() + 1, words.end());
    fmt::print("{}\n", what == "scan" ? bytes_of_xml(books) : read_books(books));
    return;
  }
  const Setup setup = setup_from(words);
  if (what == "workbook") {
    run_workbook(setup);
  } else if (what == "county") {
    CountyRun(setup).run();
  } else {
    throw std::runtime_error("neither county nor workbook: " + what);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(Words(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::fflush(stdout);
    std::fprintf(stderr, "bench_county: %s\n", error.what());
    return 1;
  }
  return 0;
}
