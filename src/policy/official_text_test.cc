#include "policy/official_text.h"

#include <gtest/gtest.h>

namespace dandang::policy {
namespace {

using Lines = std::vector<std::string>;

std::string in_short(const OfficialText& text) {
  std::string out;
  for (const OfficialClause& clause : text.clauses) {
    out += clause.number + (clause.part.empty() ? "" : "[" + clause.part + "]") +
           join(clause.paragraphs, "/") + "|";
  }
  return out;
}

TEST(OfficialTextTest, SplitByItsNumbering) {
  struct Row {
    const char* what;
    Lines lines;
    int expected;
    std::string clauses;
  };
  const Row rows[] = {
      {"articles",
       {"第一章 总则", "第一条 为了修路。", "第二条　本办法所称路，", "是指：", "（一）大路；",
        "（二）小路。", "第十二条 略。"},
       0,
       "第一条为了修路。|第二条本办法所称路，是指：/（一）大路；/（二）小路。/第十二条 略。|"},
      {"a level that counts on through the parts",
       {"一、甲部分", "（一）修桥。", "（二）铺路。", "二、乙部分", "(三)种树。", "1.先挖坑。",
        "2.再浇水。"},
       3,
       "（一）[一、甲部分]修桥。|（二）[一、甲部分]铺路。|（三）[二、乙部分]种树。/1.先挖坑。/"
       "2.再浇水。|"},
      {"a level that begins again",
       {"一、甲", "（一）修桥。", "（二）铺路。", "二、乙", "（一）种树。"},
       3,
       "（一）[一、甲]修桥。|（二）[一、甲]铺路。|（一）[二、乙]种树。|"},
      {"digits with a point, marks of Markdown, half and full width",
       {"## 一、甲", "1. 修桥。", "**２．铺路。**", "### **二、乙**", "3.种树1.5亩。", "4、浇水。"},
       4,
       "1.[一、甲]修桥。|2.[一、甲]铺路。|3.[二、乙]种树1.5亩。|4、[二、乙]浇水。|"},
      {"lines a scan broke, and a number at a line's beginning that is none",
       {"1. 修桥，", "", "---", "铺路，共", "2019.3 公里，又", "12. 里。", "2. 种树。"},
       2,
       "1.修桥，铺路，共2019.3 公里，又12. 里。|2.种树。|"},
      {"what follows the last clause", {"1. 甲。", "2. 乙。", "抄送：某办。"}, 2, "1.甲。|2.乙。|"},
      {"no numbers", {"通知", "请照办。"}, 0, ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(in_short(split_official_text(row.lines, row.expected)), row.clauses) << row.what;
  }
}

TEST(OfficialTextTest, NumbersLeaptOverAreNamed) {
  const OfficialText text = split_official_text({"1. 甲。", "2. 乙。", "4. 丁。"}, 4);
  EXPECT_EQ(text.leapt, Lines{"3"});
  EXPECT_EQ(in_short(text), "1.甲。|2.乙。|4.丁。|");
}

TEST(OfficialTextTest, NumberOfTheDocument) {
  const std::pair<std::string, std::string> rows[] = {
      {"岚办发〔2031〕7号", "岚办发〔2031〕7号"},
      {"岚办发[2031] 7号", "岚办发〔2031〕7号"},
      {"根据岚办发（2031）第17号文件", "根据岚办发〔2031〕17号"},
      {"二〇三一年七月", ""},
      {"〔2031〕7号", ""},
  };
  for (const auto& [line, number] : rows) {
    EXPECT_EQ(split_official_text({line, "1. 甲。"}, 1).document_number, number) << line;
  }
}

Package package_of(const std::vector<std::pair<std::string, std::string>>& clauses) {
  Package package;
  package.id = "lanting-2031-7";
  package.document_number = "岚办发〔2031〕7号";
  int number = 0;
  for (const auto& [title, sense] : clauses) {
    Clause clause;
    clause.number = ++number;
    clause.id = "L" + std::to_string(number);
    clause.title.zh = title;
    clause.sense_zh = {sense};
    package.clauses.push_back(clause);
  }
  return package;
}

std::string pairs(const Package& package, const Lines& lines) {
  const OfficialText text = split_official_text(lines, package.clause_count);
  std::string out;
  for (const ClauseMatch& match : match_clauses(package, text)) {
    out += (match.ours == nullptr ? "-" : match.ours->id) + "=" +
           (match.theirs == nullptr ? "-" : match.theirs->number) + " ";
  }
  return out;
}

TEST(OfficialTextTest, ClausesSideBySide) {
  const Package package = package_of({{"修桥", "村里的桥由水利部门每年检修一次"},
                                      {"铺路", "通村道路的养护费用由交通部门承担"},
                                      {"种树", "荒山造林成活率要达到标准"}});
  const std::string bridge = "桥梁检修。水利部门每年检修村里的桥。";
  const std::string road = "道路养护。通村道路养护费用，交通部门承担。";
  const std::string trees = "造林。荒山造林要保证成活率。";
  const std::string dogs = "养犬。登记办证，牵绳出门。";
  struct Row {
    const char* what;
    Lines lines;
    std::string expected;
  };
  const Row rows[] = {
      {"all", {"1. " + bridge, "2. " + road, "3. " + trees}, "L1=1. L2=2. L3=3. "},
      {"one missing", {"1. " + bridge, "2. " + trees}, "L1=1. L2=- L3=2. "},
      {"one extra",
       {"1. " + bridge, "2. " + dogs, "3. " + road, "4. " + trees},
       "L1=1. -=2. L2=3. L3=4. "},
      {"another document", {"1. " + dogs}, "L1=- L2=- L3=- -=1. "},
  };
  for (const Row& row : rows) EXPECT_EQ(pairs(package, row.lines), row.expected) << row.what;
}

TEST(OfficialTextTest, WhosePackageATextIs) {
  PolicySet set;
  set.packages = {package_of({}), Package{}};
  set.packages[1].id = "common";
  EXPECT_EQ(packages_of_text(set, {"岚办发（2031）7号"}).size(), 1u);
  EXPECT_EQ(packages_of_text(set, {"## 岚办发 〔2031〕 7号 文件"}).size(), 1u);
  EXPECT_TRUE(packages_of_text(set, {"岚办发〔2031〕8号"}).empty());
}

}  // namespace
}  // namespace dandang::policy
