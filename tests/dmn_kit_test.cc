// The DMN compatibility kit by command: our own small one always, the real one where it is at hand.

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "process.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DANDANG_SOURCE_DIR;
const fs::path kKit = kSource / ".." / "shared" / "dmn-tck" / "TestCases";

struct Share {
  size_t all = 0;
  size_t passed = 0;

  double percent() const { return 100.0 * static_cast<double>(passed) / static_cast<double>(all); }
};

struct Shares {
  Share all;
  Share with_value;
};

// Of the CSV's rows: …,status,expected_null.
Shares shares_of(const std::string& csv) {
  Shares out;
  std::istringstream lines(csv);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "folder,case,node,status,expected_null");
  while (std::getline(lines, line)) {
    const bool with_value = line.ends_with(",false");
    const bool passed = line.find(",pass,") != std::string::npos;
    for (Share* share : {&out.all, &out.with_value}) {
      if (share == &out.with_value && !with_value) continue;
      ++share->all;
      share->passed += passed ? 1 : 0;
    }
  }
  return out;
}

TEST(DmnKit, OurOwnPassesWhole) {
  const auto result = run_dandang({"feel", "tck", (kSource / "tests/dmn-kit").string()});
  EXPECT_EQ(result.code, 0) << result.out << result.err;
}

TEST(DmnKit, SaysWhatItCannotRun) {
  EXPECT_EQ(run_dandang({"feel", "tck", (kSource / "docs").string()}).code, 2);
  EXPECT_EQ(run_dandang({"feel", "tck", (kSource / "no such folder").string()}).code, 2);
  EXPECT_EQ(run_dandang({"feel", "tck"}).code, 2);
}

TEST(DmnKit, TheRealOnePasses) {
  if (!fs::exists(kKit)) GTEST_SKIP() << "no kit at " << kKit;
  const TemporaryFolder folder;
  const std::string csv = folder.file("tck.csv");
  const auto result = run_dandang({"feel", "tck", kKit.string(), "--csv", csv});
  EXPECT_LE(result.code, 1) << result.err;
  const Shares shares = shares_of(read_file(csv));
  EXPECT_GE(shares.all.all, 2801U);
  EXPECT_GE(shares.all.percent(), 99.0) << result.out;
  EXPECT_GE(shares.with_value.percent(), 98.5) << result.out;
}

}  // namespace
}  // namespace dandang::tests
