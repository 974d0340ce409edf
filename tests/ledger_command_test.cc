// The ledger at the command: what an office, its superior and a person with a receipt do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kSource = DANDANG_SOURCE_DIR;

class LedgerCommand : public testing::Test {
 protected:
  void SetUp() override {
    data_ = folder_.file("data");
    expect(0, {"init", data_, "--policies", (kSource / "policies").string(), "--hash", "sm3"});
    set_parameter("0.2");
  }
  void set_parameter(const std::string& value) {
    expect(0, {"parameter", "set", data_, "积分靠前比例=" + value, "--from", "2026-01-01",
               "--basis", "岚组会〔2026〕3号", "--by", "李四"});
  }
  // Standard output.
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

TEST_F(LedgerCommand, GoesFromKeyToCheckpointToVerdict) {
  const std::string key = expect(0, {"key", "new", "岚汀/ledger", "--out", file("log")});
  EXPECT_EQ(key, read_file(file("log.pub")));
  struct stat status {};
  ASSERT_EQ(stat(file("log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_THAT(expect(2, {"key", "new", "岚汀/ledger", "--out", file("log")}), HasSubstr("log"));

  EXPECT_THAT(expect(0, {"verify", data_}), HasSubstr("no checkpoint signed by the log"));
  expect(0, {"checkpoint", data_, "--out", file("first"), "--key", file("log"), "--request",
             file("request1")});
  EXPECT_THAT(expect(2, {"checkpoint", data_, "--out", file("first"), "--key", file("log")}),
              HasSubstr("first"));
  EXPECT_THAT(expect(0, {"verify", data_, "--checkpoint", file("first"), "--key", file("log.pub")}),
              HasSubstr("the first 2 leaves are borne out"));
  fs::copy(data_, file("old"));

  // Another department, with a key of another kind, twice.
  expect(0, {"key", "new", "上级/witness", "--out", file("witness"), "--sm2"});
  const std::vector<std::string> witness{"--key", file("witness"), "--log-key", file("log.pub")};
  const auto countersign = [&](int code, const std::string& request, const std::string& out,
                               const std::vector<std::string>& since) {
    std::vector<std::string> words{"countersign", file(request), "--out", file(out)};
    words.insert(words.end(), witness.begin(), witness.end());
    words.insert(words.end(), since.begin(), since.end());
    return expect(code, words);
  };
  countersign(0, "request1", "signed1", {});
  set_parameter("0.3");
  expect(0, {"checkpoint", data_, "--out", file("second"), "--key", file("log"), "--request",
             file("request2"), "--since", file("signed1")});
  countersign(0, "request2", "signed2", {"--since", file("signed1")});
  const std::string said =
      expect(0, {"verify", data_, "--checkpoint", file("first"), file("signed2"), "--key",
                 file("log.pub"), file("witness.pub")});
  EXPECT_THAT(said, HasSubstr("上级/witness：good signature"));
  EXPECT_THAT(said, HasSubstr("the first 3 leaves are borne out"));

  // The backup of the first day is not what was signed on the second.
  EXPECT_THAT(
      expect(1, {"verify", file("old"), "--checkpoint", file("signed2"), "--key", file("log.pub")}),
      HasSubstr("signed leaves are lost"));
  // Nor is another history that goes on from there, which the witness refuses.
  const std::string live = data_;
  data_ = file("old");
  set_parameter("0.9");
  expect(0, {"checkpoint", data_, "--out", file("forked"), "--key", file("log"), "--request",
             file("request3"), "--since", file("signed2")});
  countersign(1, "request3", "signed3", {"--since", file("signed2")});
  EXPECT_FALSE(fs::exists(file("signed3")));
  EXPECT_THAT(expect(1, {"verify", live, "--checkpoint", file("forked"), "--key", file("log.pub")}),
              HasSubstr("a fork"));
}

TEST_F(LedgerCommand, GivesAReceiptThatIsCheckedWithoutTheStore) {
  expect(0, {"key", "new", "岚汀/ledger", "--out", file("log")});
  expect(0,
         {"receipt", data_, "--change-set", "2", "--out", file("receipt"), "--key", file("log")});
  EXPECT_THAT(expect(2, {"receipt", data_, "--change-set", "7", "--out", file("none"), "--key",
                         file("log")}),
              HasSubstr("change set 7"));
  fs::remove_all(data_);
  EXPECT_THAT(expect(0, {"receipt", "verify", file("receipt"), "--key", file("log.pub")}),
              HasSubstr("change set 2"));
  std::string altered = read_file(file("receipt"));
  altered.replace(altered.find("index 1"), 7, "index 0");
  std::ofstream(file("altered"), std::ios::binary) << altered;
  expect(2, {"receipt", "verify", file("altered"), "--key", file("log.pub")});
}

TEST_F(LedgerCommand, TellsWhatIsNoStore) {
  struct Case {
    std::vector<std::string> words;
    int code;
    std::string says;
  };
  const Case cases[] = {
      {{"verify", file("nowhere")}, 2, "no data directory"},
      {{"verify", data_, "--checkpoint", file("nowhere")}, 2, "cannot be read"},
      {{"verify", (kSource / "README.md").string()}, 4, "not a"},
      {{"checkpoint", data_, "--out", file("x")}, 2, "--key"},
      {{"init", file("y"), "--hash", "md5"}, 2, "sha256 or sm3"},
  };
  for (const Case& c : cases) EXPECT_THAT(expect(c.code, c.words), HasSubstr(c.says));
}

}  // namespace
}  // namespace dandang::tests
