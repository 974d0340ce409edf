#include <gmock/gmock.h>

#include <map>
#include <string>

#include "record/undo.h"
#include "store/record_store_contract.h"

// Undo of a change set, and that nothing done later changes what was known, on every store.
namespace dandang::store {
namespace {

using record::ApplyOutcome;
using record::ChangeSet;
using record::ChangeSetId;
using record::Dataset;
using record::Undo;
using record::UndoScope;
using testing::HasSubstr;

// Everything known at a change set, but for the numbers of change sets.
std::string known(SqlStore& store, ChangeSetId id) {
  const Dataset dataset = load_ok(store, id);
  std::string out;
  for (size_t t = 0; t < dataset.catalogue().types.size(); ++t) {
    const record::Table& table = dataset.table(t);
    std::map<std::string, std::string> rows;
    for (size_t row = 0; row < table.size(); ++row) {
      const std::string line = row_text(dataset, table, row);
      rows[std::string(table.key(row))] = line.substr(0, line.rfind(" | in "));
    }
    for (const auto& [key, line] : rows) out += line + "\n";
    const record::RecordType& type = *table.type;
    out += type.name + (dataset.taken_in(type) ? " taken in" : "") +
           (dataset.covers(type, {"甲局", "2024"}) ? " covered" : "") +
           (dataset.has_open(type) ? " open" : "") + "\n";
  }
  for (const record::ParameterValue& p : dataset.parameters) out += p.name + "=" + p.value + "\n";
  return out;
}

ChangeSet undo_header(const std::string& time) {
  ChangeSet out = change_set(time);
  out.reason = "撤销";
  return out;
}

// A first import, and a second that makes, changes and withdraws records, closes an open list, sets
// a parameter anew.
void import_twice(SqlStore& store) {
  ChangeSet first = change_set(kMonday, {unit("甲局"), unit("乙局"), official("a", "甲局", "70"),
                                         official("b", "甲局"), official("c", "乙局")});
  first.coverage = {{"年度考核", {"甲局", "2024"}, {}, "a"}};
  first.parameters = {{"p", "期限", "3", *Date::from_ymd(2025, 1, 1), "", "一号文"}};
  apply_ok(store, first);
  ChangeSet second =
      change_set(kTuesday, {unit("丙局", "丁局"), unit("丁局"), official("a", "丙局", "80"),
                            official("d", "丙局"), appraisal("d", 2024, "优秀")});
  second.coverage = {{"年度考核", {"甲局", "2024"}, {}}};
  second.parameters = {{"p", "期限", "5", *Date::from_ymd(2025, 1, 1), "", "二号文"}};
  second.withdrawals = {{"干部", "c"}};
  apply_ok(store, second);
}

TEST_P(RecordStoreContract, UndoesAWholeImportAndTheUndo) {
  const auto store = defined(make_empty());
  import_twice(*store);
  const std::string after_first = known(*store, 1);
  const std::string after_second = known(*store, 2);
  ASSERT_NE(after_first, after_second);

  const auto undo =
      make_undo(*store, sample_catalogue(), 2, undo_header(kWednesday), UndoScope::kAll);
  ASSERT_TRUE(undo.has_value()) << undo.error().to_string(Language::kEnglish);
  EXPECT_TRUE(undo->left.empty());
  const ApplyOutcome outcome = apply_ok(*store, undo->change_set);
  EXPECT_EQ(outcome.withdrawn, 4U);
  EXPECT_EQ(outcome.changed, 1U);
  EXPECT_EQ(outcome.added, 1U);
  EXPECT_EQ(known(*store, 3), after_first);
  EXPECT_EQ(store->history(*sample_catalogue(), "干部", "a")->back().recorded.reason, "撤销");

  const auto redo =
      make_undo(*store, sample_catalogue(), 3, undo_header(kWednesday), UndoScope::kAll);
  ASSERT_TRUE(redo.has_value()) << redo.error().to_string(Language::kEnglish);
  apply_ok(*store, redo->change_set);
  EXPECT_EQ(known(*store, 4), after_second);
  EXPECT_EQ(known(*store, 3), after_first);
  EXPECT_EQ(known(*store, 2), after_second);
}

TEST_P(RecordStoreContract, UndoesNoRecordThatLaterChangeSetsNeed) {
  struct Case {
    std::string name;
    ChangeSet later;
    std::string says;
    std::vector<std::string> left;
  };
  ChangeSet withdraws = change_set(kTuesday);
  withdraws.withdrawals = {{"年度考核", record::key_text({"d", "2024"})}};
  const Case cases[] = {
      {"changed again",
       change_set(kTuesday, {official("a", "甲局", "90")}),
       "干部:a (changed again by change set 3)",
       {"干部:a"}},
      {"withdrawn",
       withdraws,
       "年度考核:d/2024 (changed again by change set 3)",
       {"年度考核:d/2024"}},
      // 丙局 is needed by the newcomer, and 丁局 by 丙局.
      {"referred to",
       change_set(kTuesday, {official("e", "丙局")}),
       "单位:丙局 (干部:e refers to it)",
       {"单位:丙局", "单位:丁局"}},
      {"changed again and so needing others",
       change_set(kTuesday, {appraisal("d", 2024, "称职")}),
       "干部:d (年度考核:d/2024 refers to it)",
       {"年度考核:d/2024", "干部:d", "单位:丙局", "单位:丁局"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto store = defined(make_empty());
    import_twice(*store);
    apply_ok(*store, c.later);
    const auto refused =
        make_undo(*store, sample_catalogue(), 2, undo_header(kWednesday), UndoScope::kAll);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_THAT(refused.error().to_string(Language::kEnglish), HasSubstr(c.says));

    const auto others =
        make_undo(*store, sample_catalogue(), 2, undo_header(kWednesday), UndoScope::kUntouched);
    ASSERT_TRUE(others.has_value());
    std::vector<std::string> left;
    for (const record::UndoObstacle& o : others->left) {
      left.push_back(o.type + ":" + record::key_for_display(o.key));
    }
    EXPECT_THAT(left, testing::UnorderedElementsAreArray(c.left));
    apply_ok(*store, others->change_set);
    // 6 records in all: 丙局, 丁局, d and its appraisal made, a changed, c withdrawn.
    EXPECT_EQ(others->change_set.versions.size() + others->change_set.withdrawals.size(),
              6 - left.size());
  }
}

TEST_P(RecordStoreContract, RefusesAnUndoOverAChangeMadeMeanwhile) {
  const auto store = defined(make_empty());
  import_twice(*store);
  const auto undo =
      make_undo(*store, sample_catalogue(), 2, undo_header(kWednesday), UndoScope::kAll);
  ASSERT_TRUE(undo.has_value());
  apply_ok(*store, change_set(kWednesday, {official("a", "甲局", "91")}));
  EXPECT_EQ(store->apply(*sample_catalogue(), undo->change_set).error().code, ErrorCode::kConflict);
}

TEST_P(RecordStoreContract, RefusesToUndoWhatItCannot) {
  const auto store = defined(make_empty());
  ChangeSet set = change_set(kMonday, {unit("甲局")});
  set.packages = {{"p", "p/policy.yaml", "1"}};
  apply_ok(*store, set);
  const auto packages =
      make_undo(*store, sample_catalogue(), 1, undo_header(kTuesday), UndoScope::kAll);
  EXPECT_EQ(packages.error().code, ErrorCode::kConflict);
  EXPECT_THAT(packages.error().to_string(Language::kEnglish), HasSubstr("published packages"));
  const auto nothing =
      make_undo(*store, sample_catalogue(), 7, undo_header(kTuesday), UndoScope::kAll);
  EXPECT_EQ(nothing.error().code, ErrorCode::kNotFound);
  ChangeSet future = change_set(kTuesday);
  future.undoes = 7;
  EXPECT_EQ(store->apply(*sample_catalogue(), future).error().code, ErrorCode::kNotFound);
}

TEST_P(RecordStoreContract, AnswersTheSameForeverAboutAChangeSetOnceWritten) {
  const auto store = defined(make_empty());
  std::map<ChangeSetId, std::string> then;
  const auto note = [&] {
    const ChangeSetId last = (*store->change_set_at(std::nullopt))->id;
    const Dataset dataset = load_ok(*store, last);
    std::string out = dataset.known_at_time + "\n" + known(*store, last);
    for (size_t t = 0; t < dataset.catalogue().types.size(); ++t) {
      for (size_t row = 0; row < dataset.table(t).size(); ++row) {
        out += row_text(dataset, dataset.table(t), row) + "\n";
      }
    }
    return std::pair{last, out};
  };
  const auto step = [&](const ChangeSet& set) {
    apply_ok(*store, set);
    then.insert(note());
  };
  import_twice(*store);
  then.insert(note());
  step(change_set(kWednesday, {official("b", "丙局", "1")}));  // a correction
  ChangeSet withdraws = change_set(kWednesday);
  withdraws.withdrawals = {{"年度考核", record::key_text({"d", "2024"})}, {"干部", "d"}};
  step(withdraws);
  step(change_set(kWednesday, {official("d", "甲局")}));
  for (const ChangeSetId undone : {3, 6, 2}) {
    const auto undo = make_undo(*store, sample_catalogue(), undone, undo_header(kWednesday),
                                UndoScope::kUntouched);
    ASSERT_TRUE(undo.has_value()) << undo.error().to_string(Language::kEnglish);
    step(undo->change_set);
  }
  const auto fresh = open_again();
  for (const auto& [id, text] : then) {
    const Dataset dataset = load_ok(*fresh, id);
    std::string out = dataset.known_at_time + "\n" + known(*fresh, id);
    for (size_t t = 0; t < dataset.catalogue().types.size(); ++t) {
      for (size_t row = 0; row < dataset.table(t).size(); ++row) {
        out += row_text(dataset, dataset.table(t), row) + "\n";
      }
    }
    EXPECT_EQ(out, text) << id;
  }
  EXPECT_EQ(then.size(), 7U);
}

}  // namespace
}  // namespace dandang::store
