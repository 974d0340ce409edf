// T2: the power is cut before the Nth call that changes a file; what was not synced is gone.

#include <string>

#include "county.h"
#include "rounds.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

constexpr int kCutExit = 99;  // the shim's

struct Case {
  const char* what;
  const char* swallow;  // FAULT_SWALLOW
  bool torn;            // a part of what was not synced survives
  bool prepared;        // the store is there before; else the writer makes it
  size_t brief;
  size_t thorough;
  size_t must_lose;  // of a hundred rounds; 0: none may
};

constexpr Case kCases[] = {
    {"power loss, from the store's making on", "", false, false, 10, 125, 0},
    {"power loss, a store in use", "", false, true, 10, 125, 0},
    {"power loss, torn pages, from its making on", "", true, false, 10, 125, 0},
    {"power loss, torn pages, a store in use", "", true, true, 10, 125, 0},
    {"control: no fsync (synchronous=OFF)", "all", false, true, 8, 40, 90},
    {"control: none after commits (synchronous=NORMAL)", "commits", false, true, 12, 40, 25},
};

// Small change sets and a few large ones, so that the log is emptied both when the store is closed
// and when it has grown long.
std::vector<std::string> script(const Case& c, size_t round) {
  const bool large = round % 3 == 2;
  std::vector<std::string> out{
      "--from", "101", "--count", large ? "12" : "30", "--versions", large ? "400" : "4"};
  if (!large) out.insert(out.end(), {"--reopen", "11"});
  if (!c.prepared) out.push_back("--create");
  return out;
}

// Fills a new folder up to where the round begins.
fs::path prepare(Setting& setting, const Case& c, Row& row) {
  fs::path folder = setting.new_folder();
  fs::create_directory(folder / "disk");
  if (c.prepared) {
    const Outcome made =
        run(writer(folder / "disk/store.sqlite", {"--create", "--count", "5"}, folder / "acks"));
    row.require(made.code == 0, "no store made, " + made.told());
  }
  return folder;
}

void cut_power(Setting& setting, const Case& c, size_t round, Row& row) {
  const fs::path rehearsal = prepare(setting, c, row);
  const Calls calls =
      count_calls(writer(rehearsal / "disk/store.sqlite", script(c, round), rehearsal / "acks"),
                  rehearsal / "disk");
  row.require(calls.changing > 100, "the rehearsal wrote nothing");
  if (calls.changing == 0) return;

  const fs::path folder = prepare(setting, c, row);
  const std::string acks = folder / "acks";
  // A control is asked only once there is something to lose.
  const uint64_t spared = c.must_lose > 0 ? calls.changing / 4 : 0;
  const uint64_t at = 1 + spared + setting.below(calls.changing - spared);
  std::map<std::string, std::string> settings{{"FAULT_CUT", std::to_string(at)},
                                              {"FAULT_SWALLOW", c.swallow}};
  if (c.torn) settings["FAULT_TORN"] = std::to_string(setting.below(1U << 30) + 1);
  const Outcome cut = run(shimmed(writer(folder / "disk/store.sqlite", script(c, round), acks),
                                  folder / "disk", settings));
  row.require(cut.code == kCutExit, "the power was not cut, " + cut.told());

  const Reading reading = read_store(folder / "disk/store.sqlite", acks);
  const size_t acknowledged = count_lines(acks, "ack ");
  const bool opened = reading.outcome.code == 0 || reading.outcome.code == 1;
  // Until its making is acknowledged there need not be a store.
  const bool promised = c.prepared || count_lines(acks, "created") > 0;
  const size_t lost = opened ? reading.lost : promised ? acknowledged + 1 : 0;
  row.acknowledged += acknowledged;
  ++row.rounds;
  if (c.must_lose > 0) {
    row.lost += lost > 0 ? 1 : 0;
    return;
  }
  row.lost += lost;
  row.require(reading.sound() || !promised, "cut before call " + std::to_string(at) + " of round " +
                                                std::to_string(round) + ", " +
                                                reading.outcome.told());
  row.require(!reading.outcome.crashed(), "the reader crashed, " + reading.outcome.told());
}

// What a command has said is done stays done: `dandang init`, then a standard set.
Row cut_after_commands(Setting& setting) {
  Row row{"T2", "power loss when the command is done"};
  const fs::path folder = setting.new_folder();
  const std::string data = folder / "disk/a/data";
  fs::create_directory(folder / "disk");
  for (const auto& words : {init_words(data), parameter_words(data, "0.2")}) {
    const Outcome done = run(shimmed(dandang(words), folder / "disk", {{"FAULT_CUT", "end"}}));
    row.require(done.code == 0, words[0] + ": " + done.told());
    ++row.rounds;
    ++row.acknowledged;
  }
  const Outcome list = run(dandang({"parameter", "list", data, "--as-of", "2026-06-30"}));
  const bool there =
      list.out.find("share that counts as near the front = 0.2") != std::string::npos;
  row.lost = there ? 0 : 1;
  row.require(there, "what was set is gone, " + list.told());
  return row;
}

}  // namespace

std::vector<Row> power_test(Setting& setting) {
  std::vector<Row> rows;
  for (const Case& c : kCases) {
    Row& row = rows.emplace_back(Row{"T2", c.what});
    const size_t rounds = setting.rounds(c.brief, c.thorough);
    for (size_t round = 0; round < rounds; ++round) cut_power(setting, c, round, row);
    if (c.must_lose > 0) {
      row.note = "lost: rounds that lost something";
      row.require(row.lost * 100 >= rounds * c.must_lose, "too few rounds lost anything");
    }
  }
  rows.push_back(cut_after_commands(setting));
  return rows;
}

}  // namespace dandang::faults
