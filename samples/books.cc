#include "books.h"

#include <algorithm>
#include <map>

#include "mess.h"
#include "sheet.h"

namespace samples {
namespace {

constexpr uint64_t kMessSeed = 610799'20;
constexpr const char* kUnitColumn = "工作单位";

Cell text(const std::string& value) {
  return Cell::of_text(value);
}

class Books {
 public:
  Books(const County& county, const std::string& folder)
      : county_(county), folder_(folder), mess_(kMessSeed) {
    for (const Unit& unit : county.units) unit_order_[unit.name] = unit_order_.size();
  }

  void units();
  void roster();
  void appraisals();
  void points();
  void rankings();
  void honours_and_sanctions();
  void leave();
  void tuition();
  void incomes();
  void examinations();

  std::vector<Refused> take_refused() { return std::move(refused_); }

 private:
  template <typename Row>
  using Columns = std::vector<Column<Row>>;

  const Official& person(const PersonRow& row) const { return county_.officials[row.official]; }

  // ---- Columns that many sheets have ----

  template <typename Row>
  Column<Row> number(const std::string& heading = "序号") {
    return {heading, "", [this](const Row&) { return Cell::of_number(++number_); }};
  }
  template <typename Row>
  Column<Row> name(const std::string& heading, const std::string& group = "") {
    return {heading, group, [this](const Row& row) { return mess_.name(person(row).name); }};
  }
  template <typename Row>
  Column<Row> identity(const std::string& heading, const std::string& group = "") {
    return {heading, group,
            [this](const Row& row) { return mess_.identity(person(row).identity); }};
  }
  template <typename Row>
  Column<Row> unit(const std::string& heading, const std::string& group = "") {
    return {heading, group, [this](const Row& row) { return text(person(row).unit); }};
  }
  template <typename Row>
  Column<Row> word(const std::string& heading, std::string Row::*field,
                   const std::string& group = "") {
    return {heading, group, [field](const Row& row) { return text(row.*field); }};
  }
  template <typename Row>
  Column<Row> empty(const std::string& heading) {
    return {heading, "", [](const Row&) { return Cell(); }};
  }
  Cell date_or_blank(const std::optional<Day>& date) { return date ? mess_.date(*date) : Cell(); }

  // Writes a row and remembers it if an import must refuse it.
  template <typename Row>
  void put(const Book& book, const std::string& sheet_name, Sheet& sheet,
           const Columns<Row>& columns, const Row& row, const std::string& key) {
    const int at = sheet.row_of(columns, row);
    if (!row.fault.empty()) refused_.push_back({book.name(), sheet_name, row.fault, key, at});
  }

  // Rows about persons, a subtotal after each kind of unit and a total at the end.
  template <typename Row>
  void put_by_type(const Book& book, const std::string& sheet_name, Sheet& sheet,
                   const Columns<Row>& columns, const std::vector<Row>& rows, int count_column,
                   bool headings_again);
  void foot(Sheet& sheet, const std::string& remark, const std::string& by);

  // ---- The parts of one book ----

  void cover(Book& book);
  void unit_list(Book& book);
  void unit_appraisals(Book& book);
  void roster_sheet(Book& book, UnitType type, const std::string& sheet_name,
                    const std::string& title, const Columns<Official>& columns);
  Columns<Official> town_roster();
  Columns<Official> department_roster();
  Columns<Official> institution_roster();
  Column<Official> official_word(const std::string& heading, std::string Official::*field,
                                 const std::string& group = "") {
    return word<Official>(heading, field, group);
  }
  Column<Official> start_of_work(const std::string& heading);
  Column<Official> party(const std::string& heading);
  Column<Official> present_post(const std::string& heading, const std::string& group = "");
  Columns<Appraisal> appraisal_columns(int form);
  Column<Appraisal> decided(const std::string& heading, const std::string& group = "");
  Column<Appraisal> grade(const std::string& heading, const std::string& group = "");
  void appraisal_sheet(Book& book, int year);
  void ranking_sheet(Book& book, int year);
  void honours(Book& book);
  void sanctions(Book& book);
  void income_sheet(Book& book, const std::string& unit_type);

  const County& county_;
  std::string folder_;
  Mess mess_;
  std::map<std::string, size_t> unit_order_;
  std::vector<Refused> refused_;
  int number_ = 0;  // 序号
};

template <typename Row>
void Books::put_by_type(const Book& book, const std::string& sheet_name, Sheet& sheet,
                        const Columns<Row>& columns, const std::vector<Row>& rows, int count_column,
                        bool headings_again) {
  number_ = 0;
  int of_type = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    put(book, sheet_name, sheet, columns, rows[i], person(rows[i]).identity);
    ++of_type;
    const bool last = i + 1 == rows.size();
    if (!last && person(rows[i]).type == person(rows[i + 1]).type) continue;
    sheet.total("小计", {{count_column, of_type}});
    of_type = 0;
    // As it looks after somebody pasted a second page below the first.
    if (!last && headings_again) sheet.headings_of(columns);
    headings_again = false;
  }
  sheet.total("合  计", {{count_column, static_cast<double>(rows.size())}});
}

void Books::foot(Sheet& sheet, const std::string& remark, const std::string& by) {
  sheet.blank();
  sheet.note("注：" + remark);
  sheet.note("填表人：" + by + "        审核人：樊砚朗        联系电话：（略）");
}

// ---- 附件1: units and their appraisal ----

void Books::units() {
  Book book(folder_, "附件1-机构名录及目标责任考核.xlsx");
  cover(book);
  unit_list(book);
  unit_appraisals(book);
  book.close();
}

void Books::cover(Book& book) {
  Sheet sheet(book, "封面", 8);
  for (int i = 0; i < 6; ++i) sheet.blank();
  sheet.title("岚汀县干部激励约束政策评估");
  sheet.title("基 础 数 据 汇 编");
  for (int i = 0; i < 8; ++i) sheet.blank();
  sheet.title("中共岚汀县委组织部");
  sheet.title("二〇二六年六月");
}

void Books::unit_list(Book& book) {
  Sheet sheet(book, "机构名录", 4);
  sheet.attachment("附件1");
  sheet.title("岚汀县党政群机关和事业单位名录");
  sheet.caption("填报单位：中共岚汀县委编办", "填报时间：2026年6月30日");
  sheet.headings({{"序号", ""}, {"单位全称", ""}, {"单位\n类型", ""}, {"备  注", ""}});
  int listed = 0;
  int of_type = 0;
  for (size_t i = 0; i < county_.units.size(); ++i) {
    const Unit& unit = county_.units[i];
    sheet.row({Cell::of_number(++listed), text(unit.name), text(unit_type_word(unit.type)),
               text(i == 33 || i == 34 ? "新组建" : "")});
    ++of_type;
    if (i + 1 < county_.units.size() && county_.units[i + 1].type == unit.type) continue;
    sheet.total("小 计", {{2, of_type}});
    of_type = 0;
  }
  sheet.total("合 计", {{2, listed}});
  foot(sheet, "本名录不含垂直管理单位。", "骆知遥");
}

void Books::unit_appraisals(Book& book) {
  Sheet sheet(book, "目标责任考核", 6);
  sheet.title("岚汀县历年目标责任考核结果一览表");
  sheet.caption("制表：岚汀县目标责任考核办公室", "制表时间：2026年6月20日");
  sheet.headings({{"考核年度", ""},
                  {"单位名称", ""},
                  {"单位类别", ""},
                  {"考核等次", ""},
                  {"综合\n得分", ""},
                  {"类内位次", ""}});
  int year = county_.first_year;
  for (const UnitAppraisal& row : county_.unit_appraisals) {
    if (row.year != year) sheet.blank();
    year = row.year;
    const Unit& unit = county_.units[row.unit];
    sheet.row({Cell::of_number(row.year), text(unit.name), text(unit_type_word(unit.type)),
               mess_.grade(row.grade), Cell::of_number(row.score_cents / 100.0),
               Cell::of_number(row.place)});
  }
  foot(sheet, "新组建单位自次年起参加考核。", "骆知遥");
}

// ---- 附件2: the roster ----

Column<Official> Books::start_of_work(const std::string& heading) {
  return {heading, "", [this](const Official& row) { return mess_.date(row.start); }};
}

Column<Official> Books::party(const std::string& heading) {
  return {heading, "",
          [this](const Official& row) { return row.party ? mess_.month(*row.party) : Cell(); }};
}

Column<Official> Books::present_post(const std::string& heading, const std::string& group) {
  return {heading, group, [this](const Official& row) { return mess_.month(row.since); }};
}

std::vector<Column<Official>> Books::town_roster() {
  const auto name_cell = [this](const Official& row) { return mess_.name(row.name); };
  const auto birth = [this](const Official& row) {
    return mess_.birth(row.birth, false, county_.as_of);
  };
  const auto identity_cell = [this](const Official& row) { return mess_.identity(row.identity); };
  return {number<Official>(),
          {"姓  名", "", name_cell},
          official_word("性别", &Official::sex, "基本情况"),
          official_word("民族", &Official::nation, "基本情况"),
          {"出生\n年月", "基本情况", birth},
          {"公民身份号码", "基本情况", identity_cell},
          official_word(kUnitColumn, &Official::unit, "任职情况"),
          official_word("现任职务", &Official::post, "任职情况"),
          official_word("岗位\n类别", &Official::post_class, "任职情况"),
          present_post("任现职\n时间", "任职情况"),
          official_word("现职级", &Official::rank, "职级和编制"),
          official_word("编制\n性质", &Official::establishment, "职级和编制"),
          start_of_work("参加\n工作\n时间"),
          party("入党\n时间")};
}

std::vector<Column<Official>> Books::department_roster() {
  const auto name_cell = [this](const Official& row) { return mess_.name(row.name); };
  const auto birth = [this](const Official& row) {
    return mess_.birth(row.birth, true, county_.as_of);
  };
  const auto identity_cell = [this](const Official& row) { return mess_.identity(row.identity); };
  return {official_word("所在单位", &Official::unit),
          number<Official>(),
          {"姓名", "", name_cell},
          official_word("现任职务", &Official::post),
          official_word("岗位层次", &Official::post_class),
          official_word("职 级", &Official::rank),
          present_post("现任职务时间"),
          {"居民身份证号码", "", identity_cell},
          official_word("性 别", &Official::sex),
          official_word("民 族", &Official::nation),
          {"出生年月\n（年龄）", "", birth},
          party("加入中国共产党时间"),
          start_of_work("工作时间"),
          official_word("人员编制", &Official::establishment)};
}

std::vector<Column<Official>> Books::institution_roster() {
  const auto name_cell = [this](const Official& row) { return mess_.name(row.name); };
  const auto birth = [this](const Official& row) {
    return mess_.birth(row.birth, false, county_.as_of);
  };
  const auto identity_cell = [this](const Official& row) { return mess_.identity(row.identity); };
  return {number<Official>("编号"),
          {"姓名", "个人信息", name_cell},
          {"身份证件号码", "个人信息", identity_cell},
          official_word("性别", &Official::sex, "个人信息"),
          {"出生日期", "个人信息", birth},
          official_word("民族", &Official::nation, "个人信息"),
          start_of_work("参加工作\n日期"),
          party("入党日期"),
          official_word("单位", &Official::unit, "岗位信息"),
          official_word("职务（岗位）", &Official::post, "岗位信息"),
          official_word("岗位类别", &Official::post_class, "岗位信息"),
          official_word("职级", &Official::rank, "岗位信息"),
          present_post("任现岗位时间", "岗位信息"),
          official_word("编制类型", &Official::establishment)};
}

void Books::roster_sheet(Book& book, UnitType type, const std::string& sheet_name,
                         const std::string& title, const Columns<Official>& columns) {
  std::vector<Official> rows;
  for (const Official& official : county_.officials) {
    if (official.type == type && official.in_roster) rows.push_back(official);
  }
  // By unit, so that the faulty rows do not all stand at the foot.
  std::stable_sort(rows.begin(), rows.end(), [this](const Official& a, const Official& b) {
    const auto order = [this](const Official& official) {
      const auto found = unit_order_.find(official.unit);
      return found == unit_order_.end() ? unit_order_.size() : found->second;
    };
    return order(a) < order(b);
  });
  Sheet sheet(book, sheet_name, static_cast<int>(columns.size()));
  sheet.attachment("附件2");
  sheet.title(title);
  sheet.caption("填报单位：中共岚汀县委组织部", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  number_ = 0;
  for (const Official& row : rows) {
    put(book, sheet_name, sheet, columns, row, row.identity.empty() ? row.name : row.identity);
    if (number_ % 60 == 0) sheet.blank();
  }
  sheet.total("合计", {{2, static_cast<double>(rows.size())}});
  foot(sheet, "年龄、任职时间计算截至2026年6月30日。", "虞汐");
}

void Books::roster() {
  Book book(folder_, "附件2-干部基本情况.xlsx");
  roster_sheet(book, UnitType::kTown, "镇街", "岚汀县镇（街道）干部花名册", town_roster());
  roster_sheet(book, UnitType::kDepartment, "县直部门", "岚汀县县直部门干部花名册",
               department_roster());
  roster_sheet(book, UnitType::kInstitution, "事业单位", "岚汀县事业单位干部花名册",
               institution_roster());
  Sheet note(book, "填表说明", 6);
  note.note("本表由各单位报送，县委组织部汇总；与封面一并装订，不另行上报。");
  note.hide();
  book.close();
}

// ---- 附件3: appraisal of persons ----

Column<Appraisal> Books::decided(const std::string& heading, const std::string& group) {
  return {heading, group, [this](const Appraisal& row) {
            return row.decided_as_written.empty() ? mess_.date(row.decided)
                                                  : text(row.decided_as_written);
          }};
}

Column<Appraisal> Books::grade(const std::string& heading, const std::string& group) {
  return {heading, group, [this](const Appraisal& row) { return mess_.grade(row.grade); }};
}

std::vector<Column<Appraisal>> Books::appraisal_columns(int form) {
  if (form == 0) {
    return {number<Appraisal>(),
            name<Appraisal>("姓　名"),
            identity<Appraisal>("居民身份证号码"),
            unit<Appraisal>("所在单位"),
            grade("年度考核结果"),
            decided("审定时间")};
  }
  if (form == 1) {
    return {unit<Appraisal>(kUnitColumn),
            name<Appraisal>("姓名"),
            grade("等次"),
            decided("审定\n日期"),
            identity<Appraisal>("公民身份号码"),
            empty<Appraisal>("备注")};
  }
  return {number<Appraisal>(),
          name<Appraisal>("姓名", "干部信息"),
          identity<Appraisal>("身份证\n号码", "干部信息"),
          unit<Appraisal>("单位", "干部信息"),
          grade("等 次", "考核情况"),
          decided("考核结果\n审定时间", "考核情况")};
}

void Books::appraisal_sheet(Book& book, int year) {
  const std::string label = std::to_string(year);
  std::vector<Appraisal> rows;
  for (const Appraisal& row : county_.appraisals) {
    if (row.year == year) rows.push_back(row);
  }
  const int form = (county_.last_year - year + 1) % 3;
  const Columns<Appraisal> columns = appraisal_columns(form);
  Sheet sheet(book, label + "年", static_cast<int>(columns.size()));
  if (form == 0) sheet.attachment("附件3");
  sheet.title("岚汀县" + label + "年度干部考核结果汇总表");
  // The last year's list was closed only after its latest decision.
  sheet.caption("填报单位：岚汀县公务员局",
                "填报时间：" + std::to_string(year + 1) +
                    (year == county_.last_year ? "年7月10日" : "年4月20日"));
  sheet.headings_of(columns);
  put_by_type(book, label + "年", sheet, columns, rows, form == 1 ? 4 : 3, form == 0);
  foot(sheet, "新录用人员试用期内参加考核，不确定等次。", "沈苒");
}

void Books::appraisals() {
  Book book(folder_, "附件3-干部年度考核结果.xlsx");
  for (int year = county_.first_year; year <= county_.last_year; ++year) {
    appraisal_sheet(book, year);
  }
  book.close();
}

// ---- 附件4: catch-up points ----

void Books::points() {
  Book book(folder_, "附件4-追赶超越积分台账.xlsx");
  const Columns<Points> columns = {
      {"年度", "", [](const Points& row) { return Cell::of_number(row.year); }},
      word<Points>("比较组别", &Points::group),
      name<Points>("姓名"),
      unit<Points>(kUnitColumn),
      identity<Points>("居民身份证号"),
      {"年度\n积分", "",
       [this](const Points& row) { return row.tenths ? mess_.points(*row.tenths) : Cell(); }}};
  Sheet sheet(book, "积分台账", static_cast<int>(columns.size()));
  sheet.title("岚汀县干部追赶超越积分台账");
  sheet.caption("填报单位：岚汀县追赶超越办公室", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  int year = county_.points.front().year;
  for (const Points& row : county_.points) {
    if (row.year != year) sheet.blank();
    year = row.year;
    put(book, "积分台账", sheet, columns, row, person(row).identity);
  }
  sheet.total("合计", {{4, static_cast<double>(county_.points.size())}});
  foot(sheet, "脱产学习、借调期间未计积分的，积分栏留空。", "柯屿");
  book.close();
}

// ---- 附件5: rankings of key work ----

void Books::ranking_sheet(Book& book, int year) {
  const std::string label = std::to_string(year);
  const Columns<Ranking> columns = {
      number<Ranking>(),
      word<Ranking>("重点工作任务", &Ranking::item),
      word<Ranking>("排名\n范围", &Ranking::scope),
      {"责任单位", "", [this](const Ranking& row) { return text(county_.units[row.unit].name); }},
      {"位次", "考核排位", [this](const Ranking& row) { return mess_.count(row.place); }},
      {"参评总数", "考核排位", [](const Ranking& row) { return Cell::of_number(row.ranked); }},
      name<Ranking>("姓名", "责任领导"),
      identity<Ranking>("身份证号码", "责任领导")};
  Sheet sheet(book, label + "年", static_cast<int>(columns.size()));
  sheet.attachment("附件5");
  sheet.title("岚汀县" + label + "年度重点工作考核排位情况");
  sheet.caption("填报单位：中共岚汀县委督查室", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  number_ = 0;
  std::string item;
  for (const Ranking& row : county_.rankings) {
    if (row.year != year) continue;
    if (!item.empty() && row.item != item) sheet.blank();
    item = row.item;
    put(book, label + "年", sheet, columns, row, person(row).identity);
  }
  foot(sheet, "全市行业排位只列本县单位；位次相同的为并列。", "祝牧");
}

void Books::rankings() {
  Book book(folder_, "附件5-重点工作排位.xlsx");
  for (int year = county_.last_year - 2; year <= county_.last_year; ++year) {
    ranking_sheet(book, year);
  }
  book.close();
}

// ---- 附件6: commendations, sanctions ----

void Books::honours(Book& book) {
  const Columns<Commendation> columns = {
      number<Commendation>(),
      word<Commendation>("奖励名称", &Commendation::name),
      word<Commendation>("奖励级别", &Commendation::level),
      word<Commendation>("批准机关", &Commendation::body),
      name<Commendation>("姓　名"),
      identity<Commendation>("公民身份号码"),
      {"授予\n时间", "", [this](const Commendation& row) { return mess_.date(row.granted); }},
      {"撤销奖励时间", "", [this](const Commendation& row) { return date_or_blank(row.revoked); }}};
  Sheet sheet(book, "表彰奖励", static_cast<int>(columns.size()));
  sheet.title("岚汀县干部表彰奖励台账");
  sheet.caption("填报单位：中共岚汀县委组织部", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  number_ = 0;
  for (const Commendation& row : county_.commendations) {
    put(book, "表彰奖励", sheet, columns, row, person(row).identity);
    // A line that is not empty to the program, only to the eye.
    if (number_ == 6) sheet.row({text("　")}, false);
  }
  sheet.total("合计", {{2, static_cast<double>(county_.commendations.size())}});
  foot(sheet, "集体表彰不列入本台账。", "晏知舟");
}

void Books::sanctions(Book& book) {
  const auto months = [this](const Sanction& row) {
    return row.months ? mess_.count(*row.months) : Cell();
  };
  const Columns<Sanction> columns = {
      name<Sanction>("姓名"),
      identity<Sanction>("居民身份证号码"),
      word<Sanction>("政务处分或\n问责种类", &Sanction::kind, "处理情况"),
      {"处分决定\n生效日期", "处理情况",
       [this](const Sanction& row) { return mess_.date(row.effective); }},
      {"影响期限\n（月）", "处理情况", months},
      word<Sanction>("错误性质", &Sanction::nature, "三个区分开来"),
      word<Sanction>("主客观原因", &Sanction::motive, "三个区分开来"),
      word<Sanction>("运用“四种形态”", &Sanction::form, "三个区分开来"),
      word<Sanction>("容错纠错\n认定结论", &Sanction::tolerance),
      word<Sanction>("现实表现\n评价", &Sanction::performance, "后续使用"),
      {"是否符合\n任用条件", "后续使用",
       [](const Sanction& row) { return text(row.fit ? "是" : "否"); }},
      {"处分撤销情况", "", [](const Sanction& row) { return text(row.revoked ? "已撤销" : ""); }}};
  Sheet sheet(book, "处分问责", static_cast<int>(columns.size()));
  sheet.title("岚汀县受处分和问责干部管理台账");
  sheet.caption("填报单位：岚汀县纪委监委", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  for (const Sanction& row : county_.sanctions) {
    put(book, "处分问责", sheet, columns, row, person(row).identity);
  }
  sheet.total("合计", {{2, static_cast<double>(county_.sanctions.size())}});
  foot(sheet, "影响期限未填写的，按规定期限计算。", "晏知舟");
}

void Books::honours_and_sanctions() {
  Book book(folder_, "附件6-表彰奖励及处分问责.xlsx");
  honours(book);
  sanctions(book);
  book.close();
}

// ---- 附件7 to 附件10 ----

void Books::leave() {
  Book book(folder_, "附件7-年休假情况.xlsx");
  const int year = county_.last_year;
  const Columns<Leave> columns = {number<Leave>(),
                                  unit<Leave>("单位名称"),
                                  name<Leave>("姓名"),
                                  {"应休\n天数", "年休假天数",
                                   [this, year](const Leave& row) {
                                     return Cell::of_number(leave_days(person(row).start, year));
                                   }},
                                  {"已休年\n休假天数", "年休假天数",
                                   [this](const Leave& row) { return mess_.count(row.taken); }},
                                  {"未休年\n休假天数", "年休假天数",
                                   [this](const Leave& row) { return mess_.count(row.untaken); }},
                                  word<Leave>("未休年休假原因", &Leave::reason),
                                  identity<Leave>("公民身份号码")};
  Sheet sheet(book, "年休假", static_cast<int>(columns.size()));
  sheet.attachment("附件7");
  sheet.title("岚汀县" + std::to_string(year) + "年度干部年休假情况统计表");
  sheet.caption("填报单位：岚汀县人力资源和社会保障局", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  put_by_type(book, "年休假", sheet, columns, county_.leaves, 2, false);
  foot(sheet, "“已审批”指经本单位主要负责人书面批准。", "宫筠");
  book.close();
}

void Books::tuition() {
  Book book(folder_, "附件8-学历学位教育学费报销.xlsx");
  const Columns<TuitionLine> columns = {
      name<TuitionLine>("申请人\n姓名"),
      identity<TuitionLine>("居民身份证号码"),
      word<TuitionLine>("学习方式", &TuitionLine::form),
      {"毕业证书\n取得时间", "证书取得情况",
       [this](const TuitionLine& row) { return date_or_blank(row.diploma); }},
      {"学位证书\n取得时间", "证书取得情况",
       [this](const TuitionLine& row) { return date_or_blank(row.degree); }},
      word<TuitionLine>("费用项目", &TuitionLine::fee, "费用"),
      {"应缴学费\n（元）", "费用",
       [this](const TuitionLine& row) { return mess_.money(row.fen); }}};
  Sheet sheet(book, "报销汇总", static_cast<int>(columns.size()));
  sheet.title("岚汀县干部在职学历学位教育学费报销汇总表");
  sheet.caption("填报单位：岚汀县财政局", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  int64_t fen = 0;
  for (const TuitionLine& row : county_.tuition) {
    put(book, "报销汇总", sheet, columns, row, person(row).identity);
    fen += row.fen;
  }
  sheet.total("合计", {{6, static_cast<double>(fen) / 100.0}});
  foot(sheet, "票据原件存各单位财务室。", "苗遥");
  book.close();
}

void Books::income_sheet(Book& book, const std::string& unit_type) {
  const auto amount = [this](const Income& row) {
    // The faulty amount is half a fen more than the good one.
    if (!row.fault.empty()) return Cell::of_number(static_cast<double>(row.fen * 10 + 5) / 1000.0);
    return mess_.money(row.fen);
  };
  Columns<Income> columns = {number<Income>(),
                             name<Income>("姓 名"),
                             identity<Income>("公民身份号码"),
                             word<Income>("单位性质", &Income::unit_type),
                             word<Income>("现职级", &Income::rank),
                             {"月平均\n工资收入（元）", "", amount}};
  // The two offices did not agree on an order.
  if (unit_type == "县直机关") std::rotate(columns.begin(), columns.begin() + 3, columns.end());
  Sheet sheet(book, unit_type, static_cast<int>(columns.size()));
  sheet.title(std::to_string(county_.last_year) + "年度" + unit_type + "干部月均工资收入情况");
  sheet.caption("填报单位：岚汀县财政局", "单位：元");
  sheet.headings_of(columns);
  number_ = 0;
  for (const Income& row : county_.incomes) {
    if (row.unit_type == unit_type) {
      put(book, unit_type, sheet, columns, row, person(row).identity);
    }
  }
  sheet.total("合计", {{2, number_}});
  foot(sheet, "含基本工资、国家统一规定的津贴补贴，不含一次性奖金。", "苗遥");
}

void Books::incomes() {
  Book book(folder_, "附件9-月均工资收入.xlsx");
  income_sheet(book, "乡镇机关");
  income_sheet(book, "县直机关");
  book.close();
}

void Books::examinations() {
  Book book(folder_, "附件10-健康体检.xlsx");
  const Columns<Examination> columns = {
      number<Examination>(),
      name<Examination>("姓　名"),
      unit<Examination>("所在单位"),
      {"体检\n日期", "", [this](const Examination& row) { return mess_.date(row.held); }},
      identity<Examination>("身份证号码"),
      empty<Examination>("备注")};
  const std::string year = std::to_string(county_.last_year);
  Sheet sheet(book, "体检人员", static_cast<int>(columns.size()));
  sheet.title("岚汀县" + year + "年度干部健康体检人员名册");
  sheet.caption("填报单位：岚汀县卫生健康局", "填报时间：2026年6月30日");
  sheet.headings_of(columns);
  put_by_type(book, "体检人员", sheet, columns, county_.examinations, 2, false);
  foot(sheet, "只登记是否参加，不登记体检结果。", "席蓁");
  book.close();
}

}  // namespace

std::vector<Refused> write_books(const County& county, const std::string& folder) {
  Books books(county, folder);
  books.units();
  books.roster();
  books.appraisals();
  books.points();
  books.rankings();
  books.honours_and_sanctions();
  books.leave();
  books.tuition();
  books.incomes();
  books.examinations();
  return books.take_refused();
}

}  // namespace samples
