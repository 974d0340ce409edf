#include "truth_check.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

namespace bench {
namespace {

namespace json = boost::json;
using Words = std::set<std::string>;

// "MET 6107…" or "MET 6107… 15": a finding in the words both sides can be put into.
using ByRule = std::map<std::string, Words>;

std::string text_of(const json::value& value) {
  return std::string(value.as_string());
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

json::value parse_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return json::parse(text);
}

void add_people(const json::value& people, const std::string& verdict, Words& out) {
  for (const json::value& person : people.as_array()) out.insert(verdict + " " + text_of(person));
}

// The four shapes of truth.json: two lists by verdict; those missing; a verdict by group; an amount
// by person. NOT_MET is left out, because rules print what they found.
Words expected_of(const json::object& answers) {
  Words out;
  for (const auto& [key, value] : answers) {
    const std::string name(key);
    if (value.is_array()) {
      add_people(value, name == "missing" ? "NOT_MET" : name, out);
    } else if (value.is_string()) {
      if (text_of(value) != "NOT_MET") out.insert(text_of(value) + " " + name);
    } else {
      out.insert(fmt::format("MET {} {}", name, value.to_number<int64_t>()));
    }
  }
  return out;
}

bool lists_amounts(const json::object& answers) {
  return !answers.empty() && answers.begin()->value().is_number();
}

std::string subject_of(const json::object& finding) {
  const json::value* identity = finding.if_contains("identity_number");
  return text_of(identity != nullptr ? *identity : finding.at("subject"));
}

std::string words_of(const json::object& finding, bool with_amount) {
  std::string text = upper(text_of(finding.at("verdict"))) + " " + subject_of(finding);
  if (with_amount) text += fmt::format(" {}", finding.at("value").to_number<int64_t>());
  return text;
}

void require_equal(const std::string& what, const Words& expected, const Words& found) {
  for (const std::string& word : expected) {
    if (!found.contains(word)) throw std::runtime_error(what + " lacks " + word);
  }
  for (const std::string& word : found) {
    if (!expected.contains(word)) throw std::runtime_error(what + " has too much: " + word);
  }
}

std::string place(const json::value& file, const json::value& sheet, int64_t row) {
  return fmt::format("{} {} {}", text_of(file), text_of(sheet), row);
}

Words refusals_expected(const json::object& about) {
  Words out;
  const json::array& at = about.at("refused_at").as_array();
  const json::array& rows = about.at("refused_rows").as_array();
  for (size_t i = 0; i < rows.size(); ++i) {
    const json::array& row = rows[i].as_array();
    out.insert(place(row[0], row[1], at[i].to_number<int64_t>()));
  }
  return out;
}

Words refusals_found(const json::object& outcome) {
  Words out;
  for (const json::value& refusal : outcome.at("refused").as_array()) {
    const json::object& row = refusal.as_object();
    out.insert(place(row.at("file"), row.at("sheet"), row.at("row").to_number<int64_t>()));
  }
  return out;
}

// The truth says nothing on who is INSUFFICIENT where it lists amounts, nor on other rules: such
// findings are counted.
ByRule read_findings(const std::string& path, const json::object& truth, FindingCounts& counts) {
  ByRule found;
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) {
    const json::value value = json::parse(line);
    const json::object& finding = value.as_object();
    const std::string rule = text_of(finding.at("rule"));
    ++counts.findings;
    if (!truth.contains(rule)) {  // the packages have more rules than the truth was written for
      ++counts.unlisted;
      continue;
    }
    const bool amounts = lists_amounts(truth.at(rule).as_object());
    if (amounts && text_of(finding.at("verdict")) == "insufficient") {
      ++counts.unlisted;
    } else {
      found[rule].insert(words_of(finding, amounts));
    }
  }
  return found;
}

}  // namespace

ImportCounts check_import(const std::string& import_json, const std::string& truth_json) {
  const json::value outcome = parse_file(import_json);
  const json::value truth = parse_file(truth_json);
  const json::object& told = outcome.as_object();
  require_equal("the refused rows", refusals_expected(truth.at("_").as_object()),
                refusals_found(told));
  ImportCounts counts;
  counts.added = told.at("added").to_number<size_t>();
  for (const json::value& sheet : told.at("sheets").as_array()) {
    counts.taken += sheet.at("rows_taken").to_number<size_t>();
    counts.refused += sheet.at("rows_refused").to_number<size_t>();
  }
  return counts;
}

FindingCounts check_findings(const std::string& findings_json, const std::string& truth_json) {
  const json::value truth = parse_file(truth_json);
  FindingCounts counts;
  const ByRule found = read_findings(findings_json, truth.as_object(), counts);
  for (const auto& [key, answers] : truth.as_object()) {
    const std::string rule(key);
    if (rule == "_") continue;
    const auto at = found.find(rule);
    require_equal(rule, expected_of(answers.as_object()), at == found.end() ? Words{} : at->second);
    ++counts.rules;
  }
  return counts;
}

size_t count_lines(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  size_t lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  return lines;
}

}  // namespace bench
