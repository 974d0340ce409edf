#include "document/clauses_page.h"

#include "document/report_markup.h"

namespace dandang::document {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light}
body{margin:0 auto;max-width:72rem;padding:1.5rem;color:#1b1b1b;background:#fff;
font:16px/1.7 "Source Han Sans SC","Noto Sans CJK SC","Microsoft YaHei",SimSun,sans-serif}
h1{font-size:1.5rem;line-height:1.4;margin:0 0 .25rem}
.quiet{color:#595959;margin:0 0 1rem}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{border:1px solid #bbb;padding:.6rem .8rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f2f2f2}
td p{margin:0 0 .5rem}
.number{font-weight:600}
.lacking{background:#fdf0ee;color:#8a1f11}
@media print{@page{size:A4;margin:18mm}body{padding:0;font-size:10.5pt}tr{break-inside:avoid-page}
thead{display:table-header-group}}
)";

class ClausesPage : private Markup {
 public:
  explicit ClausesPage(Language language) : chinese_(language == Language::kChinese) {}

  std::string write(const policy::Package& package, const policy::OfficialText& text,
                    const std::vector<policy::ClauseMatch>& matches) {
    const Language language = chinese_ ? Language::kChinese : Language::kEnglish;
    raw(chinese_ ? "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n"
                 : "<!DOCTYPE html>\n<html lang=\"en\">\n");
    raw("<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n");
    element("title", "", package.title.in(language));
    raw("<style>");
    raw(kStyle);
    raw("</style></head>\n<body>\n");
    element("h1", "", package.title.in(language));
    const std::string number =
        text.document_number.empty() ? package.document_number : text.document_number;
    paragraph("quiet", number + (chinese_ ? "　左边是本系统的理解，右边是你单位保存的文本"
                                          : "  Our sense on the left, your own copy on the right"));
    raw("<table><thead><tr>");
    element("th", "scope=\"col\"", chinese_ ? "本系统" : "Ours");
    element("th", "scope=\"col\"", chinese_ ? "文本" : "Your copy");
    raw("</tr></thead><tbody>\n");
    for (const policy::ClauseMatch& match : matches) {
      raw("<tr>");
      ours(match.ours, language);
      theirs(match.theirs);
      raw("</tr>\n");
    }
    raw("</tbody></table>\n</body>\n</html>\n");
    return take();
  }

 private:
  void ours(const policy::Clause* clause, Language language) {
    if (clause == nullptr) {
      cell(chinese_ ? "本系统没有这一条" : "We have no such clause", "lacking");
      return;
    }
    raw("<td>");
    paragraph("number", clause->id + "　" + clause->title.in(language));
    const auto& sense = chinese_ || clause->sense_en.empty() ? clause->sense_zh : clause->sense_en;
    for (const std::string& words : sense) paragraph("", words);
    raw("</td>");
  }
  void theirs(const policy::OfficialClause* clause) {
    if (clause == nullptr) {
      cell(chinese_ ? "文本里没有找到这一条" : "Not found in the copy", "lacking");
      return;
    }
    raw("<td>");
    paragraph("number", clause->number);
    for (const std::string& words : clause->paragraphs) paragraph("", words);
    raw("</td>");
  }

  bool chinese_;
};

}  // namespace

std::string clauses_page(const policy::Package& package, const policy::OfficialText& text,
                         const std::vector<policy::ClauseMatch>& matches, Language language) {
  return ClausesPage(language).write(package, text, matches);
}

}  // namespace dandang::document
