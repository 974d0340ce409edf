#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document/report.h"
#include "document/report_places.h"

// The parts of a report that build_report puts together.
namespace dandang::document {

struct ReportSource {
  const ReportInput& input;
  evaluation::Model& model;
  Places& places;

  bool is_chinese() const { return input.language == Language::kChinese; }
  const std::string& say(const Text& text) const { return text.in(input.language); }
  std::string say(std::string_view zh, std::string_view en) const {
    return std::string(is_chinese() ? zh : en);
  }
  // A declaration's own name, or its English label.
  const std::string& label(const std::string& name, const std::string& label_en) const {
    return is_chinese() || label_en.empty() ? name : label_en;
  }
};

// 23280.29 元 as 23,280.29 元.
std::string grouped_thousands(const std::string& amount);
// What is left of a subject's key without the identity number and the name it goes by.
std::string key_detail(const evaluation::Model& model, const evaluation::Finding& finding);

std::vector<RuleReport> report_rules(const ReportSource& source);
std::vector<UnitReport> report_units(const ReportSource& source);
void report_gaps(const ReportSource& source, Report& report);
std::vector<OpenParameter> report_open_parameters(const ReportSource& source);
std::vector<UsedParameter> report_used_parameters(const ReportSource& source);

}  // namespace dandang::document
