// T1: kill -9 at any moment under load. Nothing acknowledged is lost, nothing is half there.

#include <string>

#include "rounds.h"

namespace dandang::faults {

namespace {

constexpr size_t kRoundsPerStore =
    20;  // then a new one, or checking would take longer than killing
constexpr const char* kEndless = "1000000";

// Whether so many writers have their store open, which may take the machine some seconds.
bool wait_until_ready(const std::string& acks, size_t lines) {
  const double start = now();
  while (count_lines(acks, "ready") < lines) {
    if (now() - start > 20) return false;
    sleep_for(0.001);
  }
  return true;
}

double delay(Setting& setting) {
  return 0.005 + static_cast<double>(setting.below(56)) / 1000;
}

// One store with rounds of two writers each, killed one after the other or both at once.
void kill_writers(Setting& setting, Row& row, size_t rounds) {
  const auto folder = setting.new_folder();
  const std::string store = folder / "store.sqlite";
  const std::string acks = folder / "acks";
  row.require(run(writer(store, {"--create", "--count", "1"}, acks)).code == 0, "no store made");
  size_t known = 1;
  for (size_t round = 0; round < rounds; ++round) {
    const std::string from = std::to_string((round + 1) * 1'000'000);
    const size_t ready = count_lines(acks, "ready");
    Child first(writer(store, {"--writer", "1", "--from", from, "--count", kEndless}, acks));
    Child second(writer(
        store,
        {"--writer", "2", "--from", from, "--count", kEndless, "--versions", "9", "--reopen", "7"},
        acks));
    row.require(wait_until_ready(acks, ready + 2), "the writers do not open their store");
    sleep_for(delay(setting));
    first.kill();
    if (setting.below(2) == 0) sleep_for(delay(setting));
    second.kill();
    for (Child* child : {&first, &second}) {
      const Outcome outcome = child->wait();
      row.require(outcome.signal == 9, "a writer ended by itself, " + outcome.told());
    }
    const Reading reading = read_store(store, acks, known);
    row.require(reading.sound(), "after a kill, " + reading.outcome.told());
    row.lost += reading.lost;
    known = reading.sets + 1;
    ++row.rounds;
  }
  const Reading reading = read_store(store, acks, known);
  row.acknowledged += reading.acknowledged;
  row.note = "restart " + std::to_string(reading.restart_milliseconds) + " ms with " +
             std::to_string(reading.sets) + " change sets";
}

// A writer that acknowledges before it writes must be found out. Its change sets are large: a kill
// while a commit is being synced loses nothing, only a power loss does.
void kill_liar(Setting& setting, Row& row) {
  const auto folder = setting.new_folder();
  const std::string store = folder / "store.sqlite";
  const std::string acks = folder / "acks";
  Child child(
      writer(store, {"--create", "--count", kEndless, "--versions", "2000", "--ack-early"}, acks));
  row.require(wait_until_ready(acks, 1), "the writer does not open its store");
  sleep_for(delay(setting));
  child.kill();
  child.wait();
  const Reading reading = read_store(store, acks);
  row.acknowledged += reading.acknowledged;
  row.lost += reading.lost;
  ++row.rounds;
}

}  // namespace

std::vector<Row> kill_test(Setting& setting) {
  Row kills{"T1", "kill -9 under load, two writers"};
  const size_t rounds = setting.rounds(40, 1000);
  for (size_t done = 0; done < rounds; done += kRoundsPerStore) {
    kill_writers(setting, kills, kRoundsPerStore);
  }
  kills.require(kills.acknowledged > kills.rounds, "the writers wrote nothing");

  Row control{"T1", "control: acknowledged before it is written"};
  for (size_t i = 0; i < setting.rounds(8, 40); ++i) kill_liar(setting, control);
  control.require(control.lost > 0, "the reader found nothing");
  return {kills, control};
}

}  // namespace dandang::faults
