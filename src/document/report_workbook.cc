#include "document/report_workbook.h"

#include <fmt/format.h>

#include <algorithm>

namespace dandang::document {

namespace {

using format::OutputCell;
using format::OutputSheet;
using Tone = OutputCell::Tone;

OutputCell text_cell(std::string text, Tone tone = Tone::kPlain) {
  OutputCell cell;
  cell.text = std::move(text);
  cell.tone = tone;
  return cell;
}

OutputCell number_cell(const Decimal& number, Tone tone = Tone::kPlain) {
  OutputCell cell;
  cell.kind = OutputCell::Kind::kNumber;
  cell.number = number;
  cell.tone = tone;
  return cell;
}

OutputCell count_cell(size_t count, Tone tone = Tone::kPlain) {
  return number_cell(Decimal(static_cast<int64_t>(count)), count == 0 ? Tone::kMuted : tone);
}

class Book {
 public:
  explicit Book(const Report& report)
      : report_(report), chinese_(report.language == Language::kChinese) {}

  std::vector<OutputSheet> write() {
    about();
    summary();
    for (const RuleReport& rule : report_.rules) {
      if (!rule.rows.empty()) rule_sheet(rule);
    }
    units();
    gaps();
    open_parameters();
    used_parameters();
    return std::move(sheets_);
  }

 private:
  std::string say(std::string_view zh, std::string_view en) const {
    return std::string(chinese_ ? zh : en);
  }
  std::string as_of() const {
    return chinese_ ? fmt::format("截至 {}", report_.as_of)
                    : fmt::format("As of {}", report_.as_of);
  }
  std::string guard() const {
    return say("软件只提出判断，由有权机关的人决定", "software finds, people decide");
  }
  OutputSheet& sheet(std::string name, std::string title, std::vector<std::string> header,
                     std::vector<double> widths, std::string note = "") {
    OutputSheet out;
    out.name = std::move(name);
    out.title = std::move(title);
    out.caption = as_of() + say("。", ". ") + (note.empty() ? guard() : std::move(note));
    out.header = std::move(header);
    out.widths = std::move(widths);
    sheets_.push_back(std::move(out));
    return sheets_.back();
  }

  void about() {
    OutputSheet& out = sheet(say("说明", "About"),
                             report_.authority_name + (report_.authority_name.empty() ? "" : " ") +
                                 say("担当 评估报告", "Dandang evaluation report"),
                             {say("项目", "Item"), say("内容", "Content")}, {16, 90});
    for (const ReportFact& fact : report_.facts) {
      out.rows.push_back({text_cell(fact.label), text_cell(fact.value)});
    }
    for (const ReportPackage& package : report_.packages) {
      out.rows.push_back({text_cell(say("所依文件", "Document")),
                          text_cell(fmt::format("{} {} {}", package.title, package.document_number,
                                                package.issuer))});
    }
    for (const std::string& note : report_.notes) {
      out.rows.push_back({text_cell(say("说明", "Note")), text_cell(note)});
    }
  }

  void summary() {
    OutputSheet& out = sheet(
        say("汇总", "Summary"), say("按条款汇总", "Summary by rule"),
        {say("机制", "Mechanism"), say("文件", "Document"), say("条款", "Clause"),
         say("规则", "Rule"), say("事项", "Matter"), say("力度", "Force"), say("结果", "Result"),
         say("符合/已落实", "Met / done"), say("不符合/未落实", "Not met / not done"),
         say("未到期", "Not yet due"), say("资料不足", "Lacking records"),
         say("标准未设定", "Not configured"), say("数额合计", "Total amount")},
        {10, 19, 6, 9, 32, 6, 9, 8, 8, 7, 8, 8, 16});
    for (const RuleReport& rule : report_.rules) {
      const VerdictCounts& counts = rule.counts;
      out.rows.push_back(
          {text_cell(rule.mechanism), text_cell(rule.document_number), text_cell(rule.clause),
           text_cell(rule.id), text_cell(rule.title), text_cell(rule.force),
           text_cell(hit_word(rule, report_.language)), count_cell(counts.met),
           count_cell(counts.not_met), count_cell(counts.pending),
           count_cell(counts.insufficient, Tone::kMissing),
           count_cell(counts.not_configured, Tone::kMissing), text_cell(rule.total)});
    }
  }

  std::string rule_note(const RuleReport& rule) const {
    std::string note =
        chinese_
            ? fmt::format("{} {}，共 {} 个", rule.document_number, rule.clause, rule.rows.size())
            : fmt::format("{} {}, {} in all", rule.document_number, rule.clause, rule.rows.size());
    if (!rule.total.empty()) {
      note += fmt::format("{}{}", say("，合计 ", ", total "), rule.total);
    }
    if (!rule.meaning.empty()) note += say("。", ". ") + rule.meaning;
    if (!rule.parameters.empty()) {
      note += say("。所用标准：", ". Standards: ") + join(rule.parameters, say("；", "; "));
    }
    note += rule.lists == RuleReport::Lists::kToVerify
                ? say("。以下只是提请核实的线索，不是结论：先核实、听取本人意见，再由有管理权限的机"
                      "关决定",
                      ". These only ask for verification and are no conclusion: verify, hear the "
                      "official, then the managing body decides")
                : say("。", ". ") + guard();
    return note;
  }

  // A column of a rule's sheet; one that would be blank from top to bottom is left out.
  struct RuleColumn {
    std::string head;
    double width;
    OutputCell (Book::*cell)(const RuleReport&, const ReportRow&) const;
    bool wanted = true;
  };

  template <typename Has>
  static bool any_row(const RuleReport& rule, Has has) {
    return std::any_of(rule.rows.begin(), rule.rows.end(), has);
  }

  std::vector<RuleColumn> rule_columns(const RuleReport& rule) const {
    const bool people = any_row(rule, [](const auto& row) { return !row.identity_number.empty(); });
    const bool units = any_row(rule, [](const auto& row) { return !row.unit.empty(); });
    const bool details =
        any_row(rule, [](const auto& row) { return !row.detail.empty() || !row.reasons.empty(); });
    const bool records = any_row(rule, [](const auto& row) { return !row.records.empty(); });
    std::vector<RuleColumn> columns{
        {people ? say("姓名", "Name") : say("对象", "Subject"), 14, &Book::name_cell, true},
        {say("身份证号", "Identity number"), 21, &Book::identity_cell, people},
        {say("单位", "Unit"), 22, &Book::unit_cell, units},
        {say("结果", "Result"), 10, &Book::result_cell, true},
        {rule.is_money ? say("金额（元）", "Amount (yuan)") : say("数额", "Amount"), 14,
         &Book::amount_cell, rule.has_amount},
        {say("说明", "Detail"), 36, &Book::detail_cell, details},
        {say("依据（记录及其出处）", "On these records, and their source"), 70, &Book::records_cell,
         records}};
    std::erase_if(columns, [](const RuleColumn& column) { return !column.wanted; });
    return columns;
  }

  void rule_sheet(const RuleReport& rule) {
    const std::vector<RuleColumn> columns = rule_columns(rule);
    std::vector<std::string> header{say("序号", "No.")};
    std::vector<double> widths{6};
    for (const RuleColumn& column : columns) {
      header.push_back(column.head);
      widths.push_back(column.width);
    }
    OutputSheet& out = sheet(rule.id + " " + rule.name, rule.id + " " + rule.title,
                             std::move(header), std::move(widths), rule_note(rule));
    for (const ReportRow& row : rule.rows) {
      std::vector<OutputCell> cells{count_cell(out.rows.size() + 1)};
      for (const RuleColumn& column : columns) cells.push_back((this->*column.cell)(rule, row));
      out.rows.push_back(std::move(cells));
    }
  }

  OutputCell name_cell(const RuleReport&, const ReportRow& row) const {
    return text_cell(row.name);
  }
  OutputCell identity_cell(const RuleReport&, const ReportRow& row) const {
    return text_cell(row.identity_number);
  }
  OutputCell unit_cell(const RuleReport&, const ReportRow& row) const {
    return text_cell(row.unit);
  }

  OutputCell result_cell(const RuleReport& rule, const ReportRow& row) const {
    if (rule.lists == RuleReport::Lists::kToVerify) {
      return text_cell(hit_word(rule, report_.language), Tone::kMissing);
    }
    const auto verdict = row.met ? evaluation::Verdict::kMet : evaluation::Verdict::kNotMet;
    return text_cell(evaluation::verdict_words(verdict, rule.is_duty).in(report_.language),
                     row.met ? Tone::kPlain : Tone::kBad);
  }

  OutputCell amount_cell(const RuleReport& rule, const ReportRow& row) const {
    if (!row.amount) return text_cell("");
    const auto fen = rule.is_money ? row.amount->to_int64() : std::nullopt;
    if (!fen) return rule.is_money ? text_cell(row.amount_text) : number_cell(*row.amount);
    OutputCell cell;
    cell.kind = OutputCell::Kind::kMoney;
    cell.fen = *fen;
    return cell;
  }

  OutputCell detail_cell(const RuleReport&, const ReportRow& row) const {
    std::vector<std::string> lines = row.reasons;
    if (!row.detail.empty()) lines.insert(lines.begin(), row.detail);
    return text_cell(join(lines, "\n"));
  }

  OutputCell records_cell(const RuleReport&, const ReportRow& row) const {
    std::string records = join(row.records, "\n");
    if (row.records_left_out > 0) {
      records += chinese_ ? fmt::format("\n另有 {} 条", row.records_left_out)
                          : fmt::format("\nand {} more", row.records_left_out);
    }
    return text_cell(std::move(records));
  }

  void units() {
    OutputSheet& out =
        sheet(say("按单位", "By unit"), say("按单位", "Findings by unit"),
              {say("单位", "Unit"), say("人数", "Officials"), say("有利", "In favour"),
               say("应予核实", "To verify"), say("其他情形", "Neutral"),
               say("职责未落实", "Duties not done"), say("资料不足", "Lacking records"),
               say("标准未设定", "Not configured")},
              {34, 10, 10, 10, 10, 12, 10, 12},
              say("按名录的次序排列，不是排名；数的是判断，不是人",
                  "in the register's order, no ranking; "
                  "findings are counted, not persons"));
    for (const UnitReport& unit : report_.units) {
      out.rows.push_back(
          {text_cell(unit.name.empty()
                         ? say("单位不明或不按单位", "Unit not known, or about no unit")
                         : unit.name),
           count_cell(unit.officials), count_cell(unit.in_favour), count_cell(unit.to_verify),
           count_cell(unit.neutral), count_cell(unit.duties_not_done),
           count_cell(unit.insufficient, Tone::kMissing),
           count_cell(unit.not_configured, Tone::kMissing)});
    }
  }

  void gaps() {
    OutputSheet& out = sheet(
        say("资料不足", "Gaps"), say("资料不足：缺什么，怎么补", "What is missing"),
        {say("规则", "Rule"), say("事项", "Matter"), say("姓名或对象", "Name or subject"),
         say("身份证号", "Identity number"), say("单位", "Unit"),
         say("缺什么，怎么办", "What is missing, what to do"), say("哪一条", "Which record")},
        {10, 28, 14, 21, 22, 56, 18}, say("缺资料不等于不符合", "missing is not the same as no"));
    for (const RuleGaps& rule : report_.gaps) {
      for (const GapReport& gap : rule.gaps) gap_rows(rule, gap, out);
    }
  }

  static void gap_rows(const RuleGaps& rule, const GapReport& gap, OutputSheet& out) {
    for (const GapPerson& person : gap.people) {
      out.rows.push_back({text_cell(rule.id), text_cell(rule.title), text_cell(person.name),
                          text_cell(person.identity_number), text_cell(person.unit),
                          text_cell(gap.what, Tone::kMissing), text_cell(person.detail)});
    }
  }

  void open_parameters() {
    OutputSheet& out =
        sheet(say("待设定的标准", "Not set"), say("待主管机关设定的标准", "Standards not set"),
              {say("标准", "Standard"), say("文件", "Document"), say("条款", "Clause"),
               say("单位", "Unit"), say("为什么要设定", "Why"),
               say("等着它的判断", "Findings waiting"), say("怎么设定", "How to set it")},
              {26, 20, 8, 10, 40, 12, 60});
    for (const OpenParameter& parameter : report_.open_parameters) {
      out.rows.push_back({text_cell(parameter.label), text_cell(parameter.document_number),
                          text_cell(parameter.clause), text_cell(parameter.unit),
                          text_cell(parameter.why), count_cell(parameter.waiting, Tone::kMissing),
                          text_cell(parameter.command)});
    }
  }

  void used_parameters() {
    OutputSheet& out = sheet(
        say("所用标准", "Standards"), say("所用标准及其来历", "Standards used, and whose they are"),
        {say("标准", "Standard"), say("值", "Value"), say("单位", "Unit"), say("来历", "Whose"),
         say("依据或说明", "Basis"), say("文件", "Document"), say("条款", "Clause"),
         say("用到的判断", "Findings")},
        {26, 24, 10, 16, 56, 20, 8, 10});
    for (const UsedParameter& parameter : report_.used_parameters) {
      const bool ours = parameter.origin == UsedParameter::Origin::kAuthority ||
                        parameter.origin == UsedParameter::Origin::kReading;
      out.rows.push_back({text_cell(parameter.label), text_cell(parameter.value),
                          text_cell(parameter.unit),
                          text_cell(parameter.origin_words, ours ? Tone::kMissing : Tone::kPlain),
                          text_cell(parameter.basis), text_cell(parameter.document_number),
                          text_cell(parameter.clause), count_cell(parameter.findings)});
    }
  }

  const Report& report_;
  bool chinese_;
  std::vector<OutputSheet> sheets_;
};

}  // namespace

std::vector<OutputSheet> to_sheets(const Report& report) {
  return Book(report).write();
}

}  // namespace dandang::document
