#include "document/paper_page.h"

#include <gtest/gtest.h>

namespace dandang::document {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

procedure::Paper paper(const std::string& value, bool is_public = false) {
  return {{"公告", "Notice"}, "# 公告\n\n拟任：{职务}，{无此}。\n", {{"职务", value}}, is_public};
}

TEST(PaperPageTest, ValuesAreWords) {
  struct Row {
    const char* value;
    const char* text;
    const char* page;
  };
  const Row rows[] = {
      {"科长", "拟任：科长", "<p>拟任：科长"},
      {"<b>甲</b>", "拟任：<b>甲</b>", "拟任：&lt;b&gt;甲&lt;/b&gt;"},
      {"*甲* [x](y) `z`", "拟任：*甲* [x](y) `z`", "拟任：*甲* [x](y) `z`"},
      {"甲\n\n# 乙", "拟任：甲\n\n# 乙", "拟任：甲  # 乙"},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(has(paper_text(paper(row.value)), row.text)) << paper_text(paper(row.value));
    const std::string page = paper_page(paper(row.value), Language::kChinese);
    EXPECT_TRUE(has(page, row.page)) << page;
    EXPECT_FALSE(has(page, "<a ") || has(page, "<script"));
  }
}

TEST(PaperPageTest, APublicPaperMasksIdentityNumbers) {
  const char* const number = "610799198001010011";
  EXPECT_TRUE(has(paper_text(paper(number)), number));
  EXPECT_FALSE(has(paper_text(paper(number, true)), number));
  EXPECT_FALSE(has(paper_page(paper(number, true), Language::kChinese), number));
}

}  // namespace
}  // namespace dandang::document
