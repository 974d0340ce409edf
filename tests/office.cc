#include "office.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/text.h"
#include "format/workbook_writer.h"

namespace dandang::tests {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  for (const std::string& cell : split(line, '|')) out.push_back(trimmed(cell));
  return out;
}

std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> out;
  for (const std::string& line : split(text, '\n')) {
    if (!trimmed(line).empty()) out.push_back(cells_of(line));
  }
  return out;
}

// ISO 7064, MOD 11-2.
std::string with_check_digit(const std::string& body) {
  int sum = 0;
  for (size_t i = 0; i < body.size(); ++i) sum += (body[i] - '0') * ((1 << (17 - i)) % 11);
  return body + "10X98765432"[sum % 11];
}

}  // namespace

Office::Office() : data_(folder_.file("data")) {
  const auto policies = std::filesystem::path(DANDANG_SOURCE_DIR) / "policies";
  say({"init", data_, "--policies", policies.string()});
}

std::string Office::number_of(const std::string& name) {
  const auto known = numbers_.find(name);
  if (known != numbers_.end()) return known->second;
  std::string order = std::to_string(1001 + 2 * numbers_.size()).substr(1);
  return numbers_[name] = with_check_digit("61079919800101" + order);
}

std::string Office::named(const std::string& number) const {
  for (const auto& [name, known] : numbers_) {
    if (known == number) return name;
  }
  return number;
}

void Office::import(const std::string& book, const std::string& filled_in,
                    const std::vector<SheetText>& sheets) {
  std::vector<format::OutputSheet> written;
  for (const SheetText& sheet : sheets) {
    format::OutputSheet out{sheet.name, sheet.name, "填报时间：" + filled_in, {}, {}, {}};
    const auto rows = rows_of(sheet.rows);
    out.header = rows.at(0);
    out.widths.assign(out.header.size(), 20.0);
    for (size_t r = 1; r < rows.size(); ++r) {
      std::vector<format::OutputCell> cells(out.header.size());
      for (size_t c = 0; c < rows[r].size(); ++c) {
        const bool person = out.header.at(c).ends_with("身份证号") && !rows[r][c].empty();
        cells[c].text = person ? number_of(rows[r][c]) : rows[r][c];
      }
      out.rows.push_back(std::move(cells));
    }
    written.push_back(std::move(out));
  }
  const std::string path = file(book + ".xlsx");
  const auto made = format::write_workbook(path, written);
  ASSERT_TRUE(made) << made.error().what.zh;
  const auto result = run_dandang({"import", data_, path, "--by", "测试", "--lang", "en"});
  ASSERT_EQ(result.code, 0) << result.out << result.err;
}

void Office::set_standards(const std::vector<std::string>& values, const std::string& from) {
  for (const std::string& value : values) {
    say({"parameter", "set", data_, value, "--from", from, "--basis", "某组会〔2022〕1号", "--by",
         "测试"});
  }
}

Step Office::take(std::vector<std::string> words, const std::vector<std::string>& given) {
  for (size_t i = 0; i < given.size(); ++i) {
    if (given[i].starts_with("--")) {
      words.push_back(given[i]);
      if (++i < given.size()) words.push_back(given[i]);
    } else {
      words.insert(words.end(), {"--with", given[i]});
    }
  }
  words.emplace_back("--json");
  const auto result = run_dandang(words);
  Step step;
  boost::system::error_code code;
  const json::value parsed = json::parse(result.out, code);
  if (code || !parsed.is_object()) {
    ADD_FAILURE() << words[1] << " " << words[3] << "\n" << result.out << result.err;
    return step;
  }
  const json::object& said = parsed.as_object();
  step.taken = said.at("taken").as_bool();
  step.waits = said.at("waits").as_bool();
  step.to = text_of(said.at("to"));
  if (said.contains("case")) step.number = text_of(said.at("case"));
  if (said.contains("opened")) {
    for (const json::value& one : said.at("opened").as_array()) {
      step.opened[text_of(one.at("procedure"))] = text_of(one.at("case"));
    }
  }
  for (const json::value& one : said.at("refusals").as_array()) {
    step.refusals.push_back(text_of(one.at("name")));
  }
  std::sort(step.refusals.begin(), step.refusals.end());
  EXPECT_EQ(result.code, step.refusals.empty() ? 0 : 1) << result.out;
  return step;
}

Step Office::open(const std::string& by, const std::string& on, const std::string& procedure,
                  const std::vector<std::string>& words) {
  return take({"case", "open", data_, procedure, "--by", number_of(by), "--on", on}, words);
}

Step Office::act(const std::string& by, const std::string& on, const std::string& one,
                 const std::string& step, const std::vector<std::string>& words) {
  return take({"case", "do", data_, one, step, "--by", number_of(by), "--on", on}, words);
}

std::string Office::form(const SheetText& rows) const {
  json::array entered;
  const auto lines = rows_of(rows.rows);
  for (size_t r = 1; r < lines.size(); ++r) {
    json::object row;
    for (size_t c = 0; c < lines[r].size(); ++c) row[lines[0].at(c)] = lines[r][c];
    entered.push_back(std::move(row));
  }
  const std::string path = file("form.json");
  std::ofstream(path, std::ios::binary) << json::serialize(json::object{{rows.name, entered}});
  return path;
}

std::map<std::string, std::string> Office::evaluated(const std::string& as_of,
                                                     const std::vector<std::string>& rules,
                                                     const std::string& known_at) {
  std::vector<std::string> words{"evaluate", data_, "--as-of", as_of, "--json", "--all"};
  for (const std::string& rule : rules) words.insert(words.end(), {"--rule", rule});
  if (!known_at.empty()) words.insert(words.end(), {"--known-at", known_at});
  std::map<std::string, std::string> out;
  for (const std::string& line : split(say(words), '\n')) {
    if (line.empty()) continue;
    const json::object finding = json::parse(line).as_object();
    const std::string subject = named(text_of(finding.at("subject")));
    const auto value = finding.find("value");
    out[text_of(finding.at("rule")) + " " + subject] =
        value != finding.end() && !value->value().is_null() ? text_of(value->value())
                                                            : text_of(finding.at("verdict"));
  }
  return out;
}

std::vector<std::string> Office::listed(const std::string& list, const std::string& as_of,
                                        const std::string& known_at) {
  std::vector<std::string> words{"list", data_, list, "--as-of", as_of, "--json"};
  if (!known_at.empty()) words.insert(words.end(), {"--known-at", known_at});
  std::vector<std::string> out;
  for (const std::string& line : split(say(words), '\n')) {
    if (line.empty()) continue;
    const json::object row = json::parse(line).as_object();
    std::string told = text_of(row.at("part")) + " " + named(text_of(row.at("subject")));
    if (row.contains("by")) {
      for (const json::value& rule : row.at("by").as_array()) told += " " + text_of(rule);
    }
    out.push_back(told);
  }
  return out;
}

std::string Office::all_findings(const std::string& as_of, const std::string& known_at) {
  std::vector<std::string> words{"evaluate", data_, "--as-of", as_of, "--json", "--all"};
  if (!known_at.empty()) words.insert(words.end(), {"--known-at", known_at});
  return say(words);
}

std::string Office::say(const std::vector<std::string>& words, int code) {
  const auto result = run_dandang(words);
  EXPECT_EQ(result.code, code) << words[0] << "\n" << result.out << result.err;
  return result.out;
}

std::string Office::settle() {
  // Times are kept to the second.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  const std::string changes = say({"changes", data_});
  const size_t at = changes.rfind("Z");
  return at == std::string::npos || at < 19 ? std::string() : changes.substr(at - 19, 20);
}

}  // namespace dandang::tests
