#include "record/record_type.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/date.h"
#include "record/change_set.h"

namespace dandang::record {
namespace {

CodeValue value(std::string name, std::vector<std::string> aliases = {}) {
  CodeValue out;
  out.name = std::move(name);
  out.aliases = std::move(aliases);
  return out;
}

CodeList grades() {
  CodeList list;
  list.name = "职级";
  list.ordered = true;
  list.values = {value("科员", {"一级科员"}), value("副主任科员", {"副科", "科长"}), value("科长"),
                 value("处 长")};
  return list;
}

TEST(CodeList, FindsNamesAndAliasesWhateverTheBlanks) {
  struct Case {
    std::string word;
    std::string expected;  // empty: none
  };
  const Case cases[] = {
      {"科员", "科员"},
      {" 科 员 ", "科员"},
      {"科\u3000员", "科员"},
      {"一级科员", "科员"},
      {"一级 科员", "科员"},
      {"副科", "副主任科员"},
      {"科长", "科长"},  // a name wins over another value's alias
      {"处长", "处 长"},
      {"处 长", "处 长"},
      {"局长", ""},
      {"科", ""},
      {"", ""},
      {" \u3000", ""},
  };
  const CodeList list = grades();
  for (const Case& c : cases) {
    const CodeValue* found = list.find(c.word);
    EXPECT_EQ(found == nullptr ? "" : found->name, c.expected) << c.word;
  }
}

TEST(CodeList, OrdersOnlyWhatTheLawRanks) {
  CodeList list = grades();
  EXPECT_EQ(list.order_of("科员"), 1);
  EXPECT_EQ(list.order_of("副科"), 2);
  EXPECT_EQ(list.order_of("处长"), 4);
  EXPECT_EQ(list.order_of("局长"), std::nullopt);
  list.ordered = false;
  EXPECT_EQ(list.order_of("科员"), std::nullopt);
}

TEST(Catalogue, FindsByName) {
  Catalogue catalogue;
  catalogue.types.resize(2);
  catalogue.types[0].name = "单位";
  catalogue.types[1].name = "干部";
  catalogue.types[1].fields.resize(2);
  catalogue.types[1].fields[0].name = "身份证号";
  catalogue.types[1].fields[1].name = "姓名";
  catalogue.code_lists = {grades()};

  EXPECT_EQ(catalogue.find_type("干部"), &catalogue.types[1]);
  EXPECT_EQ(catalogue.find_type("干"), nullptr);
  EXPECT_EQ(catalogue.type_index("单位"), 0U);
  EXPECT_EQ(catalogue.type_index(""), std::nullopt);
  EXPECT_EQ(catalogue.find_code_list("职级"), catalogue.code_lists.data());
  EXPECT_EQ(catalogue.find_code_list("等次"), nullptr);
  const RecordType& official = catalogue.types[1];
  EXPECT_EQ(official.find_field("姓名"), &official.fields[1]);
  EXPECT_EQ(official.find_field("性别"), nullptr);
  EXPECT_EQ(official.field_index("身份证号"), 0U);
  EXPECT_EQ(official.field_index("性别"), std::nullopt);
}

TEST(ToDisplay, WritesEveryKindAsPeopleDo) {
  const int64_t day = Date::from_ymd(2025, 3, 24)->days();
  struct Case {
    FieldKind kind;
    Cell cell;
    std::string expected;
  };
  const Case cases[] = {
      {FieldKind::kText, Cell(std::string("说明")), "说明"},
      {FieldKind::kName, Cell(std::string("张三")), "张三"},
      {FieldKind::kIdentityNumber, Cell(std::string("61079919800101001X")), "61079919800101001X"},
      {FieldKind::kDate, Cell(day), "2025-03-24"},
      {FieldKind::kDay, Cell(day), "2025-03-24"},
      {FieldKind::kDay, Cell(int64_t{-1}), "1969-12-31"},
      {FieldKind::kYear, Cell(int64_t{2024}), "2024"},
      {FieldKind::kNumber, Cell(*Decimal::parse("90.50")), "90.5"},
      {FieldKind::kNumber, Cell(int64_t{7}), "7"},
      {FieldKind::kMoney, Cell(int64_t{4500000}), "45000.00"},
      {FieldKind::kMoney, Cell(int64_t{0}), "0.00"},
      {FieldKind::kMoney, Cell(int64_t{-5}), "-0.05"},
      {FieldKind::kMoney, Cell(int64_t{-12345}), "-123.45"},
      {FieldKind::kMoney, Cell(std::numeric_limits<int64_t>::min()), "-92233720368547758.08"},
      {FieldKind::kFlag, Cell(int64_t{1}), "是"},
      {FieldKind::kFlag, Cell(int64_t{0}), "否"},
      {FieldKind::kCode, Cell(std::string("科员")), "科员"},
      {FieldKind::kRef, Cell(key_text({"610799", "2024"})), "610799/2024"},
      {FieldKind::kFlag, Cell(), ""},
      {FieldKind::kMoney, Cell(), ""},
  };
  for (const Case& c : cases) {
    Field field;
    field.kind = c.kind;
    EXPECT_EQ(to_display(field, c.cell), c.expected);
  }
}

TEST(ColumnKind, FollowsTheFieldKind) {
  struct Case {
    FieldKind kind;
    Column::Kind expected;
  };
  const Case cases[] = {
      {FieldKind::kText, Column::Kind::kText},           {FieldKind::kName, Column::Kind::kText},
      {FieldKind::kIdentityNumber, Column::Kind::kText}, {FieldKind::kDate, Column::Kind::kInt64},
      {FieldKind::kDay, Column::Kind::kInt64},           {FieldKind::kYear, Column::Kind::kInt64},
      {FieldKind::kNumber, Column::Kind::kDecimal},      {FieldKind::kMoney, Column::Kind::kInt64},
      {FieldKind::kFlag, Column::Kind::kInt64},          {FieldKind::kCode, Column::Kind::kText},
      {FieldKind::kRef, Column::Kind::kInt64},
  };
  for (const Case& c : cases) EXPECT_EQ(column_kind(c.kind), c.expected);
}

}  // namespace
}  // namespace dandang::record
