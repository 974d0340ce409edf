#include "reference.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "generate.h"
#include "naive.h"

namespace bench::province {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<EvidenceRow> sorted(std::vector<EvidenceRow> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

void expect_same_answers(const Province& province) {
  const Answer expected = evaluate_naively(province);
  const std::vector<EvidenceRow> expected_evidence = sorted(expected.evidence);
  Reference reference(province);
  for (const unsigned threads : {1U, 2U, 3U, 1U}) {
    reference.run(threads);
    EXPECT_TRUE(reference.answer().mask == expected.mask);
    EXPECT_TRUE(sorted(reference.answer().evidence) == expected_evidence);
    EXPECT_EQ(to_string(checks(province, reference.answer())),
              to_string(checks(province, expected)));
  }
}

template <typename Column>
void keep_rows(const std::vector<bool>& kept, Column& column) {
  size_t count = 0;
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) column[count++] = column[i];
  }
  column.resize(count);
}

std::vector<bool> all_but_every(size_t step, size_t count) {
  std::vector<bool> kept(count, true);
  for (size_t i = 0; i < count; i += step) kept[i] = false;
  return kept;
}

std::filesystem::path temporary_folder() {
  return std::filesystem::temp_directory_path() / ("bench_province_" + std::to_string(getpid()));
}

TEST(Reference, AnswersAsTheRulesAreWritten) {
  expect_same_answers(generate({10'000}));
}

TEST(Reference, EveryRuleIsMetBySomebody) {
  const Province province = generate({10'000});
  const Checks sums = checks(province, evaluate_naively(province));
  for (const size_t count : sums.count) EXPECT_GT(count, 0U) << to_string(sums);
}

TEST(Reference, TiesAtTheCutsShareARank) {
  for (const unsigned step : {250U, 1000U, 5000U, 10000U}) {
    Province province = generate({2'000, 4, step});
    for (uint16_t& points : province.yearlies.points) {
      if (points != kNoPoints) points = static_cast<uint16_t>(points / step * step);
    }
    for (uint16_t& score : province.unit_years.score) {
      score = static_cast<uint16_t>(score / step * step);
    }
    expect_same_answers(province);
  }
}

TEST(Reference, GroupsTooSmallForAShareHaveNoBest) {
  expect_same_answers(generate({100, 3}));
}

TEST(Reference, RowsMayBeMissing) {
  Province province = generate({3'000, 5, 9});
  const std::vector<bool> yearlies = all_but_every(7, province.yearlies.size());
  keep_rows(yearlies, province.yearlies.person_id);
  keep_rows(yearlies, province.yearlies.year);
  keep_rows(yearlies, province.yearlies.grade);
  keep_rows(yearlies, province.yearlies.points);
  keep_rows(yearlies, province.yearlies.peer_vote);
  keep_rows(yearlies, province.yearlies.unit_id);
  const std::vector<bool> unit_years = all_but_every(5, province.unit_years.size());
  keep_rows(unit_years, province.unit_years.unit_id);
  keep_rows(unit_years, province.unit_years.year);
  keep_rows(unit_years, province.unit_years.score);
  keep_rows(unit_years, province.unit_years.rank);
  expect_same_answers(province);
}

TEST(Reference, OneYearIsNotThree) {
  const Province province = generate({1'000, 1});
  expect_same_answers(province);
  EXPECT_EQ(checks(province, evaluate_naively(province)).count[0], 0U);
}

TEST(Reference, LatestGradeMayBeYearsAgo) {
  Province province = generate({2'000, 6, 3});
  Yearlies& yearlies = province.yearlies;
  for (size_t i = 0; i < yearlies.size(); ++i) {
    const bool late = yearlies.year[i] > kLastYear - 4;
    yearlies.grade[i] = late && i % 3 != 0 ? Grade::kNone : Grade::kIncompetent;
  }
  expect_same_answers(province);
}

TEST(Generate, TheSameOptionsGiveTheSameProvince) {
  EXPECT_TRUE(generate({1'000, 10, 5}) == generate({1'000, 10, 5}));
  EXPECT_FALSE(generate({1'000, 10, 5}) == generate({1'000, 10, 6}));
  const Province province = generate({10'000});
  EXPECT_EQ(to_string(checks(province, evaluate_naively(province))),
            R"({"n":10000,"b0":266,"b1":457,"b2":155,"b3":314,"b4":57,"b5":42,"b6":4,"b7":46,)"
            R"("b8":656,"b9":29,"b10":95,"s1":"10447580009","ev":3006,"s2":"2427791326499"})");
}

TEST(Csv, IsReadAsItWasWritten) {
  const Province province = generate({1'000, 10, 2});
  const std::filesystem::path folder = temporary_folder();
  write_csv(province, folder.string());
  EXPECT_TRUE(read_csv(folder.string()) == province);
  std::filesystem::remove_all(folder);
}

TEST(Csv, FaultsAreNamedByFileAndLine) {
  const std::filesystem::path folder = temporary_folder();
  const struct {
    const char* file;
    const char* text;
    const char* message;
  } cases[] = {
      {"unit.csv", "unit_id,county_id\n", "unit.csv:1: the headings are not"},
      {"unit.csv", "unit_id,county_id,city_id,unit_group\n1,1,1,1\n2,1,1\n",
       "unit.csv:3: fields are not as many"},
      {"unit.csv", "unit_id,county_id,city_id,unit_group\n1,70000,1,1\n",
       "unit.csv:2: a number is too large"},
      {"unit.csv", "unit_id,county_id,city_id,unit_group\n2,1,1,1\n1,1,1,1\n",
       "unit.csv:3: rows are out of order"},
      {"unit.csv", "unit_id,county_id,city_id,unit_group\n1,1,1,1", "does not end"},
      {"honour.csv", "person_id,level,date\n100000007,world,2026-01-01\n", "unknown word world"},
      {"honour.csv", "person_id,level,date\n100000007,city,2026-13-01\n", "no such date"},
  };
  for (const auto& [file, text, message] : cases) {
    write_csv(generate({100, 1}), folder.string());
    std::ofstream(folder / file) << text;
    EXPECT_THAT([&] { read_csv(folder.string()); },
                ThrowsMessage<std::runtime_error>(HasSubstr(message)));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace bench::province
