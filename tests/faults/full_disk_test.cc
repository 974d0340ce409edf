// T4: the disk is full, by a small tmpfs and by RLIMIT_FSIZE. A clear error, nothing half written,
// and once there is room it goes on.

#include <string>

#include "county.h"
#include "rounds.h"
#include "small_disk.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t kRoom = 64 * kKilobyte * kKilobyte;

// What the county's store tells on a disk with room enough.
std::string findings(const std::string& data) {
  return run(dandang(evaluate_words(data))).out;
}

// The same steps on a disk of each size: make, import, report; then with room, the same again.
void fill_disk(Setting& setting, uint64_t bytes, const std::string& expected, Row& row) {
  const fs::path folder = setting.new_folder();
  SmallDisk disk(folder);
  const std::string size = std::to_string(bytes / kKilobyte) + " KiB, ";
  row.require(disk.resize(bytes).empty(), size + "no small disk");
  const std::string data = folder / "data";
  ++row.rounds;
  const Outcome made = run(dandang(init_words(data)));
  if (made.code != 0) {
    row.require(clear_error(made), size + "init: " + made.told());
    row.require(!fs::exists(data), size + "a failed init left something");
    disk.resize(kRoom);
    row.require(run(dandang(init_words(data))).code == 0, size + "init again fails");
  }
  // Reading needs room as well: SQLite keeps 32 KiB beside a store that is open.
  disk.resize(kRoom);
  const std::string before = findings(data);
  // A disk on which the empty store does not fit has told what it can.
  if (!disk.resize(bytes).empty()) return;
  const Outcome imported = run(dandang(import_words(data)));
  if (imported.code == 3) {
    ++row.acknowledged;
  } else {
    row.require(clear_error(imported), size + "import: " + imported.told());
    disk.resize(kRoom);
    const bool untouched = !before.empty() && findings(data) == before;
    row.lost += untouched ? 0 : 1;
    row.require(untouched, size + "a failed import changed what is known");
    const Outcome again = run(dandang(import_words(data)));
    row.require(again.code == 3, size + "import again: " + again.told());
  }
  disk.resize(kRoom);
  row.require(known_change_set(data) == 2, size + "other change sets than two");
  row.require(findings(data) == expected, size + "other findings than with room");
}

void fail_report(Setting& setting, const std::string& data, Row& row) {
  for (const char* name : {"report.html", "report.xlsx"}) {
    const fs::path folder = setting.new_folder();
    SmallDisk disk(folder);
    row.require(disk.resize(16 * kKilobyte).empty(), "no small disk");
    const Outcome outcome = run(dandang(report_words(data, folder / name)));
    ++row.rounds;
    row.require(outcome.code == 2, std::string(name) + ": " + outcome.told());
    row.require(fs::is_empty(folder), std::string(name) + ": something half written is left");
  }
}

Row limit_files(Setting& setting, const std::string& expected) {
  Row row{"T4", "file size limit (RLIMIT_FSIZE), import"};
  for (const uint64_t kilobytes : {1, 40, 200, 500}) {
    const std::string size = std::to_string(kilobytes) + " KiB, ";
    const std::string data = make_data(setting, Filled::kNo);
    const std::string before = findings(data);
    Command import = dandang(import_words(data));
    import.file_bytes = kilobytes * kKilobyte;
    const Outcome refused = run(import);
    ++row.rounds;
    row.require(clear_error(refused), size + "import: " + refused.told());
    const bool untouched = !before.empty() && findings(data) == before;
    row.lost += untouched ? 0 : 1;
    row.require(untouched, size + "a failed import changed what is known");
    row.require(run(dandang(import_words(data))).code == 3, size + "import again fails");
    row.require(findings(data) == expected, size + "other findings than without the limit");
  }
  return row;
}

// A pipe or a disk that takes no more: a list that is not written whole is no answer.
Row fill_output(const std::string& data) {
  Row row{"T4", "standard output is full (/dev/full)"};
  for (const auto& words : {evaluate_words(data), std::vector<std::string>{"help"}}) {
    Command command = dandang(words);
    command.output = "/dev/full";
    const Outcome outcome = run(command);
    ++row.rounds;
    row.require(outcome.code == 2, words[0] + ": " + outcome.told());
  }
  return row;
}

}  // namespace

std::vector<Row> full_disk_test(Setting& setting) {
  const std::string roomy = make_data(setting, Filled::kYes);
  // The run's first line has the time of import; the table below it has not.
  const std::string expected = findings(roomy);
  Row full{"T4", "full disk (tmpfs): init, import, again with room"};
  Row report{"T4", "full disk (tmpfs): report"};
  full.require(!expected.empty(), "the county does not evaluate");
  if (const std::string refused = own_namespace(); !refused.empty()) {
    full.skipped = report.skipped = "no mount here: " + refused;
  } else {
    const uint64_t step = setting.thorough ? 32 : 256;
    for (uint64_t size = 96; size <= 6000; size += 2 * step) {
      fill_disk(setting, size * kKilobyte, expected, full);
    }
    full.note = "acknowledged: imports for which there was room";
    full.require(full.acknowledged > 0 && full.acknowledged < full.rounds,
                 "the sizes do not span what an import needs");
    fail_report(setting, roomy, report);
  }
  return {full, report, limit_files(setting, expected), fill_output(roomy)};
}

}  // namespace dandang::faults
