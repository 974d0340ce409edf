// Retention, holds and deletion as an office does them, on the sample county.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path kSource = DANDANG_SOURCE_DIR;
// After every health examination of the sample, and before any day these tests are run on.
constexpr const char* kDay = "2025-12-31";

class RetentionCommand : public testing::Test {
 protected:
  // With a period the test sets itself, so that the sample's records are due by now.
  void SetUp() override {
    fs::copy(kSource / "policies", folder_.path() / "policies", fs::copy_options::recursive);
    const fs::path clause = folder_.path() / "policies/common/clauses/04-leave-study-pay.md";
    std::string text = read_file(clause);
    const std::string keep = "keep: 体检记录保存年数";
    ASSERT_NE(text.find(keep), std::string::npos);
    text.replace(text.find(keep), keep.size(), "keep: duration(\"P1D\")");
    std::ofstream(clause, std::ios::binary) << text;
    data_ = folder_.file("data");
    expect(0, {"init", data_, "--policies", folder_.file("policies")});
    expect(3, {"import", data_, (kSource / "samples/county/附件2-干部基本情况.xlsx").string(),
               (kSource / "samples/county/附件1-机构名录及目标责任考核.xlsx").string(),
               (kSource / "samples/county/附件10-健康体检.xlsx").string(), "--partial", "--by",
               "张三"});
  }
  static std::string expect(int code, std::vector<std::string> words) {
    words.insert(words.end(), {"--lang", "en"});
    const ProcessResult result = run_dandang(words);
    EXPECT_EQ(result.code, code) << words[0] << "\n" << result.out << result.err;
    return result.out + result.err;
  }
  std::string remove(int code, const std::vector<std::string>& more) const {
    std::vector<std::string> words{"delete",   data_,  "--as-of", kDay,        "--type",
                                   "体检",     "--by", "李四",    "--second",  "王五",
                                   "--reason", "到期", "--basis", "保存期限表"};
    words.insert(words.end(), more.begin(), more.end());
    return expect(code, words);
  }
  std::string retention() const { return expect(0, {"retention", data_, "--as-of", kDay}); }
  static std::string found(const std::string& text, const std::string& pattern) {
    std::smatch match;
    EXPECT_TRUE(std::regex_search(text, match, std::regex(pattern))) << pattern << "\n" << text;
    return match.size() > 1 ? match[1].str() : "";
  }

  TemporaryFolder folder_;
  std::string data_;
};

TEST_F(RetentionCommand, GoesFromTheClockToAProvenDeletion) {
  expect(0, {"key", "new", "log", "--out", folder_.file("log")});
  expect(0, {"checkpoint", data_, "--out", folder_.file("before"), "--key", folder_.file("log")});
  const std::string list = expect(0, {"retention", data_, "--as-of", kDay, "--list"});
  const std::string all = found(list, "体检  (\\d+) on record, \\d+ due, 0 due but held");
  EXPECT_THAT(list, HasSubstr("not configured (信访举报保存年数), nothing is due"));
  EXPECT_THAT(list, HasSubstr("other types declare no retention and are kept for ever"));
  const std::string person = found(list, "\n    (\\d{17}[0-9X])/");

  // What is held stays, and is refused by name.
  EXPECT_THAT(expect(0, {"hold", "place", data_, "--person", person, "--reason", "核查", "--basis",
                         "函", "--by", "王五", "--from", "2025-01-01"}),
              HasSubstr("hold 1 from 2025-01-01"));
  EXPECT_THAT(retention(), HasSubstr(", 1 due but held"));
  EXPECT_THAT(remove(2, {"--key", person + "/2025"}), HasSubstr("hold 1 keeps it"));

  const std::string shown = remove(0, {});
  EXPECT_THAT(shown, Not(HasSubstr(person)));
  const std::string token = found(shown, "--confirm ([0-9a-f-]+):");
  EXPECT_EQ(std::stoi(token), std::stoi(all) - 1);
  // Shown only.
  EXPECT_THAT(retention(), HasSubstr("体检  " + all + " on record"));
  EXPECT_THAT(remove(2, {"--confirm", "1-abc"}), HasSubstr("nothing was deleted"));
  EXPECT_THAT(remove(0, {"--confirm", token}), HasSubstr("(change set 4)"));
  EXPECT_THAT(retention(), HasSubstr("体检  1 on record"));
  EXPECT_THAT(remove(0, {}), HasSubstr("nothing is due"));

  // The checkpoint of before still holds, and the change set says what went.
  EXPECT_THAT(expect(0, {"verify", data_, "--checkpoint", folder_.file("before"), "--key",
                         folder_.file("log.pub")}),
              HasSubstr("of the entries were deleted"));
  EXPECT_THAT(expect(0, {"changes", data_, "4"}), HasSubstr("content deleted (change set 4)"));
  EXPECT_THAT(expect(0, {"changes", data_, "2"}), HasSubstr("content deleted (change set 4)"));
  EXPECT_THAT(expect(2, {"undo", data_, "4", "--by", "李四", "--basis", "误删"}),
              HasSubstr("is a deletion"));

  // Nobody is told "not examined" for want of what was deleted, then or now.
  for (const char* known_at : {"2099-01-01", ""}) {
    std::vector<std::string> words{"evaluate", data_, "--as-of", "2026-06-30", "--rule", "N16.R6"};
    if (*known_at != '\0') words.insert(words.end(), {"--known-at", known_at});
    const std::string line = found(expect(0, words), "N16\\.R6 +(\\d+ +\\d+) ");
    EXPECT_TRUE(line.ends_with(" 0")) << line;
  }
  EXPECT_THAT(expect(0, {"hold", "lift", data_, "1", "--reason", "办结", "--basis", "函", "--by",
                         "王五", "--from", "2025-12-01"}),
              HasSubstr("hold 1 lifted"));
  EXPECT_THAT(expect(0, {"hold", "list", data_}), HasSubstr("2025-01-01 – 2025-12-01"));
  EXPECT_THAT(expect(0, {"hold", "list", data_, "--json"}), HasSubstr("\"to\":\"2025-12-01\""));
}

TEST_F(RetentionCommand, RefusesWhatItMayNot) {
  struct Case {
    std::vector<std::string> words;
    std::string says;
  };
  const auto remove_words = [&](const std::string& type, const std::string& second,
                                const std::string& day) {
    return std::vector<std::string>{"delete",   data_,  "--as-of", day,        "--type",
                                    type,       "--by", "李四",    "--second", second,
                                    "--reason", "到期", "--basis", "办法"};
  };
  const Case cases[] = {
      {remove_words("干部", "王五", kDay), "declares no retention and is kept for ever"},
      {remove_words("信访举报", "王五", kDay), "how long it is kept is not set"},
      {remove_words("体检", "李四", kDay), "two different persons"},
      {remove_words("体检", "王五", "2999-01-01"), "has not come yet"},
      {remove_words("体检记录", "王五", kDay), "no such record type"},
      {{"delete", data_, "--as-of", kDay, "--type", "体检", "--by", "李四"}, "--second"},
      {{"hold", "place", data_, "--person", "61079919800101001X", "--reason", "a", "--basis", "b",
        "--by", "c"},
       "there is no"},
      {{"hold", "place", data_, "--type", "体检", "--reason", "a", "--by", "c"}, "--basis"},
      {{"hold", "lift", data_, "7", "--reason", "a", "--basis", "b", "--by", "c"},
       "hold 7 does not exist"},
      {{"hold", "place", data_}, "wrong usage"},
  };
  for (const Case& c : cases) EXPECT_THAT(expect(2, c.words), HasSubstr(c.says));
}

}  // namespace
}  // namespace dandang::tests
