// The sample county by columns and by the plain evaluator: every finding of every rule is the same.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "evaluation/test_findings.h"
#include "policy/link.h"
#include "process.h"
#include "store/sqlite_store.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;

TEST(ColumnarCounty, EveryFindingIsThePlainEvaluators) {
  TemporaryFolder directory;
  const std::string data = directory.file("data");
  const std::string policies = (kSource / "policies").string();
  ASSERT_EQ(run_dandang({"init", data, "--policies", policies}).code, 0);
  std::vector<std::string> words{"import", data, "--json", "--partial"};
  for (const auto& entry : fs::directory_iterator(kSource / "samples" / "county")) {
    if (entry.path().extension() == ".xlsx") words.push_back(entry.path().string());
  }
  std::sort(words.begin() + 4, words.end());
  ASSERT_EQ(run_dandang(words).code, 3);  // some rows are to be refused

  const auto files = policy::read_package_files(policies);
  ASSERT_TRUE(files);
  Diagnostics diagnostics;
  const policy::PolicySet set = policy::load_packages(*files, diagnostics);
  const auto store = store::SqliteStore::open((fs::path(data) / "records.sqlite").string());
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->define(*set.catalogue));
  const auto at = (*store)->change_set_at(std::nullopt);
  ASSERT_TRUE(at && *at);
  const auto records = (*store)->load(set.catalogue, (*at)->id);
  ASSERT_TRUE(records);

  evaluation::Overrides set_by_authority;
  set_by_authority.parameters = {
      {"积分靠前比例", "0.2"}, {"积分靠后比例", "0.1"}, {"积分比较组最小人数", "5"}};
  for (const char* day : {"2026-06-30", "2025-12-31", "2024-01-01"}) {
    for (const evaluation::Overrides& overrides : {evaluation::Overrides(), set_by_authority}) {
      const auto difference =
          evaluation::first_difference(set, *records, *Date::parse_iso(day), overrides);
      EXPECT_FALSE(difference) << day << "\n" << difference->text;
    }
  }
  evaluation::Run run(set, *records, *Date::parse_iso("2026-06-30"), {});
  EXPECT_GT(run.findings().size(), 1000U);
}

}  // namespace
}  // namespace dandang::tests
