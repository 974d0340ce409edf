// Backup, restore and doctor at the command.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kSource = DANDANG_SOURCE_DIR;

class BackupCommand : public testing::Test {
 protected:
  void SetUp() override {
    data_ = folder_.file("data");
    expect(0, {"init", data_, "--policies", (kSource / "policies").string(), "--hash", "sm3"});
    std::ofstream(file("key")) << std::string(32, 'k');
    chmod(file("key").c_str(), 0600);
  }
  static std::string expect(int code, std::vector<std::string> words) {
    words.insert(words.end(), {"--lang", "en"});
    const ProcessResult result = run_dandang(words);
    EXPECT_EQ(result.code, code) << words[0] << "\n" << result.out << result.err;
    return result.out + result.err;
  }
  std::string file(const std::string& name) const { return folder_.file(name); }

  TemporaryFolder folder_;
  std::string data_;
};

TEST_F(BackupCommand, GoesOutAndBack) {
  EXPECT_THAT(expect(0, {"backup", data_, "--out", file("b"), "--key-file", file("key")}),
              HasSubstr("up to change set 1"));
  EXPECT_THAT(expect(0, {"verify", file("b"), "--key-file", file("key")}), HasSubstr("sound"));
  EXPECT_THAT(expect(0, {"restore", file("b"), "--into", file("r"), "--key-file", file("key")}),
              HasSubstr("SM4-CTR+HMAC-SM3"));
  EXPECT_EQ(expect(0, {"changes", file("r")}), expect(0, {"changes", data_}));

  struct Case {
    std::vector<std::string> words;
    int code;
    std::string says;
  };
  const std::string key = file("key");
  const Case cases[] = {
      {{"backup", data_}, 2, "--out"},
      {{"backup", data_, "--out", file("b")}, 2, "exists already"},
      {{"backup", file("nowhere"), "--out", file("c")}, 2, "no data directory"},
      {{"backup", data_, "--out", file("c"), "--key-file", key, "--passphrase-file", key},
       2,
       "not both"},
      {{"verify", file("b")}, 2, "--key-file"},
      {{"verify", file("b"), "--passphrase-file", key}, 2, "--key-file"},
      {{"restore", file("b"), "--key-file", key}, 2, "--into"},
      {{"restore", file("b"), "--into", file("r"), "--key-file", key}, 2, "not empty"},
      {{"restore", key, "--into", file("s")}, 2, "not a backup"},
  };
  for (const Case& c : cases) EXPECT_THAT(expect(c.code, c.words), HasSubstr(c.says));
  EXPECT_FALSE(fs::exists(file("s")));
}

TEST_F(BackupCommand, DoctorNamesWhatIsWrong) {
  const auto levels = [&](int code) {
    std::map<std::string, std::string> out;
    const std::string said = expect(code, {"doctor", data_, "--json"});
    const boost::json::value checks = boost::json::parse(said);
    for (const auto& check : checks.as_array()) {
      out[check.at("check").as_string().c_str()] = check.at("level").as_string().c_str();
    }
    return out;
  };
  auto found = levels(0);
  for (const char* good : {"permissions", "store", "ledger", "database", "clock", "packages"}) {
    EXPECT_EQ(found[good], "good") << good;
  }
  EXPECT_EQ(found["backup"], "note");
  expect(0, {"backup", data_, "--out", file("b")});
  EXPECT_EQ(levels(0)["backup"], "good");
  std::ofstream(data_ + "/backup-abcdef.partial");
  chmod((data_ + "/records.sqlite").c_str(), 0644);
  found = levels(1);
  EXPECT_EQ(found["leftovers"], "note");
  EXPECT_EQ(found["permissions"], "wrong");
  expect(2, {"doctor", file("nowhere")});
  std::ofstream(data_ + "/records.sqlite", std::ios::trunc) << "no database";
  EXPECT_EQ(levels(4)["store"], "unsound");
}

}  // namespace
}  // namespace dandang::tests
