#include "record/joined.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace dandang::record {
namespace {

using testing::HasSubstr;

std::shared_ptr<const Catalogue> catalogue() {
  auto out = std::make_shared<Catalogue>();
  out->types.resize(2);
  out->types[0].name = "单位";
  out->types[0].fields.resize(1);
  out->types[0].fields[0].name = "名称";
  out->types[0].fields[0].kind = FieldKind::kName;
  out->types[1].name = "考核";
  out->types[1].absence = RecordType::Absence::kNone;
  out->types[1].absence_keys = {"年度"};
  out->types[1].fields.resize(1);
  out->types[1].fields[0].name = "单位";
  out->types[1].fields[0].kind = FieldKind::kRef;
  out->types[1].fields[0].ref_type = "单位";
  return out;
}

// Two units, and an appraisal of the second.
RegionDataset region(const std::shared_ptr<const Catalogue>& types, const std::string& name) {
  RegionDataset out{name, Dataset(types)};
  for (const char* unit : {"甲局", "乙局"}) {
    NewVersion version;
    version.key = name + unit;
    version.cells = {version.key};
    version.source = {name + ".xlsx", "表", 3};
    out.data.append(0, version, 1);
  }
  NewVersion appraisal;
  appraisal.key = name + "2024";
  appraisal.cells = {name + "乙局"};
  out.data.append(1, appraisal, 2);
  out.data.resolve_refs();
  out.data.add_coverage({"单位", {}, {}});
  out.data.add_coverage({"考核", {"2024"}, {}});
  out.data.known_at = 2;
  out.data.known_at_time = "2025-03-2" + std::to_string(name.size()) + "T08:00:00Z";
  return out;
}

TEST(JoinRegions, KeepsEveryRowItsSourceAndWhatItRefersTo) {
  const auto types = catalogue();
  const auto joined = join_regions({region(types, "A"), region(types, "BB"), region(types, "C")});
  ASSERT_TRUE(joined) << joined.error().to_string(Language::kEnglish);
  EXPECT_EQ(joined->known_at, 6);
  EXPECT_EQ(joined->known_at_time, "2025-03-22T08:00:00Z");
  const Table& units = joined->table(0);
  const Table& appraisals = joined->table(1);
  ASSERT_EQ(units.size(), 6U);
  ASSERT_EQ(appraisals.size(), 3U);
  for (size_t row = 0; row < 3; ++row) {
    const auto unit = static_cast<size_t>(appraisals.columns[0].int64_at(row));
    EXPECT_EQ(unit, row * 2 + 1);
    EXPECT_EQ(units.source(unit).file.substr(0, 1), units.key(unit).substr(0, 1));
  }
  EXPECT_TRUE(joined->covers(types->types[1], {"2024"}));
}

TEST(JoinRegions, SaysNothingThatARegionDidNotSay) {
  const auto types = catalogue();
  const RecordType& appraisals = types->types[1];
  struct Case {
    const char* what;
    std::function<void(Dataset&)> change;
    std::string says;  // empty: joined, and the list is not complete
  };
  const Case cases[] = {
      {"a list complete in one region",
       [](Dataset& d) {
         d.add_coverage({"考核", {"2025"}, {}});
       },
       ""},
      {"a parameter of one region",
       [](Dataset& d) {
         d.parameters = {{"p", "x", "1", Date::from_days(1), "", ""}};
       },
       "other parameters"},
      {"other packages",
       [](Dataset& d) {
         d.packages = {{"p", "p/a.md", "x"}};
       },
       "other packages"},
      {"a record of both",
       [](Dataset& d) {
         NewVersion version;
         version.key = "A甲局";
         version.cells = {version.key};
         d.append(0, version, 1);
       },
       "two regions have the record \"单位:A甲局\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    RegionDataset changed = region(types, "B");
    c.change(changed.data);
    const auto joined = join_regions({region(types, "A"), std::move(changed)});
    ASSERT_EQ(joined.has_value(), c.says.empty());
    if (joined) {
      EXPECT_FALSE(joined->covers(appraisals, {"2025"}));
      EXPECT_TRUE(joined->covers(appraisals, {"2024"}));
    } else {
      EXPECT_EQ(joined.error().code, ErrorCode::kConflict);
      EXPECT_THAT(joined.error().to_string(Language::kEnglish), HasSubstr(c.says));
    }
  }
  // A register that only one has ever taken in.
  RegionDataset never{"B", Dataset(types)};
  never.data.add_coverage({"单位", {}, {}});
  const auto joined = join_regions({region(types, "A"), std::move(never)});
  ASSERT_FALSE(joined);
  EXPECT_THAT(joined.error().to_string(Language::kEnglish),
              HasSubstr("\"考核\" was taken in by one region and not by the other"));
}

}  // namespace
}  // namespace dandang::record
