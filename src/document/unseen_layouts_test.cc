// Layouts that no sample has, against the record types as the packages declare them.

#include <map>
#include <ostream>

#include "document/sheet_recognition.h"
#include "document/test_catalogue.h"
#include "gtest/gtest.h"
#include "policy/reader.h"

namespace dandang::document {
namespace {

const record::Catalogue& packages() {
  static const std::shared_ptr<record::Catalogue> instance = [] {
    const auto files = policy::read_package_files(std::string(DANDANG_SOURCE_DIR) + "/policies");
    EXPECT_TRUE(files.has_value());
    Diagnostics diagnostics;
    return policy::read_packages(*files, diagnostics).catalogue;
  }();
  return *instance;
}

struct Layout {
  std::string what;
  std::string sheet;
  std::vector<std::string> lines;
  std::vector<format::MergedRange> merged;
  std::string type;                           // empty: not to be recognised
  std::map<std::string, std::string> fields;  // heading as shown -> field; "" not taken in
  std::string file = "报表.xlsx";
};

void PrintTo(const Layout& layout, std::ostream* out) {
  *out << layout.what;
}

class UnseenLayoutTest : public testing::TestWithParam<Layout> {};

TEST_P(UnseenLayoutTest, IsReadAsMeant) {
  format::Sheet sheet = test_sheet(GetParam().sheet, GetParam().lines);
  sheet.merged = GetParam().merged;
  SheetOutcome outcome;
  const SheetRecogniser recogniser(packages(), Date::from_ymd(2026, 7, 1).value());
  recogniser.recognise(test_workbook(GetParam().file, {}), sheet, SheetGrid(sheet), outcome);
  EXPECT_EQ(outcome.type, GetParam().type) << outcome.note.zh;
  for (const auto& [heading, field] : GetParam().fields) {
    std::string found = "no such heading";
    for (const ColumnUse& use : outcome.columns) {
      if (use.heading == heading) found = use.field;
    }
    EXPECT_EQ(found, field) << heading;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rosters, UnseenLayoutTest,
    testing::Values(
        Layout{"three header rows",
               "Sheet1",
               {"某县科级干部名册", "截至2026年6月30日", "序号|基本信息||||任职情况|||备注",
                "|姓名|身份证号|个人情况||单位|职务|任现职|", "|||性别|出生年月|||时间|",
                "1|张三|61079919790326656X|女|1979.03|县财政局|局长|2017.10|"},
               {{1, 1, 0, 8},
                {3, 5, 0, 0},
                {3, 3, 1, 4},
                {4, 5, 1, 1},
                {4, 5, 2, 2},
                {4, 4, 3, 4},
                {3, 3, 5, 7},
                {4, 5, 5, 5},
                {4, 5, 6, 6},
                {3, 5, 8, 8}},
               "干部",
               {{"基本信息/个人情况/性别", "性别"},
                {"基本信息/个人情况/出生年月", "出生年月"},
                {"任职情况/任现职/时间", "任现职时间"},
                {"任职情况/单位", "单位"}}},
        Layout{"a spouse's columns beside the official's",
               "干部花名册",
               {"姓名|性别|公民身份号码|工作单位|职务|配偶情况||", "|||||姓名|身份证号|工作单位",
                "张三|男|61079919790326656X|县财政局|局长|李四|61079919790326656X|某公司"},
               {{1, 2, 0, 0}, {1, 2, 1, 1}, {1, 2, 2, 2}, {1, 2, 3, 3}, {1, 2, 4, 4}, {1, 1, 5, 7}},
               "干部",
               {{"姓名", "姓名"},
                {"公民身份号码", "身份证号"},
                {"工作单位", "单位"},
                {"配偶情况/姓名", ""},
                {"配偶情况/身份证号", ""},
                {"配偶情况/工作单位", ""}}},
        Layout{"unit written once for its people",
               "Sheet1",
               {"干部基本情况统计表", "单位|序号|姓名|性别|身份证号|现任职务|任职时间",
                "县财政局|1|张三|男|61079919790326656X|局长|2017.10"},
               {},
               "干部",
               {{"单位", "单位"}, {"现任职务", "职务"}, {"任职时间", "任现职时间"}}},
        Layout{"education columns nobody asked for",
               "Sheet1",
               {"机关干部信息表",
                "姓名|性别|民族|籍贯|出生日期|身份证号码|学历|学位|毕业院校|参加工作日期|政治面貌|"
                "入党日期|职务|职级|部门"},
               {},
               "干部",
               {{"出生日期", "出生年月"},
                {"参加工作日期", "参加工作时间"},
                {"入党日期", "入党时间"},
                {"籍贯", ""},
                {"毕业院校", ""}}},
        Layout{"relatives are no officials",
               "Sheet1",
               {"领导干部家庭成员基本情况表", "姓名|身份证号|称谓|出生年月|政治面貌|工作单位及职务",
                "李四|61079919790326656X|配偶|1979.03|群众|某公司职员"},
               {},
               "",
               {}},
        Layout{"nor if its title has a word for registers",
               "Sheet1",
               {"参会人员名单", "序号|姓名|身份证号|联系电话|是否住宿",
                "1|张三|61079919790326656X|1390000|是"},
               {},
               "",
               {}},
        Layout{"a list for a meeting is no roster",
               "参会人员",
               {"序号|姓名|身份证号|联系电话|是否住宿", "1|张三|61079919790326656X|1390000|是"},
               {},
               "",
               {}}));

INSTANTIATE_TEST_SUITE_P(
    Appraisals, UnseenLayoutTest,
    testing::Values(
        Layout{"years side by side",
               "Sheet1",
               {"近三年年度考核情况", "姓名|身份证号|2023年|2024年|2025年|备注",
                "张三|61079919790326656X|优秀|称职|称职|"},
               {},
               "",  // nothing says that the years hold grades
               {}},
        Layout{"years side by side under a heading",
               "Sheet1",
               {"干部信息", "姓名|身份证号|年度考核结果|||备注", "||2023年|2024年|2025年|",
                "张三|61079919790326656X|优秀|称职|称职|"},
               {{2, 3, 0, 0}, {2, 3, 1, 1}, {2, 2, 2, 4}, {2, 3, 5, 5}},
               "年度考核",
               {{"年度考核结果/2024年", "等次"}, {"备注", ""}}},
        Layout{"person by name and unit, no number",
               "2025年度",
               {"公务员年度考核结果备案表", "序号|姓名|工作单位及职务|考核结果|审定日期",
                "1|张三|县财政局局长|优秀|2026-03-24"},
               {},
               "年度考核",
               {{"姓名", "干部"},
                {"考核结果", "等次"},
                {"审定日期", "确定时间"},
                {"工作单位及职务", ""}}},
        Layout{
            "units ranked in groups",
            "Sheet1",
            {"2025年度全县目标责任考核结果", "类别|名次|被考核单位|综合得分|考评等次",
             "镇街|1|城关街道|95.5|优秀"},
            {},
            "单位考核",
            {{"被考核单位", "单位"}, {"综合得分", "得分"}, {"考评等次", "等次"}, {"名次", "名次"}}},
        Layout{"units' grades under a wide heading",
               "Sheet1",
               {"各单位考核情况", "单位名称|2024年度||2025年度|", "|得分|等次|得分|等次",
                "城关街道|90|优秀|91|优秀"},
               {{2, 3, 0, 0}, {2, 2, 1, 2}, {2, 2, 3, 4}},
               "单位考核",
               {{"2024年度/等次", "等次"}, {"2025年度/得分", "得分"}}},
        Layout{"points with rank and unit",
               "2025年",
               {"领导干部追赶超越积分排名", "名次|姓名|身份证号|单位|职务|组别|积分|备注",
                "1|张三|61079919790326656X|城关街道|书记|镇街正职|95.5|"},
               {},
               "追赶超越积分",
               {{"组别", "比较组"}, {"积分", "积分"}, {"名次", ""}}},
        Layout{"key work with the person's name only",
               "排位",
               {"2025年度重点工作排名", "事项|范围|牵头单位|排名|参评个数|责任领导",
                "招商引资|全县|城关街道|1|18|张三"},
               {},
               "重点工作排名",
               {{"事项", "工作事项"},
                {"牵头单位", "单位"},
                {"排名", "名次"},
                {"责任领导", "责任人"}}}));

INSTANTIATE_TEST_SUITE_P(
    Lists, UnseenLayoutTest,
    testing::Values(
        Layout{
            "commendations with the person's particulars",
            "Sheet1",
            {"受县级以上表彰人员一览表",
             "序号|姓名|性别|民族|出生年月|身份证号|单位|职务|荣誉称号|授予单位|级别|授予时间|备注",
             "1|张三|男|汉族|1979.03|61079919790326656X|县财政局|局长|先进个人|市委|市厅级|2020."
             "05|"},
            {},
            "表彰",
            {{"荣誉称号", "表彰名称"},
             {"授予单位", "授予机关"},
             {"授予时间", "表彰时间"},
             {"姓名", "干部"},
             {"性别", ""}}},
        Layout{"sanctions with a document number",
               "处分台账",
               {"序号|姓名|居民身份证号码|所在单位|处分种类|处分文号|处分生效日期|处分期间（月）|"
                "问题性质|容错情况|是否撤销",
                "1|张三|61079919790326656X|县财政局|记过|某字1号|2023-08-19|12|工作原因||否"},
               {},
               "处分",
               {{"处分生效日期", "生效时间"},
                {"处分期间（月）", "月数"},
                {"处分文号", ""},
                {"容错情况", "容错认定"}}},
        Layout{"leave with what is due",
               "Sheet1",
               {"2025年度干部带薪年休假统计表",
                "姓名|身份证号|应休天数|已休天数|未休天数|未休原因|签字",
                "张三|61079919790326656X|10|8|2|本人放弃|"},
               {},
               "年休假",
               {{"应休天数", ""}, {"已休天数", "已休天数"}, {"未休天数", "未休天数"}}},
        Layout{"fees in ten thousands",
               "Sheet1",
               {"在职学历提升学费报销表", "单位：万元",
                "姓名|身份证号|学习形式|毕业证日期|学位证日期|费用名称|金额",
                "张三|61079919790326656X|在职研究生|2024-06-30|2024-06-30|学费|1.2"},
               {},
               "学费",
               {{"毕业证日期", "毕业证时间"}, {"费用名称", "费用类别"}, {"金额", "金额"}}},
        Layout{
            "pay with its parts",
            "Sheet1",
            {"2025年干部工资收入情况", "姓名|身份证号|单位性质|职级|基本工资|津补贴|月均收入（元）",
             "张三|61079919790326656X|乡镇机关|一级科员|3000|2000|5000"},
            {},
            "月均收入",
            {{"月均收入（元）", "金额"},
             {"基本工资", ""},
             {"津补贴", ""},
             {"单位性质", "单位类型"}}},
        Layout{"examinations with sex and age",
               "Sheet1",
               {"2025年干部健康体检登记表", "序号|姓名|性别|年龄|身份证号|单位|体检日期|体检医院",
                "1|张三|男|40|61079919790326656X|县财政局|2025-09-10|县医院"},
               {},
               "体检",
               {{"体检日期", "体检时间"}, {"性别", ""}, {"体检医院", ""}}},
        Layout{"a register of units with codes",
               "Sheet1",
               {"全县机构名录", "序号|机构全称|机构类别|统一社会信用代码|编制数|负责人",
                "1|城关街道|镇街|1161|40|张三"},
               {},
               "单位",
               {{"机构全称", "单位名称"}, {"机构类别", "单位类别"}, {"编制数", ""}}},
        Layout{"vehicles of units are no register of units",
               "Sheet1",
               {"公务用车统计", "单位名称|车牌|品牌|数量|备注", "城关街道|陕F|甲|1|"},
               {},
               "",
               {}},
        Layout{"a budget is none of ours",
               "Sheet1",
               {"2025年预算", "项目|金额|备注", "办公费|100|"},
               {},
               "",
               {}}));

}  // namespace
}  // namespace dandang::document
