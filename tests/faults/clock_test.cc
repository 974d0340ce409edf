// T5: the clock jumps by ten years and back. Change sets keep their order by number, times never go
// backwards, and a user is told what to do.

#include <string>

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
  const char* says;  // on standard error
  const char* then;  // the value known afterwards
};

constexpr Step kSteps[] = {
    {"the clock is right", "0", "0.1", 0, "", "0.1"},
    {"it goes back ten years", kTenYearsBack, "0.2", 2, "check this machine's clock", "0.1"},
    {"it is right again", "0", "0.3", 0, "", "0.3"},
    {"it jumps ten years ahead", kTenYears, "0.4", 0, "", "0.4"},
    {"it is right again, after ten years ahead", "0", "0.5", 2, "is before the last one", "0.4"},
    {"ten years ahead again", kTenYears, "0.6", 0, "", "0.6"},
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

}  // namespace

std::vector<Row> clock_test(Setting& setting) {
  Row row{"T5", "the clock jumps ten years, there and back"};
  const std::string data = make_data(setting, Filled::kNo);
  int sets = 1;
  for (const Step& step : kSteps) {
    const std::string what = std::string(step.what) + ": ";
    const Outcome done =
        run(with_clock(setting, dandang(parameter_words(data, step.value)), step.clock));
    ++row.rounds;
    row.require(done.code == step.code, what + done.told());
    row.require(done.err.find(step.says) != std::string::npos, what + done.told());
    sets += step.code == 0 ? 1 : 0;
    row.acknowledged += step.code == 0 ? 1 : 0;
    // What is known follows the order of change sets, whatever the clock of the reader says.
    for (const char* clock : {"0", kTenYears, kTenYearsBack}) {
      const Outcome read = run(with_clock(setting, dandang(evaluate_words(data)), clock));
      row.require(read.code == 0, what + "evaluate: " + read.told());
    }
    row.require(known_change_set(data) == sets, what + "other change sets than acknowledged");
    row.require(value_known(data) == step.then, what + "known is " + value_known(data));
  }
  row.lost = static_cast<size_t>(sets - known_change_set(data));
  return {row};
}

}  // namespace dandang::faults
