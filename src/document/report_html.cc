#include "document/report_html.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/report_markup.h"
#include "document/report_style.h"

namespace dandang::document {

namespace {

constexpr size_t kMostNames = 80;     // of one gap; the workbook has them all
constexpr size_t kMostGaps = 40;      // of one rule
constexpr size_t kMostTogether = 12;  // names in one row, so that it stays on one sheet of paper

class Page : private Markup {
 public:
  explicit Page(const Report& report)
      : report_(report), chinese_(report.language == Language::kChinese) {}

  std::string write() {
    head();
    cover();
    contents();
    raw("<main id=\"main\">\n");
    summary();
    rules();
    units();
    gaps();
    open_parameters();
    used_parameters();
    raw("</main>\n");
    footer();
    raw("</body>\n</html>\n");
    return take();
  }

 private:
  std::string_view say(std::string_view zh, std::string_view en) const {
    return chinese_ ? zh : en;
  }
  // Chinese text carries its own punctuation; English wants ASCII.
  std::string in_brackets(std::string_view text) const {
    return chinese_ ? fmt::format("（{}）", text) : fmt::format(" ({})", text);
  }
  std::string_view comma() const { return say("、", ", "); }
  std::string people(size_t count) const {
    return chinese_ ? fmt::format("{} 人", count)
                    : fmt::format("{} {}", count, count == 1 ? "person" : "persons");
  }

  std::string anchor(const RuleReport& rule) const {
    const auto place = &rule - report_.rules.data();
    return fmt::format("rule-{}", place + 1);
  }
  std::string mechanism_of(const RuleReport& rule) const {
    return rule.mechanism.empty() ? std::string(say("其他", "Other")) : rule.mechanism;
  }
  std::string tag_class(const RuleReport& rule) const {
    switch (rule.lists) {
      case RuleReport::Lists::kToVerify:
        return "verify";
      case RuleReport::Lists::kNotDone:
        return "undone";
      case RuleReport::Lists::kNeutral:
        return "law";
      case RuleReport::Lists::kMet:
      case RuleReport::Lists::kGroups:
        return "for";
    }
    return {};
  }
  size_t hits(const RuleReport& rule) const {
    return rule.lists == RuleReport::Lists::kNotDone ? rule.counts.not_met : rule.counts.met;
  }

  std::string title() const {
    return std::string(say("担当 评估报告", "Dandang evaluation report"));
  }

  void head() {
    raw(fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n",
                    say("zh-CN", "en")));
    // Even text that slipped through could load and run nothing.
    raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"robots\" content=\"noindex\">\n");
    element("title", "", title() + " " + report_.as_of);
    raw("\n<style>");
    raw(kReportStyle);
    // Margin boxes: page numbers and how to keep it, where the browser prints them.
    raw(chinese_
            ? "@page{@top-right{content:\"内部资料　注意保管\";font:8pt sans-serif;color:#4d5866}"
              "@bottom-center{content:\"第 \" counter(page) \" 页，共 \" counter(pages) \" 页\";"
              "font:8pt sans-serif;color:#4d5866}}"
            : "@page{@top-right{content:\"Internal - keep safe\";font:8pt sans-serif;color:#4d5866}"
              "@bottom-center{content:\"Page \" counter(page) \" of \" counter(pages);"
              "font:8pt sans-serif;color:#4d5866}}");
    raw("</style>\n</head>\n<body>\n");
    element("a", "class=\"skip\" href=\"#main\"", say("跳到正文", "Skip to the text"));
    raw("\n");
  }

  void cover() {
    raw("<header class=\"cover\">\n");
    if (!report_.authority_name.empty()) paragraph("authority", report_.authority_name);
    element("h1", "", title());
    raw("\n<dl class=\"facts\">");
    for (const ReportFact& fact : report_.facts) {
      element("dt", "", fact.label);
      element("dd", "", fact.value);
    }
    for (size_t i = 0; i < report_.packages.size(); ++i) {
      const ReportPackage& package = report_.packages[i];
      element("dt", "", i == 0 ? say("所依文件", "Documents") : "");
      std::string line = chinese_ ? "《" + package.title + "》" : package.title;
      line += in_brackets(package.document_number);
      if (!package.issuer.empty()) line += std::string(say("，", ", ")) + package.issuer;
      element("dd", "", line);
    }
    raw("</dl>\n<div class=\"notes\">");
    element("strong", "", say("怎么看这份报告", "How to read this report"));
    list("", report_.notes);
    raw("</div>\n</header>\n");
  }

  void contents_link(std::string_view id, std::string_view words) {
    raw("<li>");
    element("a", fmt::format("href=\"#{}\"", id), words);
  }

  void contents() {
    raw("<nav class=\"contents\" aria-labelledby=\"contents-title\">");
    element("h2", "id=\"contents-title\"", say("目录", "Contents"));
    raw("<ol>");
    contents_link("summary", summary_title());
    raw("</li>");
    contents_link("rules", rules_title());
    raw("<ol>");
    for (const RuleReport& rule : report_.rules) {
      if (rule.rows.empty()) continue;
      contents_link(anchor(rule), rule.id + "　" + rule.title);
      raw("</li>");
    }
    raw("</ol></li>");
    contents_link("units", units_title());
    raw("</li>");
    contents_link("gaps", gaps_title());
    raw("</li>");
    contents_link("open", open_title());
    raw("</li>");
    contents_link("used", used_title());
    raw("</li></ol></nav>\n");
  }

  std::string_view summary_title() const { return say("一、汇总", "1. Summary"); }
  std::string_view rules_title() const { return say("二、逐条结果", "2. Findings by rule"); }
  std::string_view units_title() const { return say("三、按单位", "3. By unit"); }
  std::string_view gaps_title() const {
    return say("四、资料不足：缺什么，怎么补", "4. Not enough on record: what is missing");
  }
  std::string_view open_title() const {
    return say("五、待主管机关设定的标准", "5. Standards the authority has not set");
  }
  std::string_view used_title() const {
    return say("六、所用标准及其来历", "6. Standards used, and whose they are");
  }

  // ---- summary ----

  void summary() {
    open_section("summary", summary_title(), true);
    if (report_.rules.empty()) {
      paragraph("empty", say("这一天没有在施行的规则。请检查基准日和政策包的施行日期。",
                             "No rule is in force on this day. Check the as-of date and when the "
                             "packages come into force."));
    } else if (report_.officials == 0) {
      paragraph("empty",
                say("名册里还没有人，所以没有判断。先用 dandang import 导入干部名册和各类台账。",
                    "Nobody is on the roster, so there are no findings. Take in the "
                    "roster and the registers with dandang import."));
    }
    if (!report_.rules.empty()) summary_table();
    close_section();
  }

  void summary_table() {
    open_table(summary_title(),
               {std::string(say("规则", "Rule")), std::string(say("事项", "Matter")),
                std::string(say("力度", "Force")), std::string(say("结果", "Result")),
                head("未及", "Otherwise"), head("资料不足", "Lacking records"),
                head("标准未设定", "Not configured"), head("合计", "All")});
    std::string above;
    for (const RuleReport& rule : report_.rules) {
      std::string clause = mechanism_of(rule) + "　" + source_line(rule);
      if (clause != above) group_row(clause, 8);
      above = std::move(clause);
      summary_row(rule);
    }
    close_table();
    paragraph(
        "meta",
        say("“未及”：规则不符合、职责已落实或者未到期。一个判断是一条规则对一个对象；一个人可以有多"
            "个判断。",
            "\"Otherwise\": the rule is not met, or the duty is done or not yet due. A finding "
            "is one rule and one subject; one person can have several."));
  }

  void summary_row(const RuleReport& rule) {
    const VerdictCounts& counts = rule.counts;
    raw("<tr><td>");
    element("span", "class=\"ruleid\"", rule.id);
    raw("</td><td>");
    if (rule.rows.empty()) {
      text(rule.title);
    } else {
      element("a", fmt::format("href=\"#{}\"", anchor(rule)), rule.title);
    }
    raw("</td>");
    cell(rule.force, "nb");
    raw("<td>");
    tag(tag_class(rule), fmt::format("{} {}", hit_word(rule, report_.language), hits(rule)));
    if (!rule.total.empty()) {
      element("span", "class=\"detail\"", fmt::format("{}{}", say("合计 ", "total "), rule.total));
    }
    raw("</td>");
    number_cell(counts.all() - hits(rule) - counts.insufficient - counts.not_configured);
    number_cell(counts.insufficient);
    number_cell(counts.not_configured);
    number_cell(counts.all());
    raw("</tr>\n");
  }

  std::string source_line(const RuleReport& rule) const {
    return fmt::format("{} {} {}", rule.document_number, rule.clause, rule.clause_title);
  }

  // ---- rules ----

  void rules() {
    open_section("rules", rules_title(), true);
    const std::string* mechanism = nullptr;
    bool any = false;
    for (const RuleReport& rule : report_.rules) {
      if (rule.rows.empty()) continue;
      if (mechanism == nullptr || *mechanism != rule.mechanism) {
        element("h3", "", mechanism_of(rule));
        raw("\n");
      }
      mechanism = &rule.mechanism;
      rule_block(rule);
      any = true;
    }
    if (!any) {
      paragraph("empty",
                say("没有可列的结果：没有人符合哪一条，也没有哪项职责未落实。看看第四、第五部分："
                    "多半是资料还没有导入，或者标准还没有设定。",
                    "Nothing to list: nobody meets a rule and no duty is left undone. See "
                    "parts 4 and 5: most likely records were not taken in, or standards "
                    "are not set."));
    }
    rules_without_rows();
    close_section();
  }

  void rules_without_rows() {
    std::vector<const RuleReport*> without;
    for (const RuleReport& rule : report_.rules) {
      if (rule.rows.empty()) without.push_back(&rule);
    }
    if (without.empty()) return;
    element("h3", "", say("没有可列的规则", "Rules with nothing to list"));
    raw("<ul>");
    for (const RuleReport* rule : without) {
      raw("<li>");
      element("span", "class=\"ruleid\"", rule->id);
      text(fmt::format(" {}{}", rule->title, say("：", ": ")) + nothing_because(*rule));
      raw("</li>");
    }
    raw("</ul>\n");
  }

  std::string nothing_because(const RuleReport& rule) const {
    const VerdictCounts& counts = rule.counts;
    if (counts.all() == 0)
      return std::string(say("没有涉及的对象", "it concerns nobody on record"));
    std::vector<std::string> parts;
    const auto part = [&](size_t count, const std::string& words) {
      if (count > 0) parts.push_back(fmt::format("{} {}", words, count));
    };
    const auto words = [&](evaluation::Verdict verdict) {
      return evaluation::verdict_words(verdict, rule.is_duty).in(report_.language);
    };
    part(counts.met, words(evaluation::Verdict::kMet));
    part(counts.not_met, words(evaluation::Verdict::kNotMet));
    part(counts.pending, words(evaluation::Verdict::kPending));
    part(counts.insufficient, words(evaluation::Verdict::kInsufficient));
    part(counts.not_configured, words(evaluation::Verdict::kNotConfigured));
    return join(parts, say("，", ", "));
  }

  void rule_block(const RuleReport& rule) {
    raw(fmt::format("<article id=\"{}\">\n<header class=\"rule\">\n<h4>", anchor(rule)));
    element("span", "class=\"ruleid\"", rule.id);
    raw(" ");
    text(rule.title);
    raw(" ");
    tag(tag_class(rule), fmt::format("{} {}", hit_word(rule, report_.language), hits(rule)));
    raw("</h4>\n");
    rule_meta(rule);
    if (rule.lists == RuleReport::Lists::kToVerify) {
      paragraph(
          "caution",
          say("以下只是提请核实的线索，不是结论，不得据此直接作出处理。先核实情况、听取本人意见，"
              "再由有管理权限的机关按程序决定。",
              "These only ask for the facts to be verified. They are no conclusion, and "
              "nothing may be done on the strength of them alone: verify, hear the official, "
              "then the managing body decides by its procedure."));
    }
    raw("</header>\n");
    if (rule.listed) {
      rule_rows(rule);
    } else {
      rule_tallies(rule);
    }
    raw("</article>\n");
  }

  void rule_meta(const RuleReport& rule) {
    std::string line = source_line(rule);
    line += fmt::format("{}{}", say("　力度：", "; force: "), rule.force);
    if (!rule.law.empty()) line += fmt::format("{}{}", say("　法规：", "; law: "), rule.law);
    paragraph("meta", line);
    if (!rule.meaning.empty()) {
      paragraph("meta", fmt::format("{}{}",
                                    rule.is_duty ? say("下一步：", "Next: ")
                                                 : say("意味着：", "Which means: "),
                                    rule.meaning));
    }
    if (!rule.parameters.empty()) {
      paragraph("meta", fmt::format("{}{}", say("所用标准：", "By these standards: "),
                                    join(rule.parameters, say("；", "; "))));
    }
    if (!rule.total.empty()) {
      paragraph("meta", fmt::format("{}{}{}{}", say("合计：", "Total: "), people(rule.rows.size()),
                                    say("，", ", "), rule.total));
    }
    if (rule.counts.excused > 0) {
      paragraph("meta",
                fmt::format("{}{}", say("已说明不适用：", "Excused: "), rule.counts.excused));
    }
  }

  void rule_rows(const RuleReport& rule) {
    const bool groups = rule.lists == RuleReport::Lists::kGroups;
    const bool units = std::any_of(rule.rows.begin(), rule.rows.end(),
                                   [](const ReportRow& row) { return !row.unit.empty(); });
    const bool records = std::any_of(rule.rows.begin(), rule.rows.end(), [](const ReportRow& row) {
      return !row.records.empty() || !row.reasons.empty();
    });
    std::vector<std::string> heads{
        std::string(groups ? say("对象", "Subject") : say("姓名", "Name"))};
    if (units) heads.emplace_back(say("单位", "Unit"));
    if (groups) heads.emplace_back(say("结果", "Result"));
    if (rule.has_amount) heads.push_back(std::string(say("数额", "Amount")) + "#");
    if (records)
      heads.emplace_back(say("依据（记录及其出处）", "On these records, and their source"));
    open_table(rule.id + " " + rule.title, heads);
    for (size_t first = 0; first < rule.rows.size();) {
      const size_t last = same_grounds(rule.rows, first);
      const ReportRow& row = rule.rows[first];
      raw(last - first > 1 ? "<tr><td class=\"who many\">" : "<tr><td class=\"who\">");
      for (; first < last; ++first) who(rule.rows[first]);
      raw("</td>");
      if (units) cell(row.unit, "unit");
      if (groups) group_result(row);
      if (rule.has_amount) cell(row.amount_text, "n");
      if (records) record_cell(row);
      raw("</tr>\n");
    }
    close_table();
  }

  void group_result(const ReportRow& row) {
    raw("<td>");
    tag(row.met ? "for" : "undone",
        evaluation::verdict_words(
            row.met ? evaluation::Verdict::kMet : evaluation::Verdict::kNotMet, false)
            .in(report_.language));
    raw("</td>");
  }

  // The end of the rows from `first` on that rest on the very same records, such as a whole unit's:
  // told once, under all their names.
  static size_t same_grounds(const std::vector<ReportRow>& rows, size_t first) {
    const ReportRow& row = rows[first];
    size_t last = first + 1;
    if (row.records.empty() || row.amount) return last;
    while (last < rows.size() && last - first < kMostTogether && rows[last].unit == row.unit &&
           rows[last].met == row.met && rows[last].records == row.records &&
           rows[last].records_left_out == row.records_left_out &&
           rows[last].reasons == row.reasons) {
      ++last;
    }
    return last;
  }

  void who(const ReportRow& row) {
    raw("<div>");
    text(row.name);
    if (!row.identity_number.empty()) element("span", "class=\"id\"", row.identity_number);
    if (!row.detail.empty()) element("span", "class=\"detail\"", row.detail);
    raw("</div>");
  }

  void record_cell(const ReportRow& row) {
    raw("<td>");
    list("why", row.reasons);
    list("", row.records);
    if (row.records_left_out > 0) {
      element("span", "class=\"detail\"",
              chinese_ ? fmt::format("另有 {} 条，用 dandang explain 查看", row.records_left_out)
                       : fmt::format("and {} more; see dandang explain", row.records_left_out));
    }
    raw("</td>");
  }

  void rule_tallies(const RuleReport& rule) {
    paragraph("", chinese_ ? fmt::format("共 {} 人，不在这里逐一列名，全部在工作簿“{}”表中。",
                                         rule.rows.size(), rule.id)
                           : fmt::format("{}; the workbook's sheet {} lists everyone.",
                                         people(rule.rows.size()), rule.id));
    if (!rule.by_value.empty()) {
      tally_table(rule.by_value, say("按数额", "By amount"), say("数额", "Amount"), true);
    }
    if (!rule.by_unit.empty()) {
      tally_table(rule.by_unit, say("按单位", "By unit"), say("单位", "Unit"), false);
    }
  }

  void tally_table(const std::vector<ReportTally>& tallies, std::string_view caption,
                   std::string_view label, bool bars) {
    const bool totals = std::any_of(tallies.begin(), tallies.end(),
                                    [](const ReportTally& tally) { return !tally.total.empty(); });
    size_t most = 1;
    for (const ReportTally& tally : tallies) most = std::max(most, tally.count);
    std::vector<std::string> heads{std::string(label), std::string(say("人数", "Persons")) + "#"};
    if (totals) heads.push_back(std::string(say("合计", "Total")) + "#");
    if (bars) heads.emplace_back(say("分布", "Spread"));
    open_table(caption, heads, false);
    for (const ReportTally& tally : tallies) {
      raw("<tr>");
      cell(tally.label.empty() ? say("单位不明", "unit not known") : tally.label);
      number_cell(tally.count);
      if (totals) cell(tally.total, "n");
      if (bars) {
        raw(fmt::format("<td><span class=\"bar\" style=\"width:{}%\"></span></td>",
                        std::max<size_t>(tally.count * 100 / most, 1)));
      }
      raw("</tr>\n");
    }
    close_table();
  }

  // ---- units ----

  void units() {
    open_section("units", units_title(), true);
    if (report_.units.empty()) {
      paragraph("empty", say("没有单位可列：还没有导入单位名录和干部名册。",
                             "No units to list: the units and the roster were not taken in."));
      close_section();
      return;
    }
    paragraph(
        "meta",
        say("按名录的次序排列，不是排名。数的是判断，不是人；人人都有的数额（如应休天数）不计入。"
            "没有任何判断的单位，只列人数。",
            "In the register's order: this is no ranking. Findings are counted, not "
            "persons; amounts that everybody has (leave due) are left out."));
    open_table(units_title(),
               {std::string(say("单位", "Unit")), head("人数", "Officials"),
                head("有利", "In favour"), head("应予核实", "To verify"),
                head("其他情形", "Neutral"), head("职责未落实", "Duties not done"),
                head("资料不足", "Lacking records"), head("标准未设定", "Not configured")});
    for (const UnitReport& unit : report_.units) unit_row(unit);
    close_table();
    close_section();
  }

  std::string head(std::string_view zh, std::string_view en) const {
    return std::string(say(zh, en)) + "#";
  }

  void unit_row(const UnitReport& unit) {
    raw("<tr>");
    cell(unit.name.empty() ? say("单位不明或不按单位", "Unit not known, or about no unit")
                           : unit.name);
    for (const size_t number : {unit.officials, unit.in_favour, unit.to_verify, unit.neutral,
                                unit.duties_not_done, unit.insufficient, unit.not_configured}) {
      number_cell(number);
    }
    raw("</tr>\n");
  }

  // ---- gaps ----

  void gaps() {
    open_section("gaps", gaps_title(), true);
    if (report_.gaps.empty()) {
      paragraph("empty",
                say("没有一个判断因缺资料而作不出。", "No finding waits for a missing record."));
      close_section();
      return;
    }
    paragraph("meta", say("缺资料不等于不符合。补齐后重新导入、重新评估即可。",
                          "Missing is not the same as no. Supply what is missing, take it in, and "
                          "evaluate again."));
    if (!report_.gaps_by_register.empty()) {
      open_table(say("先补哪本台账", "Which register first"),
                 {std::string(say("台账", "Register")), head("等着它的判断", "Findings waiting")},
                 false);
      for (const ReportTally& tally : report_.gaps_by_register) {
        raw("<tr>");
        cell(tally.label);
        number_cell(tally.count);
        raw("</tr>\n");
      }
      close_table();
    }
    for (const RuleGaps& rule : report_.gaps) rule_gaps(rule);
    close_section();
  }

  void rule_gaps(const RuleGaps& rule) {
    raw("<h4>");
    element("span", "class=\"ruleid\"", rule.id);
    text(fmt::format(" {}{}", rule.title,
                     in_brackets(chinese_ ? fmt::format("{} 个判断", rule.findings)
                                          : fmt::format("{} findings", rule.findings))));
    raw("</h4>\n");
    for (size_t i = 0; i < rule.gaps.size() && i < kMostGaps; ++i) gap(rule.gaps[i]);
    if (rule.gaps.size() <= kMostGaps) return;
    paragraph("meta", chinese_ ? fmt::format("另有 {} 种缺失，见工作簿“资料不足”表。",
                                             rule.gaps.size() - kMostGaps)
                               : fmt::format("And {} more; see the workbook's sheet on gaps.",
                                             rule.gaps.size() - kMostGaps));
  }

  void gap(const GapReport& gap) {
    raw("<div class=\"gap\">");
    paragraph("what", gap.what);
    if (gap.whole_register) {
      paragraph("", chinese_
                        ? fmt::format("涉及全部 {} 个对象，不逐一列名。", gap.people.size())
                        : fmt::format("It concerns all {} subjects alike.", gap.people.size()));
    } else {
      names(gap.people);
    }
    raw("</div>\n");
  }

  // Unit by unit, because that is whom the office asks.
  void names(const std::vector<GapPerson>& people) {
    const size_t shown = std::min(people.size(), kMostNames);
    std::vector<std::string> units;
    for (size_t i = 0; i < shown; ++i) {
      if (std::find(units.begin(), units.end(), people[i].unit) == units.end()) {
        units.push_back(people[i].unit);
      }
    }
    raw("<p>");
    for (size_t u = 0; u < units.size(); ++u) {
      if (u > 0) text(say("；", "; "));
      if (!units[u].empty()) {
        element("span", "class=\"place\"", units[u]);
        text(say("：", ": "));
      }
      bool first = true;
      for (size_t i = 0; i < shown; ++i) {
        if (people[i].unit != units[u]) continue;
        if (!first) text(comma());
        first = false;
        text(people[i].name);
        if (!people[i].detail.empty()) text(in_brackets(people[i].detail));
      }
    }
    if (shown < people.size()) {
      text(chinese_ ? fmt::format(" 等 {} 个，全部见工作簿“资料不足”表", people.size())
                    : fmt::format(" and others, {} in all; see the workbook", people.size()));
    }
    raw("</p>");
  }

  // ---- parameters ----

  void open_parameters() {
    open_section("open", open_title(), false);
    if (report_.open_parameters.empty()) {
      paragraph("empty", say("应由主管机关设定的标准都已设定。",
                             "The authority has set every standard that is its to set."));
      close_section();
      return;
    }
    paragraph("meta", say("文件没有给出这些数，只能由主管机关研究确定。没有设定之前，有关判断一律写"
                          "作“标准未设定”，"
                          "软件不代为取数。",
                          "The documents give no such figures; only the authority can decide them. "
                          "Until it does, the findings that need them stay open: the software "
                          "assumes no value."));
    open_table(open_title(),
               {std::string(say("标准", "Standard")), std::string(say("条款", "Clause")),
                std::string(say("为什么要设定", "Why")), head("等着它的判断", "Waiting")});
    for (const OpenParameter& parameter : report_.open_parameters) open_row(parameter);
    close_table();
    close_section();
  }

  void open_row(const OpenParameter& parameter) {
    raw("<tr><td class=\"term\">");
    text(parameter.label);
    if (!parameter.unit.empty()) text(in_brackets(parameter.unit));
    raw("</td>");
    cell(fmt::format("{} {}", parameter.document_number, parameter.clause));
    raw("<td>");
    text(parameter.why);
    raw("<span class=\"detail\">");
    text(say("设定：", "Set it: "));
    element("code", "", parameter.command);
    raw("</span></td>");
    number_cell(parameter.waiting);
    raw("</tr>\n");
  }

  std::string_view origin_class(UsedParameter::Origin origin) const {
    switch (origin) {
      case UsedParameter::Origin::kText:
        return "text";
      case UsedParameter::Origin::kLaw:
        return "law";
      case UsedParameter::Origin::kAuthority:
        return "authority";
      case UsedParameter::Origin::kReading:
        return "reading";
    }
    return {};
  }

  void used_parameters() {
    open_section("used", used_title(), false);
    if (report_.used_parameters.empty()) {
      paragraph("empty", say("这次评估没有用到任何标准。", "This run used no standards."));
      close_section();
      return;
    }
    open_table(used_title(),
               {std::string(say("标准", "Standard")), std::string(say("值", "Value")),
                std::string(say("来历", "Whose")), std::string(say("依据或说明", "Basis")),
                head("用到的判断", "Findings")});
    for (const UsedParameter& parameter : report_.used_parameters) used_row(parameter);
    close_table();
    close_section();
  }

  void used_row(const UsedParameter& parameter) {
    raw("<tr>");
    cell(parameter.label, "term");
    cell(parameter.unit.empty() ? parameter.value : parameter.value + in_brackets(parameter.unit));
    raw("<td>");
    tag(origin_class(parameter.origin), parameter.origin_words);
    raw("</td>");
    const std::string clause = fmt::format("{} {}", parameter.document_number, parameter.clause);
    cell(parameter.basis.empty() ? clause : parameter.basis + in_brackets(clause));
    number_cell(parameter.findings);
    raw("</tr>\n");
  }

  void footer() {
    raw("<footer>");
    paragraph("",
              say("软件只提出判断，由有权机关的人决定。身份证号在本页中一律遮去出生日期；需要全号的"
                  "，见工作簿。",
                  "Software finds; people decide. Identity numbers are masked on this page; the "
                  "workbook has them whole for the offices that need them."));
    raw("</footer>\n");
  }

  const Report& report_;
  bool chinese_;
};

}  // namespace

std::string to_html(const Report& report) {
  return Page(report).write();
}

}  // namespace dandang::document
