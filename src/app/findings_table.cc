#include "app/findings_table.h"

#include <cstdio>
#include <map>

#include "base/text.h"

namespace dandang::app {

using evaluation::Finding;
using evaluation::Verdict;
using evaluation::VerdictCounts;

namespace {

std::string padded(const std::string& text, size_t width) {
  const size_t used = display_width(text);
  return text + std::string(used < width ? width - used : 0, ' ');
}

}  // namespace

std::set<const policy::Rule*> answered_rules(const std::vector<Finding>& findings) {
  std::set<const policy::Rule*> answered;
  for (const Finding& finding : findings) {
    if (finding.verdict != Verdict::kInsufficient) answered.insert(finding.rule);
  }
  return answered;
}

std::vector<VerdictCounts> counts_of(const std::vector<const policy::Rule*>& rules,
                                     const std::vector<Finding>& findings) {
  std::map<const policy::Rule*, VerdictCounts> counts;
  for (const Finding& finding : findings) {
    ++counts[finding.rule][static_cast<size_t>(finding.verdict)];
  }
  std::vector<VerdictCounts> out;
  for (const policy::Rule* rule : rules) out.push_back(counts[rule]);
  return out;
}

void print_findings_table(const std::vector<const policy::Rule*>& rules,
                          const std::vector<VerdictCounts>& counts, Language language) {
  const bool zh = language == Language::kChinese;
  std::printf("%s%s%s%s%s%s\n", padded(zh ? "规则" : "rule", 9).c_str(),
              padded(zh ? "符合/已落实" : "met/done", 13).c_str(),
              padded(zh ? "不符合/未落实" : "not met", 15).c_str(),
              padded(zh ? "资料不足" : "insufficient", 14).c_str(),
              padded(zh ? "标准未设定" : "not configured", 16).c_str(), zh ? "内容" : "what");
  for (size_t i = 0; i < rules.size(); ++i) {
    const policy::Rule* rule = rules[i];
    const auto cell = [&](Verdict verdict, size_t width) {
      return padded(std::to_string(counts[i][static_cast<size_t>(verdict)]), width);
    };
    std::printf("%s%s%s%s%s%s\n", padded(rule->id, 9).c_str(), cell(Verdict::kMet, 13).c_str(),
                cell(Verdict::kNotMet, 15).c_str(), cell(Verdict::kInsufficient, 14).c_str(),
                cell(Verdict::kNotConfigured, 16).c_str(), rule->title.in(language).c_str());
  }
}

}  // namespace dandang::app
