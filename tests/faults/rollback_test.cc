// T7: an older state put back, and history rewritten with the log's own key. A checkpoint kept
// elsewhere finds both; without one nothing does, which docs/ledger.md says.

#include <sqlite3.h>

#include <string>
#include <vector>

#include "county.h"
#include "rounds.h"

namespace dandang::faults {

namespace {

namespace fs = std::filesystem;

// What a keeper does who has the database and knows the program: the past is changed, the ledger
// thrown away, and the program made to write it anew, leaves, nodes and all.
constexpr const char* kRewrite = R"sql(
  UPDATE parameter SET value = '0.9' WHERE id = 1;
  DROP TABLE deletion; DROP TABLE erasure; DROP TABLE hold;
  DROP TABLE ledger; DROP TABLE ledger_leaf; DROP TABLE ledger_node;
  ALTER TABLE coverage DROP COLUMN salt; ALTER TABLE coverage DROP COLUMN commitment;
  ALTER TABLE parameter DROP COLUMN salt; ALTER TABLE parameter DROP COLUMN commitment;
  ALTER TABLE package_file DROP COLUMN salt; ALTER TABLE package_file DROP COLUMN commitment;
  ALTER TABLE withdrawal DROP COLUMN salt; ALTER TABLE withdrawal DROP COLUMN commitment;
  PRAGMA user_version = 2;
)sql";

bool execute(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  const bool done =
      sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
      sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  sqlite3_close(database);
  return done;
}

class Rollback {
 public:
  Rollback(Setting& setting, Row& row)
      : setting_(setting), row_(row), folder_(setting.new_folder()) {}

  std::string file(const std::string& name) const { return folder_ / name; }
  // Runs the command; its output, in which `says` must be.
  void expect(int code, const std::vector<std::string>& words, const std::string& says = "") {
    const Outcome outcome = run(dandang(words));
    ++row_.rounds;
    const bool as_it_must =
        outcome.code == code && (outcome.out + outcome.err).find(says) != std::string::npos;
    row_.require(as_it_must, words[0] + " " + words[1] + ": " + outcome.told() + outcome.out);
    row_.lost += as_it_must ? 0 : 1;
  }
  void set(const std::string& data, const std::string& value) {
    expect(0, parameter_words(data, value));
  }
  void verify(int code, const std::string& data, const std::vector<std::string>& checkpoints,
              const std::string& says) {
    std::vector<std::string> words{"verify", data};
    if (!checkpoints.empty()) {
      words.emplace_back("--checkpoint");
      for (const std::string& name : checkpoints) words.push_back(file(name));
      words.insert(words.end(), {"--key", file("log.pub"), file("witness.pub")});
    }
    expect(code, words, says);
  }

  // A store of three change sets, with checkpoints after the second and the third; the third
  // countersigned. A copy of the second.
  std::string make() {
    const std::string data = make_data(setting_, Filled::kNo);
    expect(0, {"key", "new", "t/log", "--out", file("log")});
    expect(0, {"key", "new", "t/witness", "--out", file("witness"), "--sm2"});
    set(data, "0.1");
    expect(0, {"checkpoint", data, "--out", file("c2"), "--key", file("log")});
    fs::create_directory(file("old"));
    fs::copy_file(data + "/records.sqlite", file("old") + "/records.sqlite");
    set(data, "0.2");
    expect(0, {"checkpoint", data, "--out", file("c3"), "--key", file("log"), "--request",
               file("r3")});
    expect(0, {"countersign", file("r3"), "--key", file("witness"), "--log-key", file("log.pub"),
               "--out", file("w3")});
    verify(0, data, {"c2", "c3", "w3"}, "the first 3 leaves are borne out");
    return data;
  }

 private:
  Setting& setting_;
  Row& row_;
  fs::path folder_;
};

}  // namespace

std::vector<Row> rollback_test(Setting& setting) {
  Row found{"T7", "rollback, fork, rewriting, found by a checkpoint"};
  Row control{"T7", "control: without a checkpoint from elsewhere"};
  Rollback test(setting, found);
  const std::string data = test.make();

  // An older state put back, and history going on from it.
  const std::string old = test.file("old");
  test.verify(0, old, {"c2"}, "sound");
  test.verify(1, old, {"c3"}, "signed leaves are lost");
  test.verify(1, old, {"w3"}, "signed leaves are lost");
  test.set(old, "0.7");
  test.verify(1, old, {"w3"}, "a fork");
  test.verify(1, old, {"c2", "c3"}, "a fork");

  // The past rewritten, nodes and all, and signed with the log's key again.
  const std::string forged = test.file("forged");
  fs::create_directory(forged);
  fs::copy_file(data + "/records.sqlite", forged + "/records.sqlite");
  found.require(execute(forged + "/records.sqlite", kRewrite), "the store cannot be rewritten");
  test.expect(0, {"changes", forged});
  test.expect(0, {"checkpoint", forged, "--out", test.file("f3"), "--key", test.file("log")});
  test.verify(1, forged, {"w3"}, "a fork");
  test.verify(1, forged, {"c2"}, "a fork");
  // Nor does the witness sign what would go on from there.
  test.set(forged, "0.3");
  test.expect(0, {"checkpoint", forged, "--out", test.file("f4"), "--key", test.file("log"),
                  "--request", test.file("q4"), "--since", test.file("w3")});
  test.expect(1, {"countersign", test.file("q4"), "--key", test.file("witness"), "--log-key",
                  test.file("log.pub"), "--since", test.file("w3"), "--out", test.file("w4")});

  // What nobody outside holds anything against is believed.
  Rollback unseen(setting, control);
  unseen.verify(0, forged, {}, "no checkpoint signed by the log bears it out");
  unseen.expect(0,
                {"verify", forged, "--checkpoint", test.file("f4"), "--key", test.file("log.pub")},
                "sound");
  control.note = "the forgery goes unnoticed, as documented";
  return {found, control};
}

}  // namespace dandang::faults
