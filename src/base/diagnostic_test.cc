#include "base/diagnostic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace dandang {
namespace {

using testing::ElementsAre;

Diagnostic diagnostic(Severity severity, std::string code, Place place, Text message,
                      Text hint = {}) {
  return {severity, std::move(code), std::move(place), std::move(message), std::move(hint)};
}

struct PrintCase {
  Diagnostic diagnostic;
  std::string chinese;
  std::string english;
};

TEST(Diagnostic, PrintsAsCompilersDo) {
  const Text message{"未声明的名称", "undeclared name"};
  const Text hint{"是否指“收入”？", "did you mean 收入?"};
  const std::vector<PrintCase> cases = {
      {diagnostic(Severity::kError, "undeclared-name", {"a.md", 3, 7}, message, hint),
       "a.md:3:7: 错误: 未声明的名称 [undeclared-name]\n    是否指“收入”？",
       "a.md:3:7: error: undeclared name [undeclared-name]\n    did you mean 收入?"},
      {diagnostic(Severity::kWarning, "undeclared-name", {"a.md", 3, 7}, message),
       "a.md:3:7: 提醒: 未声明的名称 [undeclared-name]",
       "a.md:3:7: warning: undeclared name [undeclared-name]"},
      {diagnostic(Severity::kError, "x", {"a.md", 0, 0}, message), "a.md: 错误: 未声明的名称 [x]",
       "a.md: error: undeclared name [x]"},
      {diagnostic(Severity::kError, "x", {"a.md", 0, 9}, message), "a.md: 错误: 未声明的名称 [x]",
       "a.md: error: undeclared name [x]"},
      {diagnostic(Severity::kError, "x", {"a.md", 4, 0}, {"只有中文", ""}, {"提示", ""}),
       "a.md:4: 错误: 只有中文 [x]\n    提示", "a.md:4: error: 只有中文 [x]\n    提示"},
      {diagnostic(Severity::kError, "x", Place(), message), "错误: 未声明的名称 [x]",
       "error: undeclared name [x]"},
  };
  for (const PrintCase& c : cases) {
    EXPECT_EQ(c.diagnostic.to_string(Language::kChinese), c.chinese);
    EXPECT_EQ(c.diagnostic.to_string(Language::kEnglish), c.english);
  }
}

TEST(Diagnostics, CountsErrorsAndWarnings) {
  Diagnostics diagnostics;
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.warning("w", {"a", 1, 1}, {"甲", ""});
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.error("e", {"a", 1, 1}, {"乙", ""}, {"丙", ""});
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.error_count(), 1u);
  EXPECT_EQ(diagnostics.warning_count(), 1u);
  EXPECT_EQ(diagnostics.dropped(), 0u);
  ASSERT_EQ(diagnostics.all().size(), 2u);
  EXPECT_EQ(diagnostics.all()[0].severity, Severity::kWarning);
  EXPECT_EQ(diagnostics.all()[1].severity, Severity::kError);
  EXPECT_EQ(diagnostics.all()[1].hint.zh, "丙");
}

TEST(Diagnostics, OnlyCountsBeyondTheCap) {
  Diagnostics diagnostics;
  for (size_t i = 0; i < Diagnostics::kMax; ++i) diagnostics.warning("w", {}, {});
  diagnostics.error("e", {}, {});
  diagnostics.warning("w", {}, {});
  EXPECT_EQ(diagnostics.all().size(), Diagnostics::kMax);
  EXPECT_EQ(diagnostics.dropped(), 2u);
  EXPECT_EQ(diagnostics.error_count(), 1u);
  EXPECT_EQ(diagnostics.warning_count(), Diagnostics::kMax + 1);
  EXPECT_TRUE(diagnostics.has_errors());  // though none of those kept is one
}

TEST(Diagnostics, SortsByPlaceAndKeepsTheOrderWithinOne) {
  Diagnostics diagnostics;
  diagnostics.error("6", {"b", 1, 1}, {});
  diagnostics.error("4", {"a", 10, 1}, {});
  diagnostics.error("3", {"a", 2, 9}, {});
  diagnostics.warning("2a", {"a", 2, 1}, {});
  diagnostics.error("2b", {"a", 2, 1}, {});
  diagnostics.error("5", {"a", 10, 2}, {});
  diagnostics.error("1", {"a", 0, 0}, {});
  diagnostics.sort();
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : diagnostics.all()) codes.push_back(diagnostic.code);
  EXPECT_THAT(codes, ElementsAre("1", "2a", "2b", "3", "4", "5", "6"));
}

}  // namespace
}  // namespace dandang
