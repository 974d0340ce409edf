// T5: the clock jumps by ten years and back. Change sets keep their order by number, times never go
// backwards, and a user is told what to do.

#include <sstream>
#include <string>
#include <vector>

#include "county.h"
#include "rounds.h"

namespace dandang::faults {

namespace {

constexpr const char* kTenYears = "315576000";  // seconds
constexpr const char* kTenYearsBack = "-315576000";

struct Step {
  const char* what;
  const char* clock;  // seconds by which it is wrong
  const char* value;  // set as 积分靠前比例
  int code;
  const char* says;        // on standard error
  const char* then;        // the value known afterwards
  const char* fault = "";  // --after-clock-fault; empty: not given
};

constexpr Step kSteps[] = {
    {"the clock is right", "0", "0.1", 0, "", "0.1"},
    {"it goes back ten years", kTenYearsBack, "0.2", 2, "check this machine's clock", "0.1"},
    {"it is right again", "0", "0.3", 0, "", "0.3"},
    {"it jumps ten years ahead", kTenYears, "0.4", 0, "", "0.4"},
    {"it is right again, after ten years ahead", "0", "0.5", 2, "is before the last one", "0.4"},
    {"it is right, and the fault is named", "0", "0.5", 0, "", "0.5", "电池没电"},
    {"once more", "0", "0.55", 0, "", "0.55", "电池没电"},
    {"ten years ahead again", kTenYears, "0.6", 0, "", "0.6"},
    {"a fault is named that is none", kTenYears, "0.7", 2, "is not needed", "0.6", "电池没电"},
};

Command with_clock(Setting& setting, Command command, const std::string& seconds) {
  return shimmed(std::move(command), setting.folder / "none", {{"FAULT_CLOCK", seconds}});
}

std::string value_known(const std::string& data) {
  const Outcome list = run(dandang({"parameter", "list", data, "--as-of", "2026-06-30"}));
  const std::string before = "share that counts as near the front = ";
  const size_t at = list.out.find(before);
  if (at == std::string::npos) return "nothing, " + list.told();
  const size_t from = at + before.size();
  return list.out.substr(from, list.out.find_first_not_of("0123456789.", from) - from);
}

// As `changes` lists it; empty: not found.
std::string time_of(const std::string& changes, int number) {
  std::istringstream in(changes);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string change;
    std::string set;
    std::string which;
    std::string time;
    words >> change >> set >> which >> time;
    if (change == "change" && which == std::to_string(number)) return time;
  }
  return "";
}

}  // namespace

Row jump_clock(Setting& setting, const std::string& address) {
  Row row{address.empty() ? "T5" : "T11", "the clock jumps ten years, there and back"};
  const std::string data = setting.new_folder() / "data";
  std::vector<std::string> init = init_words(data);
  if (!address.empty()) init.insert(init.end(), {"--store", address});
  row.require(run(dandang(init)).code == 0, "no store made");
  int sets = 1;
  for (const Step& step : kSteps) {
    const std::string what = std::string(step.what) + ": ";
    std::vector<std::string> words = parameter_words(data, step.value);
    if (*step.fault != '\0') words.insert(words.end(), {"--after-clock-fault", step.fault});
    const Outcome done = run(with_clock(setting, dandang(words), step.clock));
    ++row.rounds;
    row.require(done.code == step.code, what + done.told());
    row.require(done.err.find(step.says) != std::string::npos, what + done.told());
    sets += step.code == 0 ? 1 : 0;
    row.acknowledged += step.code == 0 ? 1 : 0;
    // What is known follows the order of change sets, whatever the clock of the reader says.
    for (const char* clock : {kTenYears, kTenYearsBack}) {
      const Outcome read = run(with_clock(setting, dandang(evaluate_words(data)), clock));
      row.require(read.code == 0, what + "evaluate: " + read.told());
    }
    row.require(known_change_set(data) == sets, what + "other change sets than acknowledged");
    row.require(value_known(data) == step.then, what + "known is " + value_known(data));
  }
  row.lost = static_cast<size_t>(sets - known_change_set(data));

  // The fault and the real clock are on record, the ledger holds, and doctor says what is wrong.
  const Outcome changes = run(dandang({"changes", data}));
  row.require(changes.out.find("电池没电；实际时间 20") != std::string::npos,
              "the fault is not on record");
  const Outcome verify = run(dandang({"verify", data}));
  row.require(verify.code == 0, "the ledger: " + verify.told());
  const Outcome doctor = run(dandang({"doctor", data, "--quick"}));
  row.require(doctor.code == 1 && doctor.out.find("--after-clock-fault") != std::string::npos,
              "doctor does not name the clock: " + doctor.told());
  // Several share the time of the one written ahead: what is known then is the last of them.
  const std::string first = time_of(changes.out, 4);
  row.require(
      !first.empty() && first == time_of(changes.out, 5) && first == time_of(changes.out, 6),
      "the times are not equal: " + first);
  std::vector<std::string> then = evaluate_words(data);
  then.insert(then.end(), {"--known-at", first});
  const Outcome known = run(dandang(then));
  row.require((known.out + known.err).find("known at change set 6 ") != std::string::npos,
              "known at the shared time is not the last by number");
  return row;
}

std::vector<Row> clock_test(Setting& setting) {
  return {jump_clock(setting, "")};
}

}  // namespace dandang::faults
