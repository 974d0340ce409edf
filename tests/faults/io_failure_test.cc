// T3: every I/O call of a short script fails once. A clean error, nothing acknowledged that is not
// there, and the store opens again.

#include <cerrno>
#include <string>

#include "rounds.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

constexpr size_t kSets = 6;

struct Case {
  const char* what;
  const char* only;  // FAULT_ONLY; empty: all calls
  int error;
  bool go_on;      // the writer goes on after a failure, and the power is cut at the end
  bool ack_early;  // a control: it must be found out
  size_t brief;    // of all calls, about so many, 0: none; in the long run each
};

constexpr Case kCases[] = {
    {"each call fails once, EIO", "", EIO, false, false, 120},
    {"each call fails once, ENOSPC", "", ENOSPC, false, false, 60},
    {"each write fails, the writer goes on, power loss", "write", EIO, true, false, 30},
    {"each fsync fails, the writer goes on, power loss", "fsync", EIO, true, false, 30},
    {"each fsync of a folder fails, power loss", "fsync-folder", EIO, true, false, 30},
    {"each lock fails once, EIO", "lock", EIO, false, false, 0},
    {"control: acknowledged before it is written", "fsync", EIO, false, true, 20},
};

std::vector<std::string> script(const Case& c) {
  std::vector<std::string> out{"--create", "--count", std::to_string(kSets), "--versions", "4",
                               "--reopen", "3"};
  if (c.go_on) out.push_back("--go-on");
  if (c.ack_early) out.push_back("--ack-early");
  return out;
}

void fail_call(Setting& setting, const Case& c, uint64_t call, Row& row) {
  const fs::path folder = setting.new_folder();
  const std::string store = folder / "disk/store.sqlite";
  const std::string acks = folder / "acks";
  fs::create_directory(folder / "disk");
  const Outcome outcome = run(shimmed(writer(store, script(c), acks), folder / "disk",
                                      {{"FAULT_FAIL", std::to_string(call)},
                                       {"FAULT_ONLY", c.only},
                                       {"FAULT_ERRNO", std::to_string(c.error)},
                                       {"FAULT_CUT", c.go_on ? "end" : ""}}));
  const Reading reading = read_store(store, acks);
  const size_t acknowledged = count_lines(acks, "ack ");
  const bool created = count_lines(acks, "created") > 0;
  const std::string where = "call " + std::to_string(call) + ", ";
  ++row.rounds;
  row.acknowledged += acknowledged;
  row.lost += reading.lost;
  if (c.ack_early) return;

  row.require(!outcome.crashed(), where + "the writer: " + outcome.told());
  row.require(outcome.code == 0 || outcome.code == 2, where + "the writer: " + outcome.told());
  row.require((outcome.code == 0) == (acknowledged == kSets),
              where + std::to_string(acknowledged) + " acknowledged and " + outcome.told());
  row.require(outcome.code == 0 || outcome.err.size() > 20, where + "failed without a word");
  row.require(!reading.outcome.crashed(), where + "the reader: " + reading.outcome.told());
  row.require(reading.sound() || !created, where + reading.outcome.told());
  // What could not be made must not stand in the way of making it again; after a power loss it may,
  // for its removal need not be on the disk.
  const bool may_be_made = reading.outcome.code == 0 || !fs::exists(store);
  row.require(created || c.go_on || may_be_made,
              where + "half a store is left: " + reading.outcome.told());
}

Row fail_calls(Setting& setting, const Case& c) {
  Row row{"T3", c.what};
  const fs::path folder = setting.new_folder();
  fs::create_directory(folder / "disk");
  const Calls calls = count_calls(writer(folder / "disk/store.sqlite", script(c), folder / "acks"),
                                  folder / "disk", c.only);
  row.require(calls.all > 0, "the rehearsal failed");
  const uint64_t step = setting.thorough ? 1 : (calls.all + c.brief - 1) / c.brief;
  // In short runs another seed takes other calls.
  for (uint64_t call = 1 + setting.seed % step; call <= calls.all; call += step) {
    fail_call(setting, c, call, row);
  }
  row.note = "of " + std::to_string(calls.all) + " calls";
  if (c.ack_early) row.require(row.lost > 0, "the reader found nothing");
  return row;
}

}  // namespace

std::vector<Row> io_failure_test(Setting& setting) {
  std::vector<Row> rows;
  for (const Case& c : kCases) {
    if (setting.thorough || c.brief > 0) rows.push_back(fail_calls(setting, c));
  }
  return rows;
}

}  // namespace dandang::faults
