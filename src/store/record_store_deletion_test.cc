#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <vector>

#include "record/undo.h"
#include "store/record_store_contract.h"

// Holds and lawful deletion, on every store.
namespace dandang::store {
namespace {

using record::ApplyOutcome;
using record::ChangeSet;
using record::Dataset;
using record::Hold;
using record::HoldReach;
using record::NewVersion;
using testing::HasSubstr;

constexpr const char* kThursday = "2025-03-27T08:00:00Z";
constexpr const char* kFriday = "2025-03-28T08:00:00Z";
constexpr const char* kSaturday = "2025-03-29T08:00:00Z";

ChangeSet deletion(std::vector<record::Deletion> deletions, const std::string& time = kFriday) {
  ChangeSet out = change_set(time);
  out.reason = "到期";
  out.basis = "保存期限表";
  out.approver = "王五";
  out.due_on = *Date::from_ymd(2025, 3, 28);
  out.deletions = std::move(deletions);
  return out;
}

// Two units, two officials, an appraisal each; the first official corrected twice.
void fill(SqlStore& store) {
  ChangeSet first = change_set(
      kMonday, {unit("甲局"), unit("乙局"), official("a", "甲局", "70"), official("b", "乙局"),
                appraisal("a", 2023, "优秀"), appraisal("b", 2023, "称职")});
  first.coverage = {{"年度考核", {"甲局", "2023"}, {"考核.xlsx", "2023", 1}, ""},
                    {"年度考核", {"甲局", "2023"}, {"考核.xlsx", "2023", 7}, "b"}};
  first.idempotency_key = "第一批";
  apply_ok(store, first);
  apply_ok(store, change_set(kTuesday, {official("a", "甲局", "80")}));
  apply_ok(store, change_set(kWednesday, {official("a", "乙局", "90")}));
}

std::string key_of(const std::string& person, const std::string& year) {
  return record::key_text({person, year});
}

std::string message_of(SqlStore& store, const ChangeSet& set, ErrorCode code) {
  const Result<ApplyOutcome> outcome = store.apply(*sample_catalogue(), set);
  if (outcome.has_value()) return "it was not refused";
  EXPECT_EQ(outcome.error().code, code) << outcome.error().to_string(Language::kEnglish);
  EXPECT_FALSE(outcome.error().what.zh.empty());
  EXPECT_FALSE(outcome.error().hint.zh.empty());
  return outcome.error().to_string(Language::kEnglish);
}

void expect_sound(LedgerReader reader, uint64_t deleted) {
  const auto check = reader.check({}, {}, nullptr);
  ASSERT_TRUE(check.has_value()) << check.error().to_string(Language::kEnglish);
  for (const ledger::Finding& finding : check->report.findings) {
    ADD_FAILURE() << finding.describe().en;
  }
  EXPECT_EQ(check->report.deleted, deleted);
}

TEST_P(RecordStoreContract, DeletesARecordAndKeepsItsPlaceInTheLedger) {
  const auto store = defined(make_empty());
  fill(*store);
  const ApplyOutcome outcome =
      apply_ok(*store, deletion({{"年度考核", key_of("b", "2023")}, {"干部", "b"}}));
  EXPECT_EQ(outcome.deleted, 2U);
  EXPECT_FALSE(outcome.erasure_pending);
  EXPECT_EQ(outcome.id, 4);
  // Two versions, the list left open for b, and the outcome of the first change set.
  expect_sound(open_ledger(), 4);
  // Gone at every time.
  for (int64_t id = 1; id <= 4; ++id) {
    const Dataset data = load_ok(*store, id);
    EXPECT_FALSE(data.table(kOfficials).row_of("b").has_value()) << id;
    EXPECT_EQ(data.table(kAppraisals).size(), 1U) << id;
    // And that nobody says "none" of the list it was in.
    const record::RecordType& appraisals = data.catalogue().types[kAppraisals];
    EXPECT_TRUE(data.is_open_for(appraisals, "a", {"甲局", "2023"})) << id;
  }
  EXPECT_TRUE(store->history(*sample_catalogue(), "干部", "b")->empty());
  for (const int64_t id : {1, 4}) {
    const auto tombstones = store->tombstones(id);
    ASSERT_TRUE(tombstones.has_value());
    ASSERT_EQ(tombstones->size(), 2U) << id;
    EXPECT_EQ((*tombstones)[0].type, "干部");
    EXPECT_EQ((*tombstones)[0].record, 2);
    EXPECT_EQ((*tombstones)[0].deleted_in, 4);
  }
  EXPECT_TRUE(store->tombstones(2)->empty());
  // What was written under its key is not remembered; the same person is a new record.
  ChangeSet anew = change_set(kSaturday, {official("b", "乙局"), appraisal("b", 2023, "优秀")});
  anew.coverage = {{"年度考核", {}, {}}};
  apply_ok(*store, anew);
  // A list taken in anew is complete from then on.
  EXPECT_FALSE(load_ok(*store, 5).has_open(sample_catalogue()->types[kAppraisals]));
  EXPECT_TRUE(load_ok(*store, 3).has_open(sample_catalogue()->types[kAppraisals]));
  const auto history = store->history(*sample_catalogue(), "干部", "b");
  ASSERT_TRUE(history.has_value());
  EXPECT_EQ(history->size(), 1U);
  EXPECT_EQ(
      apply_ok(*store, deletion({{"年度考核", key_of("b", "2023")}, {"干部", "b"}}, kSaturday))
          .deleted,
      2U);
  const auto again = store->tombstones(6);
  ASSERT_EQ(again->size(), 2U);
  EXPECT_EQ((*again)[0].record, 3);
  expect_sound(open_ledger(), 6);
  expect_sound(open_ledger(), 6);
}

TEST_P(RecordStoreContract, DeletesFormerVersionsAlone) {
  const auto store = defined(make_empty());
  fill(*store);
  const std::string now = row_text(load_ok(*store, 3), load_ok(*store, 3).table(kOfficials), 0);
  EXPECT_EQ(apply_ok(*store, deletion({{"干部", "a", 2}})).deleted, 1U);
  expect_sound(open_ledger(), 2);
  EXPECT_EQ(row_text(load_ok(*store, 4), load_ok(*store, 4).table(kOfficials), 0), now);
  // Then a's appraisal was there, and whose it was is not known any more.
  const Dataset then = load_ok(*store, 1);
  EXPECT_FALSE(then.table(kOfficials).row_of("a").has_value());
  const auto row = then.table(kAppraisals).row_of(key_of("a", "2023"));
  ASSERT_TRUE(row.has_value());
  EXPECT_TRUE(then.table(kAppraisals).columns[0].is_blank(*row));
  const auto history = store->history(*sample_catalogue(), "干部", "a");
  ASSERT_TRUE(history.has_value());
  ASSERT_EQ(history->size(), 3U);
  ASSERT_TRUE((*history)[0].deleted.has_value());
  EXPECT_EQ((*history)[0].deleted->id, 4);
  EXPECT_EQ((*history)[0].recorded.id, 1);
  EXPECT_TRUE((*history)[0].version.cells.empty());
  EXPECT_FALSE((*history)[1].deleted.has_value());
  // What it was before cannot be put back, and is not taken for nothing.
  const auto undo = record::make_undo(*store, sample_catalogue(), 2, change_set(kSaturday),
                                      record::UndoScope::kUntouched);
  ASSERT_TRUE(undo.has_value());
  EXPECT_TRUE(undo->change_set.withdrawals.empty());
  EXPECT_EQ(undo->left.size(), 1U);
  const auto refused = record::make_undo(*store, sample_catalogue(), 4, change_set(kSaturday),
                                         record::UndoScope::kAll);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().to_string(Language::kEnglish), HasSubstr("is a deletion"));
  // The rest later, and the record with its withdrawal.
  ChangeSet withdrawal = change_set(kSaturday);
  withdrawal.withdrawals = {{"年度考核", key_of("a", "2023")}, {"干部", "a"}};
  apply_ok(*store, withdrawal);
  expect_sound(open_ledger(), 2);
  EXPECT_EQ(
      apply_ok(*store, deletion({{"年度考核", key_of("a", "2023")}, {"干部", "a", 5}}, kSaturday))
          .deleted,
      3U);
  EXPECT_TRUE(store->history(*sample_catalogue(), "干部", "a")->empty());
  // 1 + 3 versions, 2 withdrawals, the outcome.
  expect_sound(open_ledger(), 7);
}

TEST_P(RecordStoreContract, DeletesOnlyWhatItMay) {
  const auto store = defined(make_empty());
  fill(*store);
  ChangeSet hold = change_set(kThursday);
  hold.holds = {{HoldReach::kRecord, "单位", "甲局", *Date::from_ymd(2025, 1, 1)}};
  apply_ok(*store, hold);
  struct Case {
    std::string name;
    std::function<void(ChangeSet&)> change;
    ErrorCode code;
    std::string says;
  };
  const std::string appraisal_a = key_of("a", "2023");
  const Case cases[] = {
      {"held",
       [](ChangeSet& set) {
         set.deletions = {{"单位", "甲局"}};
       },
       ErrorCode::kConflict, "\"单位:甲局\" is kept by hold 1"},
      {"referred to",
       [](ChangeSet& set) {
         set.deletions = {{"干部", "a"}};
       },
       ErrorCode::kConflict, "the \"干部\" of \"年度考核:a/2023\" still means it"},
      {"referred to by a former version",
       [](ChangeSet& set) {
         set.deletions = {{"单位", "乙局"}};
       },
       ErrorCode::kConflict, "still means it"},
      {"not there",
       [](ChangeSet& set) {
         set.deletions = {{"干部", "c"}};
       },
       ErrorCode::kNotFound, "does not exist"},
      {"of no type",
       [](ChangeSet& set) {
         set.deletions = {{"人", "c"}};
       },
       ErrorCode::kNotFound, "does not exist"},
      {"without former versions",
       [](ChangeSet& set) {
         set.deletions = {{"干部", "b", 3}};
       },
       ErrorCode::kNotFound, "has no ended versions"},
      {"twice",
       [&](ChangeSet& set) {
         set.deletions = {{"年度考核", appraisal_a}, {"年度考核", appraisal_a}};
       },
       ErrorCode::kNotFound, "comes twice"},
      {"by one person", [](ChangeSet& set) { set.approver = " 李四 "; }, ErrorCode::kBadUsage,
       "two different persons"},
      {"by nobody else", [](ChangeSet& set) { set.approver = ""; }, ErrorCode::kBadUsage,
       "two different persons"},
      {"with other writes", [](ChangeSet& set) { set.versions = {unit("丙局")}; },
       ErrorCode::kBadUsage, "a change set of its own"},
      {"with a key", [](ChangeSet& set) { set.idempotency_key = "k"; }, ErrorCode::kBadUsage,
       "a change set of its own"},
      {"before its day", [](ChangeSet& set) { set.due_on = *Date::from_ymd(2025, 3, 29); },
       ErrorCode::kBadUsage, "has not come yet"},
      {"naming the person",
       [&](ChangeSet& set) {
         set.deletions = {{"年度考核", appraisal_a}, {"干部", "a"}};
         set.reason = "张三已退出";
       },
       ErrorCode::kBadInput, "names whom it deletes"},
  };
  const std::string before = logical_dump(*store);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ChangeSet set = deletion({{"年度考核", appraisal_a}});
    c.change(set);
    EXPECT_THAT(message_of(*store, set, c.code), HasSubstr(c.says));
    EXPECT_FALSE(store->rehearse(*sample_catalogue(), set).has_value());
  }
  EXPECT_EQ(logical_dump(*store), before);
  // As it stands it may, and a rehearsal leaves everything.
  const auto rehearsed =
      store->rehearse(*sample_catalogue(), deletion({{"年度考核", appraisal_a}}));
  ASSERT_TRUE(rehearsed.has_value());
  EXPECT_EQ(rehearsed->deleted, 1U);
  EXPECT_EQ(logical_dump(*store), before);
  expect_sound(open_ledger(), 0);
}

TEST_P(RecordStoreContract, HoldsWhatRefersToAPerson) {
  const auto store = defined(make_empty());
  fill(*store);
  const std::vector<record::RecordName> records = {
      {"单位", "甲局"},
      {"单位", "乙局"},
      {"干部", "a"},
      {"干部", "b"},
      {"年度考核", key_of("a", "2023")},
      {"年度考核", key_of("b", "2023")},
  };
  const Date day = *Date::from_ymd(2025, 4, 1);
  struct Case {
    record::NewHold hold;
    std::vector<size_t> held;
  };
  const Date from = *Date::from_ymd(2025, 1, 1);
  const Case cases[] = {
      {{HoldReach::kRecord, "干部", "a", from}, {2}},
      {{HoldReach::kReferring, "干部", "a", from}, {2, 4}},
      // a was there before.
      {{HoldReach::kReferring, "单位", "甲局", from}, {0, 2, 4}},
      {{HoldReach::kReferring, "单位", "乙局", from}, {1, 2, 3, 4, 5}},
      {{HoldReach::kType, "年度考核", "", from}, {4, 5}},
  };
  int64_t number = 0;
  for (const Case& c : cases) {
    ChangeSet place = change_set(kThursday);
    place.reason = "信访核查";
    place.holds = {c.hold};
    const int64_t placed_in = apply_ok(*store, place).id;
    ++number;
    const auto held = store->held(records, day);
    ASSERT_TRUE(held.has_value());
    std::vector<size_t> places;
    for (const auto& [at, hold] : *held) {
      places.push_back(at);
      EXPECT_EQ(hold, number);
    }
    EXPECT_EQ(places, c.held) << number;
    ChangeSet lift = change_set(kThursday);
    lift.lifts = {{number, *Date::from_ymd(2025, 3, 28)}};
    apply_ok(*store, lift);
    EXPECT_TRUE(store->held(records, day)->empty());
    const auto before = store->held(records, *Date::from_ymd(2025, 3, 27));
    for (const size_t at : c.held) EXPECT_TRUE(before->contains(at)) << at;
    const auto holds = store->holds(placed_in);
    ASSERT_TRUE(holds.has_value());
    EXPECT_FALSE(holds->back().to.has_value());
    EXPECT_EQ(holds->back().placed.reason, "信访核查");
  }
  expect_sound(open_ledger(), 0);
  const auto holds = store->holds(100);
  ASSERT_EQ(holds->size(), 5U);
  EXPECT_EQ((*holds)[1].key, "a");
  EXPECT_EQ((*holds)[1].to, Date::from_ymd(2025, 3, 28));
  ASSERT_TRUE((*holds)[1].lifted.has_value());
  struct Refused {
    ChangeSet set;
    ErrorCode code;
    std::string says;
  };
  const auto placing = [&](record::NewHold hold) {
    ChangeSet set = change_set(kFriday);
    set.holds = {std::move(hold)};
    return set;
  };
  const auto lifting = [&](int64_t which, Date to) {
    ChangeSet set = change_set(kFriday);
    set.lifts = {{which, to}};
    return set;
  };
  ChangeSet open = placing({HoldReach::kType, "单位", "", day});
  apply_ok(*store, open);
  const Refused refused[] = {
      {placing({HoldReach::kRecord, "干部", "c", from}), ErrorCode::kNotFound, "no \"干部:c\""},
      {placing({HoldReach::kType, "人", "", from}), ErrorCode::kNotFound, "no \"人\""},
      {lifting(1, day), ErrorCode::kConflict, "hold 1 was lifted before"},
      {lifting(9, day), ErrorCode::kNotFound, "hold 9 does not exist"},
      {lifting(6, from), ErrorCode::kBadInput, "begins on 2025-04-01"},
  };
  for (const Refused& c : refused) {
    EXPECT_THAT(message_of(*store, c.set, c.code), HasSubstr(c.says));
  }
}

TEST_P(RecordStoreContract, ErasesTheTextsThatNameADeletedPerson) {
  const auto store = defined(make_empty());
  ChangeSet first = change_set(kMonday, {unit("甲局"), official("a", "甲局")});
  first.reason = "补录张三";
  apply_ok(*store, first);
  ChangeSet second = change_set(kTuesday, {unit("乙局")});
  second.basis = "张三来函";
  apply_ok(*store, second);
  EXPECT_EQ(apply_ok(*store, deletion({{"干部", "a"}})).deleted, 1U);
  expect_sound(open_ledger(), 1);
  const auto sets = store->change_sets();
  ASSERT_EQ(sets->size(), 3U);
  EXPECT_EQ((*sets)[0].reason, "");
  EXPECT_EQ((*sets)[0].author, "李四");
  EXPECT_EQ((*sets)[1].reason, "导入");
  EXPECT_EQ((*sets)[1].basis, "");
}

TEST_P(RecordStoreContract, TellsWithdrawnRecordsAndEndedVersions) {
  const auto store = defined(make_empty());
  fill(*store);
  ChangeSet withdrawal = change_set(kThursday);
  withdrawal.withdrawals = {{"年度考核", key_of("b", "2023")}, {"干部", "b"}};
  apply_ok(*store, withdrawal);
  std::vector<std::string> told;
  ASSERT_TRUE(store
                  ->withdrawn(*sample_catalogue(), "干部",
                              [&](const record::KeptVersion& kept) {
                                told.push_back(kept.version.key + " " + kept.ended->recorded_at);
                                return Result<void>();
                              })
                  .has_value());
  EXPECT_EQ(told, std::vector<std::string>{"b " + std::string(kThursday)});
  told.clear();
  ASSERT_TRUE(store
                  ->ended_versions("干部",
                                   [&](const record::EndedVersion& ended) {
                                     told.push_back(ended.key + " " +
                                                    std::to_string(ended.ended_in));
                                     return Result<void>();
                                   })
                  .has_value());
  EXPECT_EQ(told, (std::vector<std::string>{"a 2", "a 3", "b 4"}));
  apply_ok(*store, change_set(kFriday, {official("b", "乙局")}));
  told.clear();
  ASSERT_TRUE(store
                  ->withdrawn(*sample_catalogue(), "干部",
                              [&](const record::KeptVersion& kept) {
                                told.push_back(kept.version.key);
                                return Result<void>();
                              })
                  .has_value());
  EXPECT_TRUE(told.empty());
}

}  // namespace
}  // namespace dandang::store
