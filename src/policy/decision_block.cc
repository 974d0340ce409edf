#include "policy/decision_block.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "feel/parser.h"

namespace dandang::policy {
namespace {

struct TableCell {
  std::string text;
  Place place;
};

std::vector<std::vector<TableCell>> table_cells(const FencedBlock& block) {
  std::vector<std::vector<TableCell>> rows;
  int line = block.first_line;
  for (const std::string& row_text : split(block.content, '\n')) {
    const std::string row = trimmed(row_text);
    if (row.starts_with("|")) {
      std::vector<TableCell> cells;
      size_t begin = row_text.find('|') + 1;
      bool in_string = false;
      for (size_t i = begin; i < row_text.size(); ++i) {
        if (row_text[i] == '"') in_string = !in_string;
        if (row_text[i] != '|' || in_string) continue;
        const std::string raw = row_text.substr(begin, i - begin);
        const size_t lead = raw.find_first_not_of(' ');
        const size_t at = begin + (lead == std::string::npos ? 0 : lead);
        const int column = static_cast<int>(code_point_count(row_text.substr(0, at))) + 1;
        cells.push_back({trimmed(raw), {block.place.file, line, column}});
        begin = i + 1;
      }
      rows.push_back(std::move(cells));
    }
    ++line;
  }
  return rows;
}

bool is_rule_line(const std::vector<TableCell>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const TableCell& cell) {
    return !cell.text.empty() && cell.text.find_first_not_of("-: ") == std::string::npos;
  });
}

feel::Source cell_source(const TableCell& cell) {
  feel::Source source;
  source.text = cell.text;
  source.file = cell.place.file;
  source.lines = {cell.place};
  return source;
}

// Behind the name: the hit policy, and "partial" where the table means to leave gaps.
struct FenceWords {
  std::string name;
  std::string policy;
  bool partial = false;
};

FenceWords fence_words(const std::string& argument) {
  const auto take_last = [](std::string& text) {
    const size_t blank = text.rfind(' ');
    if (blank == std::string::npos) return std::string();
    std::string word = text.substr(blank + 1);
    text = trimmed(text.substr(0, blank));
    return word;
  };
  FenceWords out;
  out.name = argument;
  std::string word = take_last(out.name);
  out.partial = word == "partial";
  if (out.partial) word = take_last(out.name);
  out.policy = word;
  return out;
}

// "NAME", "NAME: TYPE" of an input; "= NAME", "= NAME: VALUES" of an output.
DecisionColumn column_of(const TableCell& cell, std::string_view text) {
  DecisionColumn column;
  column.place = cell.place;
  const size_t colon = text.find(':');
  column.name = trimmed(text.substr(0, colon));
  if (colon != std::string_view::npos) column.type = trimmed(text.substr(colon + 1));
  return column;
}

void read_header(const std::vector<TableCell>& header, Decision& decision) {
  for (const TableCell& cell : header) {
    const bool output = cell.text.starts_with("=");
    DecisionColumn column = column_of(cell, std::string_view(cell.text).substr(output ? 1 : 0));
    (output ? decision.table.outputs : decision.table.inputs).push_back(column.name);
    (output ? decision.outputs : decision.inputs).push_back(std::move(column));
  }
}

// False if a cell does not read.
bool read_row(const DeclarationContext& context, const std::vector<TableCell>& row,
              dmn::DecisionTable& table) {
  const feel::ParseOptions options{feel::Punctuation::kDiagnoseWide, {}, 200, 64 << 10};
  dmn::DecisionRule rule;
  rule.place = row[0].place;
  bool complete = true;
  for (size_t c = 0; c < row.size(); ++c) {
    const bool input = c < table.inputs.size();
    auto expression =
        input ? feel::parse_unary_tests(cell_source(row[c]), options, context.diagnostics)
              : feel::parse_expression(cell_source(row[c]), options, context.diagnostics);
    complete = complete && expression != nullptr;
    (input ? rule.tests : rule.outputs).push_back(std::move(expression));
  }
  if (complete) table.rules.push_back(std::move(rule));
  return complete;
}

bool outputs_come_last(const std::vector<TableCell>& header) {
  const auto is_output = [](const TableCell& cell) { return cell.text.starts_with("="); };
  return std::is_partitioned(header.begin(), header.end(),
                             [&](const TableCell& cell) { return !is_output(cell); }) &&
         std::any_of(header.begin(), header.end(), is_output);
}

}  // namespace

void read_decision(const DeclarationContext& context, const FencedBlock& block) {
  const FenceWords words = fence_words(block.argument);
  Decision decision;
  decision.name = words.name;
  decision.package = context.package;
  decision.clause = context.clause;
  decision.place = block.place;
  decision.partial = words.partial;
  decision.table.name = decision.name;
  const auto policy = dmn::parse_hit_policy(words.policy);
  if (!policy) {
    const std::string known = join(dmn::hit_policy_words(), ", ");
    context.diagnostics.error("hit-policy", block.place,
                              {"决策表 " + decision.name + " 没有写命中规则",
                               "decision " + decision.name + " does not name its hit policy"},
                              {"写成 ```decision 名称 unique；可用：" + known,
                               "write ```decision NAME unique; known: " + known});
    return;
  }
  decision.table.hit_policy = policy->policy;
  decision.table.aggregation = policy->aggregation;
  std::vector<std::vector<TableCell>> rows = table_cells(block);
  std::erase_if(rows, is_rule_line);
  if (rows.size() < 2) {
    context.diagnostics.error("decision-table", block.place,
                              {"决策表没有规则行", "the decision table has no rules"});
    return;
  }
  if (!outputs_come_last(rows[0])) {
    context.diagnostics.error("decision-table", block.place,
                              {"结果列（表头以 = 开头）要放在最后，至少一列",
                               "the outputs (headed =) must come last, and there must be one"});
    return;
  }
  read_header(rows[0], decision);
  for (size_t r = 1; r < rows.size(); ++r) {
    if (rows[r].size() != rows[0].size()) {
      context.diagnostics.error(
          "decision-table", rows[r].empty() ? block.place : rows[r][0].place,
          {"这一行的格数与表头不同", "this row has another number of cells than the header"});
      decision.table.broken = true;
      continue;
    }
    if (!read_row(context, rows[r], decision.table)) decision.table.broken = true;
  }
  context.set.decisions.push_back(std::move(decision));
}

}  // namespace dandang::policy
