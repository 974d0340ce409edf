// T6: one bit of a store is turned. Programs never crash or hang, and every flip that changes a
// record is noticed, by the database or by the ledger.

#include <string>
#include <vector>

#include "county.h"
#include "rounds.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

constexpr double kHungSeconds = 20;

std::string flipped(Setting& setting, std::string bytes) {
  const uint64_t bit = setting.below(bytes.size() * 8);
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

// What became of the flips.
struct Tally {
  size_t refused = 0;  // the store was called unsound
  size_t silent = 0;   // something else was read, and nobody noticed
  size_t unseen = 0;   // everything was read as it was

  std::string text() const {
    return std::to_string(refused) + " noticed, " + std::to_string(silent) +
           " changed something unnoticed, " + std::to_string(unseen) + " changed nothing";
  }
};

// The writers' store, whose content the reader knows.
Row flip_known_store(Setting& setting, bool whole_pages) {
  Row row{"T6", whole_pages ? "control: a page overwritten, reader" : "a bit turned, reader"};
  const fs::path folder = setting.new_folder();
  const std::string store = folder / "store.sqlite";
  const std::string acks = folder / "acks";
  const Outcome made = run(writer(store, {"--create", "--count", "30", "--versions", "20"}, acks));
  row.require(made.code == 0, "no store made, " + made.told());
  row.require(read_store(store, acks).sound(), "the store is unsound before it is touched");
  const std::string good = read_bytes(store);
  row.acknowledged = count_lines(acks, "ack ");
  Tally tally;
  for (size_t i = 0; i < setting.rounds(whole_pages ? 10 : 100, whole_pages ? 40 : 1000); ++i) {
    std::string bad = flipped(setting, good);
    if (whole_pages) bad = good;
    if (whole_pages) bad.replace(setting.below(good.size() / 4096) * 4096, 4096, 4096, '\x5a');
    const std::string copy = folder / "copy.sqlite";
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(copy + suffix);
    write_bytes(copy, bad);
    const Reading reading = read_store(copy, acks);
    ++row.rounds;
    row.require(!reading.outcome.crashed(), "the reader: " + reading.outcome.told());
    switch (reading.outcome.code) {
      case 0:
        ++tally.unseen;
        break;
      case 1:
        ++tally.silent;
        break;
      default:
        ++tally.refused;
    }
  }
  row.lost = tally.silent;
  row.note = tally.text() + "; noticed by opening, loading, integrity_check or the ledger";
  row.require(tally.silent == 0, "changed records went unnoticed");
  if (whole_pages) row.require(tally.refused == row.rounds, "an overwritten page went unnoticed");
  return row;
}

// The county, by the commands a user runs.
std::vector<Row> flip_county(Setting& setting) {
  Row row{"T6", "a bit turned, evaluate and report"};
  Row told{"T6", "what is noticed is told as an unsound store, exit 4"};
  const std::string source = make_data(setting, Filled::kYes);
  const std::string good = read_bytes(source + "/records.sqlite");
  const Outcome expected = run(dandang(evaluate_words(source)));
  row.require(expected.code == 0, "the county does not evaluate");
  const fs::path folder = setting.new_folder();
  const std::string data = folder / "data";
  Tally tally;
  for (size_t i = 0; i < setting.rounds(50, 1000); ++i) {
    fs::remove_all(data);
    fs::create_directory(data);
    write_bytes(data + "/records.sqlite", flipped(setting, good));
    Command evaluate = dandang(evaluate_words(data));
    evaluate.seconds = kHungSeconds;
    const Outcome outcome = run(evaluate);
    ++row.rounds;
    row.require(!outcome.crashed(), "evaluate: " + outcome.told());
    if (outcome.code != 0) {
      ++tally.refused;
      told.lost += outcome.code == 4 ? 0 : 1;
      told.require(outcome.code == 4, outcome.told());
    } else if (outcome.out != expected.out) {
      // Evaluating does not look through the ledger; verifying does.
      ++tally.silent;
      const Outcome verified = run(dandang({"verify", data}));
      const bool noticed = verified.code == 1 || verified.code == 4;
      row.lost += noticed ? 0 : 1;
      row.require(noticed, "other counts, and verify: " + verified.told());
    } else {
      ++tally.unseen;
    }
    if (i % 8 != 0) continue;
    Command report = dandang(report_words(data, folder / "report.html"));
    report.seconds = kHungSeconds;
    const Outcome reported = run(report);
    row.require(!reported.crashed(), "report: " + reported.told());
  }
  row.note = tally.text() + " of the counts; the unnoticed by evaluate all by verify";
  told.rounds = tally.refused;
  return {row, told};
}

}  // namespace

std::vector<Row> bit_flip_test(Setting& setting) {
  std::vector<Row> rows{flip_known_store(setting, false), flip_known_store(setting, true)};
  const std::vector<Row> county = flip_county(setting);
  rows.insert(rows.end(), county.begin(), county.end());
  return rows;
}

}  // namespace dandang::faults
