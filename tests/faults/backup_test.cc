// T9: a backup made while others write is one state of the store, comes back whole, and is proved
// to be the beginning of the store that went on. Interrupted or without room it leaves nothing.

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "county.h"
#include "rounds.h"
#include "small_disk.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

constexpr const char* kEndless = "1000000";

struct Acks {
  std::string lines;  // of those up to the bound
  size_t last = 0;    // the highest number
};

Acks acks_up_to(const std::string& path, size_t bound) {
  Acks out;
  std::istringstream in(read_bytes(path));
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word;
    size_t number = 0;
    if (!(words >> word >> number) || word != "ack" || number > bound) continue;
    out.lines += line + "\n";
    out.last = std::max(out.last, number);
  }
  return out;
}

// The change set a backup's head names.
size_t change_set_of(const std::string& backup) {
  const std::string head = read_bytes(backup).substr(0, 1000);
  const std::string before = "\nchange-set ";
  const size_t at = head.find(before);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + before.size()));
}

Outcome back_up(const std::string& data, const std::string& out, const std::string& key) {
  return run(dandang({"backup", data, "--out", out, "--key-file", key}));
}

std::string make_key(const fs::path& folder) {
  const std::string key = folder / "key";
  write_bytes(key, std::string(32, 'k'));
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  return key;
}

// Two writers, and meanwhile backups and plain copies of the file; all held against the acks.
void back_up_under_load(Setting& setting, Row& row, Row& naive) {
  const fs::path folder = setting.new_folder();
  const std::string data = folder / "data";
  fs::create_directory(data);
  const std::string store = data + "/records.sqlite";
  const std::string acks = folder / "acks";
  const std::string key = make_key(folder);
  row.require(run(writer(store, {"--create", "--count", "1"}, acks)).code == 0, "no store made");
  Child first(writer(store, {"--writer", "1", "--count", kEndless}, acks));
  Child second(writer(store, {"--writer", "2", "--count", kEndless, "--versions", "9"}, acks));
  const double start = now();
  while (count_lines(acks, "ready") < 3 && now() - start < 20) sleep_for(0.001);
  sleep_for(0.1);
  const size_t rounds = setting.rounds(2, 10);
  std::vector<size_t> before;
  for (size_t i = 0; i < rounds; ++i) {
    sleep_for(0.02);
    before.push_back(acks_up_to(acks, SIZE_MAX).last);
    const std::string number = std::to_string(i);
    fs::copy_file(store, folder / ("naive" + number));
    const Outcome made = back_up(data, folder / ("backup" + number), key);
    row.require(made.code == 0, "backup: " + made.told());
  }
  first.kill();
  second.kill();
  first.wait();
  second.wait();
  row.require(run(dandang({"key", "new", "t/log", "--out", folder / "log"})).code == 0, "no key");
  const std::string log = folder / "log";
  for (size_t i = 0; i < rounds; ++i) {
    const std::string number = std::to_string(i);
    const std::string backup = folder / ("backup" + number);
    const std::string again = folder / ("again" + number);
    const std::string some = folder / ("acks" + number);
    const size_t last = change_set_of(backup);
    ++row.rounds;
    const auto restored = run(dandang({"restore", backup, "--into", again, "--key-file", key}));
    row.require(restored.code == 0, "restore: " + restored.told());
    write_bytes(some, acks_up_to(acks, last).lines);
    const Reading reading = read_store(again + "/records.sqlite", some);
    row.require(reading.sound(), "restored: " + reading.outcome.told());
    row.require(reading.sets == last, "other change sets than the head says");
    row.require(last >= before[i], "acknowledged before the backup began, and not in it");
    row.acknowledged += reading.acknowledged;
    row.lost += reading.lost;

    // Proved to be the beginning of the store that went on, and told as shorter.
    const std::string c1 = folder / ("then" + number);
    const std::string c2 = folder / ("now" + number);
    const std::string proof = folder / ("proof" + number);
    row.require(run(dandang({"checkpoint", again, "--out", c1, "--key", log})).code == 0 &&
                    run(dandang({"checkpoint", data, "--out", c2, "--key", log, "--request", proof,
                                 "--since", c1}))
                            .code == 0,
                "no checkpoints");
    for (const std::string& checkpoint : {c2, proof}) {
      const Outcome verified =
          run(dandang({"verify", again, "--checkpoint", checkpoint, "--key", log + ".pub"}));
      const char* const expected =
          checkpoint == proof ? "truly its beginning" : "signed leaves are lost";
      row.require(verified.code == 1 && verified.out.find(expected) != std::string::npos,
                  "against the later checkpoint: " + verified.out);
    }
    // A copy of the file alone lacks what is still in its log.
    write_bytes(some, acks_up_to(acks, before[i]).lines);
    const Reading copied = read_store(folder / ("naive" + number), some);
    ++naive.rounds;
    naive.acknowledged += copied.acknowledged;
    naive.lost += copied.sound() ? 0 : 1;
  }
}

// A store large enough to be caught in the middle.
std::string large_store(Setting& setting, Row& row) {
  const std::string data = setting.new_folder() / "data";
  fs::create_directory(data);
  const Outcome made =
      run(writer(data + "/records.sqlite", {"--create", "--count", "5", "--versions", "4000"}));
  row.require(made.code == 0, "no store made, " + made.told());
  return data;
}

void kill_backups(Setting& setting, const std::string& data, Row& row) {
  const fs::path folder = setting.new_folder();
  const std::string key = make_key(folder);
  const double start = now();
  row.require(back_up(data, folder / "whole", key).code == 0, "no backup made");
  const auto longest = static_cast<uint64_t>((now() - start) * 1000) + 1;
  size_t left = 0;
  size_t done = 0;
  for (size_t i = 0; i < setting.rounds(12, 200); ++i) {
    const std::string out = folder / "out";
    const std::string into = folder / "into";
    const bool restoring = i % 2 == 1;
    Child child(restoring
                    ? dandang({"restore", folder / "whole", "--into", into, "--key-file", key})
                    : dandang({"backup", data, "--out", out, "--key-file", key}));
    sleep_for(static_cast<double>(setting.below(longest)) / 1000);
    child.kill();
    child.wait();
    ++row.rounds;
    const std::string whole = restoring ? into : out;
    const bool there = fs::exists(whole) && !(restoring && fs::is_empty(whole));
    if (there) {
      ++done;
      const Outcome verified = run(restoring ? dandang({"verify", whole})
                                             : dandang({"verify", whole, "--key-file", key}));
      row.require(verified.code == 0, "half a file is left: " + verified.told());
      row.lost += verified.code == 0 ? 0 : 1;
    }
    fs::remove_all(out);
    fs::remove_all(into);
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename();
      row.require(name == "key" || name == "whole", "something is left: " + name);
    }
    for (const auto& entry : fs::directory_iterator(data)) {
      if (entry.path().extension() != ".partial") continue;
      ++left;
      row.require(
          run(dandang({"doctor", data, "--quick"})).out.find("interrupted") != std::string::npos,
          "doctor does not name what is left");
      fs::remove(entry.path());
    }
  }
  row.note = std::to_string(done) + " were done before; " + std::to_string(left) +
             " copies left under their name in the directory, which doctor names";
}

void fill_disks(Setting& setting, const std::string& data, Row& row) {
  const fs::path folder = setting.new_folder();
  const std::string key = make_key(folder);
  row.require(back_up(data, folder / "whole", key).code == 0, "no backup made");
  for (const uint64_t kilobytes : {16, 200, 1000}) {
    const fs::path mount = setting.new_folder();
    SmallDisk disk(mount);
    row.require(disk.resize(kilobytes * kKilobyte).empty(), "no small disk");
    const Outcome made = back_up(data, mount / "out", key);
    row.require(clear_error(made), "backup: " + made.told());
    row.require(fs::is_empty(mount), "half a backup is left");
    const Outcome restored =
        run(dandang({"restore", folder / "whole", "--into", mount / "into", "--key-file", key}));
    row.require(clear_error(restored), "restore: " + restored.told());
    row.require(fs::is_empty(mount), "half a restored store is left");
    row.rounds += 2;
  }
  // No room for the copy beside the store.
  const fs::path mount = setting.new_folder();
  SmallDisk disk(mount);
  const uint64_t size = fs::file_size(data + "/records.sqlite");
  row.require(disk.resize(size + size / 2).empty(), "no small disk");
  const std::string tight = mount / "data";
  fs::create_directory(tight);
  fs::copy_file(data + "/records.sqlite", tight + "/records.sqlite");
  const Outcome made = back_up(tight, folder / "out", key);
  row.require(clear_error(made), "backup without room for the copy: " + made.told());
  row.require(!fs::exists(folder / "out"), "half a backup is left");
  row.require(run(dandang({"verify", tight})).code == 0, "the store suffered");
  ++row.rounds;
}

Row alter(Setting& setting, const std::string& data) {
  Row row{"T9", "control: an altered backup is refused"};
  const fs::path folder = setting.new_folder();
  const std::string key = make_key(folder);
  row.require(back_up(data, folder / "sealed", key).code == 0 &&
                  run(dandang({"backup", data, "--out", folder / "plain"})).code == 0,
              "no backup made");
  for (size_t i = 0; i < setting.rounds(6, 100); ++i) {
    const bool sealed = i % 2 == 0;
    std::string bytes = read_bytes(folder / (sealed ? "sealed" : "plain"));
    const uint64_t bit = setting.below(bytes.size() * 8);
    if (i % 3 == 2) {
      bytes.resize(setting.below(bytes.size()));
    } else {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    }
    write_bytes(folder / "bad", bytes);
    std::vector<std::string> words{"restore", folder / "bad", "--into", folder / "into"};
    if (sealed) words.insert(words.end(), {"--key-file", key});
    const Outcome refused = run(dandang(words));
    ++row.rounds;
    row.require(refused.code == 4 || refused.code == 2, "taken: " + refused.told());
    row.require(!fs::exists(folder / "into"), "something was restored of it");
  }
  return row;
}

}  // namespace

std::vector<Row> backup_test(Setting& setting) {
  Row load{"T9", "backups under load, restored, proved a beginning"};
  Row naive{"T9", "control: the file copied without its log"};
  for (size_t i = 0; i < setting.rounds(1, 10); ++i) back_up_under_load(setting, load, naive);
  naive.require(naive.lost > 0, "nothing was missing");
  Row kills{"T9", "kill -9 of backup and restore"};
  const std::string data = large_store(setting, kills);
  kill_backups(setting, data, kills);
  Row full{"T9", "full disk (tmpfs): backup, restore"};
  if (const std::string refused = own_namespace(); !refused.empty()) {
    full.skipped = "no mount here: " + refused;
  } else {
    fill_disks(setting, data, full);
  }
  return {load, naive, kills, full, alter(setting, data)};
}

}  // namespace dandang::faults
