#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "document/import.h"

// Record types and sheets for the tests of this folder, built without files.
namespace dandang::document {

struct TestField {
  TestField(std::string name, record::FieldKind kind, std::vector<std::string> headings = {}) {
    field.name = std::move(name);
    field.kind = kind;
    field.headings = std::move(headings);
  }
  TestField& required() { return field.required = true, *this; }
  TestField& from_title() { return field.from_title = true, *this; }
  TestField& codes(std::string list) { return field.code_list = std::move(list), *this; }
  TestField& ref(std::string type) { return field.ref_type = std::move(type), *this; }
  TestField& agrees(record::Agrees what) { return field.agrees = what, *this; }
  TestField& yes(std::string word) { return field.true_words.push_back(std::move(word)), *this; }

  record::Field field;
};

inline record::RecordType test_type(std::string name, std::vector<std::string> key,
                                    std::vector<TestField> fields,
                                    std::vector<std::string> sheets = {}) {
  record::RecordType type;
  type.name = std::move(name);
  type.key = std::move(key);
  for (TestField& each : fields) type.fields.push_back(std::move(each.field));
  type.sheets = std::move(sheets);
  return type;
}

inline record::CodeList test_codes(std::string name, std::vector<std::string> values) {
  record::CodeList list;
  list.name = std::move(name);
  for (std::string& value : values) {
    record::CodeValue code;
    code.name = std::move(value);
    list.values.push_back(std::move(code));
  }
  return list;
}

inline TestField test_person() {
  using record::FieldKind;
  return TestField("干部", FieldKind::kRef, {"身份证号"}).ref("干部").required();
}

inline TestField test_unit() {
  using record::FieldKind;
  return TestField("单位", FieldKind::kRef, {"工作单位", "单位名称"}).ref("单位");
}

// Registers and lists such as a county has.
inline record::Catalogue test_catalogue() {
  using record::FieldKind;
  using record::RecordType;
  record::Catalogue out;
  out.code_lists = {
      test_codes("性别", {"男", "女"}),
      test_codes("单位类别", {"镇街", "县直部门", "事业单位"}),
      test_codes("考核等次", {"不称职", "基本称职", "称职", "优秀", "不定等次", "未参加考核"}),
      test_codes("单位等次", {"较差", "一般", "良好", "优秀"}),
      test_codes("级别", {"县处级", "市厅级", "省部级"}),
      test_codes("处分种类", {"警告", "记过", "记大过", "降级", "撤职", "开除", "诫勉", "党内警告",
                              "党内严重警告", "撤销党内职务"}),
      test_codes("容错", {"无", "从轻", "免于"}),
      test_codes("形态", {"第一种", "第二种"}),
      test_codes("费用类别", {"学费", "教材费"}),
  };
  out.code_lists[0].values[0].aliases = {"男性"};

  RecordType units = test_type(
      "单位", {"单位名称"},
      {TestField("单位名称", FieldKind::kName, {"单位"}).required(),
       TestField("单位类别", FieldKind::kCode, {"类别", "单位类型"}).codes("单位类别").required()},
      {"单位名册"});
  units.name_field = "单位名称";
  units.valid = RecordType::Valid::kSnapshot;
  out.types.push_back(units);

  RecordType persons =
      test_type("干部", {"身份证号"},
                {TestField("姓名", FieldKind::kName).required(),
                 TestField("性别", FieldKind::kCode).codes("性别").agrees(record::Agrees::kSex),
                 TestField("民族", FieldKind::kText),
                 TestField("出生年月", FieldKind::kDate).agrees(record::Agrees::kBirth),
                 TestField("身份证号", FieldKind::kIdentityNumber, {"身份证号码"}).required(),
                 TestField("职级", FieldKind::kText),
                 TestField("参加工作时间", FieldKind::kDay, {"参加工作年月日"}),
                 TestField("入党时间", FieldKind::kDate)},
                {"花名册", "名册"});
  persons.name_field = "姓名";
  persons.valid = RecordType::Valid::kSnapshot;
  persons.checks.push_back(
      {"参加工作时间 <= 填报时间", {}, {"参加工作时间在填报时间之后", ""}, "参加工作时间"});
  out.types.push_back(persons);

  RecordType posts = test_type(
      "任职", {"干部", "单位", "职务"},
      {TestField("干部", FieldKind::kRef).ref("干部").required(), test_unit().required(),
       TestField("职务", FieldKind::kText).required(), TestField("任现职时间", FieldKind::kDate)});
  posts.taken_with = "干部";
  posts.valid = RecordType::Valid::kFrom;
  posts.valid_field = "任现职时间";
  out.types.push_back(posts);

  RecordType appraisals = test_type(
      "年度考核", {"干部", "年度"},
      {test_person(), TestField("年度", FieldKind::kYear).from_title().required(),
       TestField("等次", FieldKind::kCode, {"考核等次", "考核结果"}).codes("考核等次").required(),
       TestField("确定时间", FieldKind::kDay)},
      {"干部考核", "年度考核"});
  appraisals.valid = RecordType::Valid::kYear;
  appraisals.valid_field = "年度";
  out.types.push_back(appraisals);

  out.types.push_back(test_type(
      "单位考核", {"单位", "年度"},
      {test_unit().required(), TestField("年度", FieldKind::kYear).from_title().required(),
       TestField("类别", FieldKind::kCode, {"单位类别"}).codes("单位类别"),
       TestField("得分", FieldKind::kNumber), TestField("名次", FieldKind::kNumber),
       TestField("等次", FieldKind::kCode, {"考核等次", "单位考核等次"})
           .codes("单位等次")
           .required()},
      {"目标责任考核"}));

  RecordType honours = test_type(
      "表彰", {"干部", "表彰名称", "表彰时间"},
      {test_person(), TestField("表彰名称", FieldKind::kText, {"荣誉称号"}).required(),
       TestField("授予机关", FieldKind::kText), TestField("级别", FieldKind::kCode).codes("级别"),
       TestField("表彰时间", FieldKind::kDate).required(), TestField("撤销时间", FieldKind::kDate)},
      {"表彰"});
  honours.valid = RecordType::Valid::kFrom;
  honours.valid_field = "表彰时间";
  honours.absence = RecordType::Absence::kNone;
  out.types.push_back(honours);

  RecordType sanctions =
      test_type("处分", {"干部", "种类", "生效时间"},
                {test_person(),
                 TestField("种类", FieldKind::kCode, {"处分种类"}).codes("处分种类").required(),
                 TestField("生效时间", FieldKind::kDay).required(),
                 TestField("月数", FieldKind::kNumber, {"影响期（月）", "影响期"}),
                 TestField("容错认定", FieldKind::kCode).codes("容错"),
                 TestField("已撤销", FieldKind::kFlag, {"是否撤销"}).yes("已撤销")},
                {"处分"});
  sanctions.absence = RecordType::Absence::kNone;
  out.types.push_back(sanctions);

  RecordType examinations =
      test_type("体检", {"干部", "年度"},
                {test_person(), TestField("年度", FieldKind::kYear).from_title().required(),
                 TestField("体检时间", FieldKind::kDate).required()},
                {"体检"});
  examinations.absence = RecordType::Absence::kNone;
  examinations.absence_keys = {"年度"};
  out.types.push_back(examinations);

  RecordType rankings =
      test_type("重点工作排名", {"工作事项", "年度", "单位"},
                {TestField("工作事项", FieldKind::kText).required(),
                 TestField("年度", FieldKind::kYear).from_title().required(),
                 TestField("范围", FieldKind::kText), test_unit().required(),
                 TestField("名次", FieldKind::kNumber).required(),
                 TestField("责任人", FieldKind::kRef, {"责任人身份证号"}).ref("干部")},
                {"排名"});
  rankings.absence = RecordType::Absence::kNone;
  rankings.absence_keys = {"工作事项", "年度"};
  out.types.push_back(rankings);

  out.types.push_back(
      test_type("月均收入", {"干部", "年度"},
                {test_person(), TestField("年度", FieldKind::kYear).from_title().required(),
                 TestField("单位类型", FieldKind::kText),
                 TestField("金额", FieldKind::kMoney, {"月均收入（元）", "收入"}).required()},
                {"收入"}));

  RecordType fees =
      test_type("学费", {"干部", "金额"},
                {test_person(), TestField("金额", FieldKind::kMoney).required()}, {"学费"});
  fees.repeats = true;
  out.types.push_back(fees);
  return out;
}

// A well-formed number of a person born on that day ("19790326"); an odd serial is a man's.
inline std::string test_identity_number(const std::string& birth, int serial = 665) {
  const std::string digits = std::to_string(1000 + serial).substr(1);
  for (char last : std::string("0123456789X")) {
    std::string number = "610799" + birth + digits + last;
    if (!identity_number_fault(number)) return number;
  }
  return {};
}

// One cell by a word: a plain number is a number, @2025-03-24 a real date, #N/A an error; a leading
// ' keeps digits as text.
inline format::WorkbookCell test_cell(const std::string& word, uint32_t column = 0) {
  format::WorkbookCell cell;
  cell.column = column;
  cell.kind = word.empty() ? format::CellKind::kBlank : format::CellKind::kText;
  cell.text = word;
  if (word.empty()) return cell;
  if (word[0] == '\'') {
    cell.text = word.substr(1);
  } else if (word[0] == '@') {
    cell.kind = format::CellKind::kDate;
    cell.date = Date::parse_iso(word.substr(1)).value_or(Date());
  } else if (word[0] == '#') {
    cell.kind = format::CellKind::kError;
  } else if (const auto number = Decimal::parse(word); number && word.size() < 16) {
    cell.kind = format::CellKind::kNumber;
    cell.number = *number;
  }
  return cell;
}

// Rows of cells parted by "|"; "" is an empty row.
inline format::Sheet test_sheet(const std::string& name, const std::vector<std::string>& lines) {
  format::Sheet sheet;
  sheet.name = name;
  for (size_t i = 0; i < lines.size(); ++i) {
    format::WorkbookRow row;
    row.number = static_cast<uint32_t>(i + 1);
    const std::vector<std::string> words = split(lines[i], '|');
    for (size_t column = 0; column < words.size(); ++column) {
      format::WorkbookCell cell = test_cell(words[column], static_cast<uint32_t>(column));
      if (cell.kind != format::CellKind::kBlank) row.cells.push_back(std::move(cell));
    }
    if (!row.cells.empty()) sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

inline format::Workbook test_workbook(const std::string& file, std::vector<format::Sheet> sheets) {
  return {file, std::move(sheets)};
}

}  // namespace dandang::document
