#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "child.h"

// What the tests share: their setting, their result, and the writer and the reader as they use
// them.
namespace dandang::faults {

struct Setting {
  bool thorough = false;  // --long
  uint64_t seed = 1;
  std::filesystem::path folder;  // everything is made in here
  std::mt19937_64 random{1};

  size_t rounds(size_t brief, size_t long_run) const { return thorough ? long_run : brief; }
  uint64_t below(uint64_t bound) { return random() % bound; }
  // An empty folder.
  std::filesystem::path new_folder();

 private:
  size_t folders_ = 0;
};

// One line of the table.
struct Row {
  std::string test;
  std::string what;
  size_t rounds = 0;
  size_t acknowledged = 0;
  size_t lost = 0;
  std::string note = {};   // figures beside the result
  std::string fault = {};  // the first thing that was not as it must be
  std::string skipped = {};

  // Keeps the first fault.
  void require(bool holds, const std::string& what_is_wrong) {
    if (!holds && fault.empty()) fault = what_is_wrong;
  }
};

std::vector<Row> kill_test(Setting& setting);                  // T1
std::vector<Row> power_test(Setting& setting);                 // T2
std::vector<Row> io_failure_test(Setting& setting);            // T3
std::vector<Row> full_disk_test(Setting& setting);             // T4
std::vector<Row> clock_test(Setting& setting);                 // T5
Row jump_clock(Setting& setting, const std::string& address);  // T5; empty: SQLite
std::vector<Row> bit_flip_test(Setting& setting);              // T6
std::vector<Row> rollback_test(Setting& setting);              // T7
std::vector<Row> bad_import_test(Setting& setting);            // T8
std::vector<Row> backup_test(Setting& setting);                // T9
std::vector<Row> postgres_test(Setting& setting);              // T11

Command writer(const std::string& store, const std::vector<std::string>& options,
               const std::string& acks = "");
// The same with the shim in front of it, which looks at `folder`.
Command shimmed(Command command, const std::filesystem::path& folder,
                const std::map<std::string, std::string>& settings);

// How many calls, and how many that change something, the command makes below the folder.
struct Calls {
  uint64_t all = 0;
  uint64_t changing = 0;
};
Calls count_calls(const Command& command, const std::filesystem::path& folder,
                  const std::string& only = "");

struct Reading {
  Outcome outcome;
  size_t sets = 0;
  size_t acknowledged = 0;
  size_t lost = 0;  // or not as acknowledged
  int64_t restart_milliseconds = 0;

  bool sound() const { return outcome.code == 0; }
};
// Opens the store and holds it against the acks, from change set `from` on.
Reading read_store(const std::string& store, const std::string& acks, size_t from = 1);

// Lines of the file that begin with the word.
size_t count_lines(const std::string& path, const std::string& word);

}  // namespace dandang::faults
