#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dandang::document {

// As text of a page: markup escaped, what is not UTF-8 replaced, and every identity number in it
// masked, wherever it stands.
std::string page_text(std::string_view text);

// 610799********656X for each identity number in the text.
std::string with_masked_identity_numbers(std::string_view text);

// Writes markup. Words reach the page through page_text only; tags and attributes are ours.
class Markup {
 public:
  void raw(std::string_view markup) { out_ += markup; }
  void text(std::string_view words) { out_ += page_text(words); }
  void element(std::string_view tag, std::string_view attributes, std::string_view words);
  void paragraph(std::string_view css_class, std::string_view words);
  void cell(std::string_view words, std::string_view css_class = "");
  void number_cell(size_t number);
  void tag(std::string_view css_class, std::string_view words);
  void list(std::string_view css_class, const std::vector<std::string>& lines);
  // Heads of columns that count or carry amounts end with '#'. A quiet caption repeats the heading
  // above, for those who hear the page.
  void open_table(std::string_view caption, const std::vector<std::string>& heads,
                  bool quiet = true);
  void close_table() { raw("</tbody></table></div>\n"); }
  void group_row(std::string_view words, size_t columns);
  void open_section(std::string_view id, std::string_view title, bool fresh);
  void close_section() { raw("</section>\n"); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace dandang::document
