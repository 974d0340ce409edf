#include "document/paper_page.h"

#include <cmark-gfm.h>

#include <cctype>
#include <cstdlib>
#include <functional>
#include <memory>

#include "document/report_markup.h"
#include "policy/placeholders.h"

namespace dandang::document {
namespace {

// Margins and type of GB/T 9704-2012, 5 to 7.
constexpr std::string_view kStyle = R"(
@page{size:A4;margin:37mm 26mm 35mm 28mm}
body{margin:2rem auto;max-width:156mm;color:#000;background:#fff;
font:16pt/1.75 FangSong,FangSong_GB2312,"Noto Serif CJK SC",SimSun,serif}
h1{font:normal 22pt/1.5 "FZXiaoBiaoSong-B05S","Source Han Serif SC",SimSun,serif;text-align:center;margin:0 0 1.5em}
h2{font:normal 16pt/1.75 SimHei,"Noto Sans CJK SC",sans-serif}
p{text-indent:2em;margin:0}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #000;padding:.2em .5em;font-size:12pt}
@media print{body{margin:0;max-width:none}}
)";

// Words as Markdown that shows just them: every mark of ASCII escaped, no line of its own.
std::string as_markdown(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (c == '\n' || c == '\r') {
      out += ' ';
      continue;
    }
    const bool mark = c > 0 && c < 0x7F && std::ispunct(static_cast<unsigned char>(c)) != 0;
    if (mark) out += '\\';
    out += c;
  }
  return out;
}

// The body with each value as `written` has it. The reader has seen to it that every placeholder
// has one.
std::string filled(const procedure::Paper& paper,
                   const std::function<std::string(const std::string&)>& written) {
  return policy::fill_placeholders(paper.body, [&](const std::string& name) -> std::string {
    for (const auto& [placeholder, words] : paper.values) {
      if (placeholder != name) continue;
      return written(paper.is_public ? with_masked_identity_numbers(words) : words);
    }
    return {};
  });
}

}  // namespace

std::string paper_text(const procedure::Paper& paper) {
  return filled(paper, [](const std::string& words) { return words; });
}

std::string paper_page(const procedure::Paper& paper, Language language) {
  const std::string markdown = filled(paper, as_markdown);
  // Raw HTML in the text is left out by cmark's default.
  const std::unique_ptr<char, void (*)(void*)> body(
      cmark_markdown_to_html(markdown.data(), markdown.size(), CMARK_OPT_DEFAULT), std::free);
  Markup page;
  page.raw("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\">\n");
  page.element("title", "", paper.title.in(language));
  page.raw("<style>");
  page.raw(kStyle);
  page.raw("</style></head>\n<body>\n");
  page.raw(body.get());
  page.raw("</body>\n</html>\n");
  return page.take();
}

}  // namespace dandang::document
