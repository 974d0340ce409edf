// The main job end to end by command alone: a county's workbooks become findings that agree with
// answers computed by a program that shares no code with this one.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path kSource = DANDANG_SOURCE_DIR;

std::vector<std::string> workbooks(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".xlsx") out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

json::object parse(const std::string& text) {
  return json::parse(text).as_object();
}

std::string text_of(const json::value& value) {
  return std::string(value.as_string());
}

struct County {
  explicit County(const fs::path& folder_path) : folder(folder_path) {
    truth = parse(read_file(folder / "truth.json"));
    facts = truth.at("_").as_object();
    data = directory.file("data");
  }

  ProcessResult import_all() {
    EXPECT_EQ(run_dandang({"init", data, "--policies", (kSource / "policies").string()}).code, 0);
    std::vector<std::string> words{"import", data, "--json", "--partial"};
    for (const std::string& book : workbooks(folder)) words.push_back(book);
    return run_dandang(words);
  }

  void set_parameters() {
    const json::object& parameters = facts.at("parameters").as_object();
    const std::map<std::string, std::string> names = {{"catchup.front", "积分靠前比例"},
                                                      {"catchup.back", "积分靠后比例"},
                                                      {"catchup.min_group", "积分比较组最小人数"}};
    for (const auto& [key, name] : names) {
      const std::string value = json::serialize(parameters.at(key));
      const std::string plain = value == "2E-1" ? "0.2" : value == "1E-1" ? "0.1" : value;
      const auto result = run_dandang({"parameter", "set", data, name + "=" + plain, "--from",
                                       "2019-01-01", "--basis", "测试", "--by", "测试"});
      EXPECT_EQ(result.code, 0) << result.err;
    }
  }

  // Findings by rule.
  std::map<std::string, std::vector<json::object>> evaluate(bool all) {
    std::vector<std::string> words{"evaluate", data, "--as-of", text_of(facts.at("as_of")),
                                   "--json"};
    if (all) words.emplace_back("--all");
    const auto result = run_dandang(words);
    EXPECT_EQ(result.code, 0) << result.err;
    std::map<std::string, std::vector<json::object>> out;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      json::object finding = parse(line);
      const std::string rule = text_of(finding.at("rule"));
      out[rule].push_back(std::move(finding));
    }
    return out;
  }

  fs::path folder;
  TemporaryFolder directory;
  std::string data;
  json::object truth;
  json::object facts;
};

std::set<std::string> people(const std::vector<json::object>& findings,
                             const std::string& verdict) {
  std::set<std::string> out;
  for (const json::object& finding : findings) {
    if (text_of(finding.at("verdict")) == verdict)
      out.insert(text_of(finding.at("identity_number")));
  }
  return out;
}

std::set<std::string> as_set(const json::value& list) {
  std::set<std::string> out;
  for (const json::value& item : list.as_array()) out.insert(text_of(item));
  return out;
}

void compare_rule(const std::string& rule, const json::object& expected,
                  const std::vector<json::object>& findings) {
  SCOPED_TRACE(rule);
  if (expected.contains("MET")) {
    EXPECT_EQ(people(findings, "met"), as_set(expected.at("MET")));
    EXPECT_EQ(people(findings, "insufficient"), as_set(expected.at("INSUFFICIENT")));
  } else if (expected.contains("missing")) {
    EXPECT_EQ(people(findings, "not_met"), as_set(expected.at("missing")));
  } else if (!expected.empty() && expected.begin()->value().is_string()) {
    std::map<std::string, std::string> wanted;
    std::map<std::string, std::string> got;
    for (const auto& [key, value] : expected) wanted[std::string(key)] = text_of(value);
    for (const json::object& finding : findings) {
      std::string verdict = text_of(finding.at("verdict"));
      for (char& c : verdict) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      got[text_of(finding.at("subject"))] = verdict;
    }
    EXPECT_EQ(got, wanted);
  } else {
    std::map<std::string, int64_t> wanted;
    std::map<std::string, int64_t> got;
    for (const auto& [key, value] : expected) wanted[std::string(key)] = value.to_number<int64_t>();
    for (const json::object& finding : findings) {
      if (text_of(finding.at("verdict")) != "met") continue;
      got[text_of(finding.at("identity_number"))] = finding.at("value").to_number<int64_t>();
    }
    EXPECT_EQ(got, wanted);
  }
}

void expect_county_agrees(County& county) {
  const auto imported = county.import_all();
  ASSERT_EQ(imported.code, 3) << imported.err;
  county.set_parameters();
  const auto findings = county.evaluate(true);
  size_t rules = 0;
  for (const auto& [rule, expected] : county.truth) {
    if (rule == "_") continue;
    ++rules;
    const auto found = findings.find(std::string(rule));
    ASSERT_NE(found, findings.end()) << rule;
    compare_rule(std::string(rule), expected.as_object(), found->second);
  }
  EXPECT_EQ(rules, 15u);
}

TEST(SampleCounty, EveryRuleAgreesWithTheGeneratorsAnswers) {
  County county(kSource / "samples/county");
  expect_county_agrees(county);
}

TEST(SampleCounty, RefusesExactlyThePlantedRowsAtTheirPlaces) {
  County county(kSource / "samples/county");
  const auto imported = county.import_all();
  ASSERT_EQ(imported.code, 3) << imported.err;
  std::set<std::string> got;
  const json::object report = parse(imported.out);
  for (const json::value& refusal : report.at("refused").as_array()) {
    const json::object& r = refusal.as_object();
    EXPECT_FALSE(text_of(r.at("reason")).empty());
    got.insert(text_of(r.at("file")) + "/" + text_of(r.at("sheet")) + "/" +
               std::to_string(r.at("row").as_int64()));
  }
  std::set<std::string> wanted;
  const json::array& rows = county.facts.at("refused_rows").as_array();
  const json::array& places = county.facts.at("refused_at").as_array();
  for (size_t i = 0; i < rows.size(); ++i) {
    const json::array& row = rows[i].as_array();
    wanted.insert(text_of(row[0]) + "/" + text_of(row[1]) + "/" +
                  std::to_string(places[i].to_number<int64_t>()));
  }
  EXPECT_EQ(got, wanted);
}

TEST(SampleCounty, WritesNothingWhenRowsAreRefusedWithoutPartial) {
  County county(kSource / "samples/county");
  ASSERT_EQ(run_dandang({"init", county.data, "--policies", (kSource / "policies").string()}).code,
            0);
  std::vector<std::string> words{"import", county.data, "--json"};
  for (const std::string& book : workbooks(county.folder)) words.push_back(book);
  const auto result = run_dandang(words);
  EXPECT_EQ(result.code, 3);
  EXPECT_FALSE(parse(result.out).at("written").as_bool());
  // Nothing known of anybody: nobody is judged.
  EXPECT_TRUE(county.evaluate(true).empty());
}

TEST(SampleCounty, ImportingAgainChangesNothing) {
  County county(kSource / "samples/county");
  ASSERT_EQ(county.import_all().code, 3);
  std::vector<std::string> words{"import", county.data, "--json", "--partial"};
  for (const std::string& book : workbooks(county.folder)) words.push_back(book);
  const json::object again = parse(run_dandang(words).out);
  EXPECT_EQ(again.at("added").to_number<int64_t>(), 0);
  EXPECT_EQ(again.at("changed").to_number<int64_t>(), 0);
}

TEST(SampleCounty, WithoutLocalStandardsSaysNotConfigured) {
  County county(kSource / "samples/county");
  ASSERT_EQ(county.import_all().code, 3);
  const auto findings = county.evaluate(false);
  size_t not_configured = 0;
  for (const json::object& finding : findings.at("N4.R2c")) {
    EXPECT_NE(text_of(finding.at("verdict")), "met");
    not_configured += text_of(finding.at("verdict")) == "not_configured" ? 1 : 0;
  }
  EXPECT_GT(not_configured, 200u);
}

TEST(SharedCounty, EveryRuleAgrees) {
  const fs::path folder = kSource / "../shared/samples/county-a";
  if (!fs::exists(folder / "truth.json")) GTEST_SKIP() << "../shared/samples/county-a is absent";
  County county(folder);
  expect_county_agrees(county);
  const auto officials = county.facts.at("officials").to_number<int64_t>();
  EXPECT_EQ(static_cast<int64_t>(county.evaluate(true).at("N4.R2b").size()), officials);
}

}  // namespace
}  // namespace dandang::tests
