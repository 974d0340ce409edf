#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <utility>

#include "store/group_writer.h"
#include "store/record_store_contract.h"

// What a change set may ask, on every store: conflicts, repeated sending, withdrawal, streams,
// leaves.
namespace dandang::store {
namespace {

using record::ApplyOutcome;
using record::ChangeSet;
using record::ChangeSetId;
using record::Dataset;
using record::NewVersion;
using testing::AllOf;
using testing::HasSubstr;

NewVersion based_on(NewVersion version, ChangeSetId id) {
  version.based_on = id;
  return version;
}

ChangeSet withdrawal(const std::string& time, std::vector<record::Withdrawal> withdrawals) {
  ChangeSet out = change_set(time);
  out.author = "王五";
  out.reason = "登错了人";
  out.withdrawals = std::move(withdrawals);
  return out;
}

std::vector<std::string> keys_of(SqlStore& store, ChangeSetId known_at, size_t type) {
  const record::Dataset data = load_ok(store, known_at);
  std::vector<std::string> keys;
  for (size_t row = 0; row < data.table(type).size(); ++row) {
    keys.emplace_back(data.table(type).key(row));
  }
  return keys;
}

TEST_P(RecordStoreContract, RefusesAVersionWhoseRecordChangedSinceItWasRead) {
  struct Case {
    std::string name;
    NewVersion version;
    std::string says;  // empty: accepted
  };
  const Case cases[] = {
      {"as read", based_on(official("a", "甲局", "99"), 2), ""},
      {"new as thought", based_on(official("new", "甲局"), 0), ""},
      {"new again after its withdrawal", based_on(unit("丙局"), 0), ""},
      {"changed since", based_on(official("a", "甲局", "99"), 1),
       "\"干部:a\" was changed by 王五 at 2025-03-25T08:00:00Z (change set 2)"},
      {"changed to what it says", based_on(official("a", "甲局", "80"), 1), "王五"},
      {"made since", based_on(official("a", "甲局"), 0), "was changed by 王五"},
      {"withdrawn since", based_on(unit("丙局"), 1),
       "\"单位:丙局\" was withdrawn by 王五 at 2025-03-26T08:00:00Z (change set 3)"},
      {"never there", based_on(unit("丁局"), 1), "does not exist"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto store = defined(make_empty());
    apply_ok(*store,
             change_set(kMonday, {unit("甲局"), unit("丙局"), official("a", "甲局", "70")}));
    ChangeSet second = change_set(kTuesday, {official("a", "甲局", "80")});
    second.author = "王五";
    apply_ok(*store, second);
    apply_ok(*store, withdrawal(kWednesday, {{"单位", "丙局"}}));
    const std::string before = logical_dump(*store);

    // Something beside it, which goes with it.
    const auto outcome =
        store->apply(*sample_catalogue(), change_set(kWednesday, {unit("戊局"), c.version}));
    ASSERT_EQ(outcome.has_value(), c.says.empty());
    if (outcome.has_value()) continue;
    EXPECT_EQ(outcome.error().code, ErrorCode::kConflict);
    EXPECT_THAT(outcome.error().to_string(Language::kEnglish), HasSubstr(c.says));
    EXPECT_EQ(logical_dump(*store), before);
  }
}

TEST_P(RecordStoreContract, LetsOneOfTwoWritersOfARecordWin) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局"), official("a", "甲局", "0")}));
  constexpr int kRounds = 20;
  int conflicts[2] = {0, 0};
  const auto write = [&](int writer, SqlStore& own) {
    ChangeSetId read = 1;
    for (int done = 0; done < kRounds;) {
      const NewVersion version =
          based_on(official("a", "甲局", std::to_string(writer * 1000 + done + 1)), read);
      const auto outcome = own.apply(*sample_catalogue(), change_set(kMonday, {version}));
      if (outcome.has_value()) {
        ++done;
        read = outcome->id;
        continue;
      }
      EXPECT_EQ(outcome.error().code, ErrorCode::kConflict);
      ++conflicts[writer];
      const auto history = own.history(*sample_catalogue(), "干部", "a");
      read = history->back().recorded.id;
    }
  };
  const auto first = open_again();
  const auto second = open_again();
  std::thread other([&] { write(1, *second); });
  write(0, *first);
  other.join();
  // The first, and every one that was told it was written; none in place of another.
  const auto history = store->history(*sample_catalogue(), "干部", "a");
  ASSERT_TRUE(history.has_value());
  EXPECT_EQ(history->size(), size_t{2 * kRounds + 1});
  for (size_t i = 1; i < history->size(); ++i) {
    EXPECT_EQ((*history)[i].version.cells[6] == (*history)[i - 1].version.cells[6], false);
    EXPECT_EQ((*history)[i - 1].ended->id, (*history)[i].recorded.id);
  }
  EXPECT_GE(conflicts[0] + conflicts[1], 1);
}

TEST_P(RecordStoreContract, WritesOnceWhatIsSentTwiceUnderOneKey) {
  struct Case {
    std::string name;
    std::function<void(ChangeSet&)> edit;
    bool repeated;
  };
  const Case cases[] = {
      {"nothing", [](ChangeSet&) {}, true},
      {"the time", [](ChangeSet& s) { s.recorded_at = kWednesday; }, true},
      {"an earlier time", [](ChangeSet& s) { s.recorded_at = kMonday; }, true},
      {"the author", [](ChangeSet& s) { s.author = "王五"; }, false},
      {"a cell", [](ChangeSet& s) { s.versions[0].cells[1] = Cell(std::string("甲局")); }, false},
      {"a blank for an empty text",
       [](ChangeSet& s) { s.versions[1].cells[2] = Cell(std::string()); }, false},
      {"a version less", [](ChangeSet& s) { s.versions.pop_back(); }, false},
      {"a validity", [](ChangeSet& s) { s.versions[1].valid_to = Date::from_ymd(2030, 1, 1); },
       false},
      {"a withdrawal",
       [](ChangeSet& s) {
         s.withdrawals = {{"单位", "甲局"}};
       },
       false},
      {"a list", [](ChangeSet& s) { s.coverage.pop_back(); }, false},
      {"a parameter", [](ChangeSet& s) { s.parameters[0].value = "4"; }, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto store = defined(make_empty());
    apply_ok(*store, change_set(kMonday, {unit("甲局")}));
    ChangeSet set = change_set(kTuesday, {unit("乙局"), official("a", "甲局")});
    set.versions[1].cells[2] = Cell();
    set.coverage = {{"干部", {}, {}}};
    set.parameters = {{"p", "期限", "3", *Date::from_ymd(2025, 1, 1), "", "文件"}};
    set.idempotency_key = "导入-1";
    const ApplyOutcome first = apply_ok(*store, set);
    EXPECT_FALSE(first.repeated);
    const std::string before = logical_dump(*store);

    c.edit(set);
    const auto again = store->apply(*sample_catalogue(), set);
    EXPECT_EQ(logical_dump(*store), before);
    ASSERT_EQ(again.has_value(), c.repeated);
    if (again.has_value()) {
      EXPECT_TRUE(again->repeated);
      EXPECT_EQ(again->id, first.id);
      EXPECT_EQ(again->added, 2U);
    } else {
      EXPECT_EQ(again.error().code, ErrorCode::kConflict);
      EXPECT_THAT(again.error().to_string(Language::kEnglish),
                  AllOf(HasSubstr("导入-1"), HasSubstr("change set 2")));
    }
  }
}

TEST_P(RecordStoreContract, BoundsIdempotencyKeys) {
  const auto store = defined(make_empty());
  ChangeSet set = change_set(kMonday, {unit("甲局")});
  set.idempotency_key = std::string(record::kMaxIdempotencyKey + 1, 'k');
  const auto outcome = store->apply(*sample_catalogue(), set);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kLimit);
  set.idempotency_key.pop_back();
  EXPECT_EQ(apply_ok(*store, set).id, 1);
}

TEST_P(RecordStoreContract, EndsAWithdrawnRecordAndKnowsItAgain) {
  const auto store = defined(make_empty());
  apply_ok(*store,
           change_set(kMonday, {unit("甲局"), official("a", "甲局"), official("b", "甲局")}));
  const ApplyOutcome outcome = apply_ok(*store, withdrawal(kTuesday, {{"干部", "a", 1}}));
  EXPECT_EQ(outcome.withdrawn, 1U);
  EXPECT_EQ(outcome.changed + outcome.added + outcome.unchanged, 0U);
  // Again, as it was: a new version of the record that was.
  EXPECT_EQ(apply_ok(*store, change_set(kWednesday, {official("a", "甲局")})).added, 1U);

  EXPECT_EQ(keys_of(*store, 1, kOfficials), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(keys_of(*store, 2, kOfficials), (std::vector<std::string>{"b"}));
  EXPECT_EQ(keys_of(*store, 3, kOfficials), (std::vector<std::string>{"a", "b"}));

  const auto history = store->history(*sample_catalogue(), "干部", "a");
  ASSERT_TRUE(history.has_value());
  ASSERT_EQ(history->size(), 2U);
  EXPECT_TRUE((*history)[0].withdrawn);
  EXPECT_EQ((*history)[0].ended->author, "王五");
  EXPECT_EQ((*history)[0].ended->reason, "登错了人");
  EXPECT_EQ((*history)[0].ended->recorded_at, kTuesday);
  EXPECT_FALSE((*history)[1].ended.has_value());
  EXPECT_EQ((*history)[1].recorded.id, 3);
}

TEST_P(RecordStoreContract, RefusesAWithdrawalThatCannotBe) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局"), unit("乙局"), official("a", "甲局")}));
  apply_ok(*store, change_set(kTuesday, {appraisal("a", 2024, "优秀")}));
  const std::string before = logical_dump(*store);
  struct Case {
    std::string name;
    std::vector<record::Withdrawal> withdrawals;
    std::vector<NewVersion> versions;
    ErrorCode code;
    std::string says;
  };
  const Case cases[] = {
      {"nobody", {{"干部", "z"}}, {}, ErrorCode::kBadInput, "no such record"},
      {"no type", {{"奖励", "z"}}, {}, ErrorCode::kBadInput, "no such type"},
      {"twice", {{"单位", "乙局"}, {"单位", "乙局"}}, {}, ErrorCode::kBadInput, "twice"},
      {"changed since", {{"干部", "a", 2}}, {}, ErrorCode::kConflict, "changed by 李四"},
      {"written beside",
       {{"单位", "乙局"}},
       {unit("乙局", "甲局")},
       ErrorCode::kBadInput,
       "also writes it"},
      {"still meant",
       {{"干部", "a"}},
       {},
       ErrorCode::kBadInput,
       "the \"干部\" of \"年度考核:a/2024\" still means it"},
      {"meant by what is written beside",
       {{"单位", "乙局"}},
       {unit("丙局", "乙局")},
       ErrorCode::kBadInput,
       "the \"上级\" of \"单位:丙局\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ChangeSet set = withdrawal(kWednesday, c.withdrawals);
    set.versions = c.versions;
    const auto outcome = store->apply(*sample_catalogue(), set);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, c.code);
    EXPECT_THAT(outcome.error().to_string(Language::kEnglish), HasSubstr(c.says));
    EXPECT_EQ(logical_dump(*store), before);
  }
  // With everything that means it, it goes.
  EXPECT_EQ(apply_ok(*store, withdrawal(kWednesday, {{"年度考核", record::key_text({"a", "2024"})},
                                                     {"干部", "a"},
                                                     {"单位", "甲局"}}))
                .withdrawn,
            3U);
  // And a ref to it means nothing now.
  const auto late =
      store->apply(*sample_catalogue(), change_set(kWednesday, {unit("丁局", "甲局")}));
  EXPECT_EQ(late.error().code, ErrorCode::kBadInput);
}

TEST_P(RecordStoreContract, TellsARecordsHistory) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局"), unit("乙局"), official("a", "甲局", "70")}));
  ChangeSet second = change_set(kTuesday, {official("a", "乙局", "80.50")});
  second.author = "王五";
  apply_ok(*store, second);
  const auto history = store->history(*sample_catalogue(), "干部", "a");
  ASSERT_TRUE(history.has_value());
  ASSERT_EQ(history->size(), 2U);
  const NewVersion expected = official("a", "甲局", "70");
  EXPECT_EQ((*history)[0].version.cells, expected.cells);
  EXPECT_EQ((*history)[0].version.key, "a");
  EXPECT_EQ((*history)[0].version.valid_from, expected.valid_from);
  EXPECT_TRUE((*history)[0].version.valid_assumed);
  EXPECT_EQ((*history)[0].version.source.sheet, "干部");
  EXPECT_EQ((*history)[0].version.source.row, 3);
  EXPECT_EQ((*history)[0].recorded.author, "李四");
  EXPECT_EQ((*history)[0].recorded.basis, "测试");
  EXPECT_EQ((*history)[0].ended->author, "王五");
  EXPECT_FALSE((*history)[0].withdrawn);
  EXPECT_EQ((*history)[1].version.cells, official("a", "乙局", "80.5").cells);

  EXPECT_TRUE(store->history(*sample_catalogue(), "干部", "z")->empty());
  EXPECT_EQ(store->history(*sample_catalogue(), "奖励", "z").error().code, ErrorCode::kBadInput);
}

TEST_P(RecordStoreContract, TellsWhatAChangeSetDid) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局"), unit("乙局"), official("a", "甲局", "70"),
                                        official("b", "甲局"), official("c", "甲局")}));
  ChangeSet second = change_set(kTuesday, {official("a", "甲局", "80"), official("b", "乙局"),
                                           official("c", "甲局"), official("d", "乙局")});
  second.withdrawals = {{"干部", "e"}};
  EXPECT_FALSE(store->apply(*sample_catalogue(), second).has_value());
  apply_ok(*store, change_set(kTuesday, {official("e", "甲局")}));  // change set 2
  apply_ok(*store, second);
  apply_ok(*store, change_set(kWednesday, {official("b", "甲局"), official("e", "甲局")}));

  std::vector<std::string> told;
  const auto done = store->versions_of(
      *sample_catalogue(), 3, [&](const record::RecordChange& change) -> Result<void> {
        const auto unit_of = [](const std::optional<NewVersion>& version) {
          return version ? std::get<std::string>(version->cells[10]) : "-";
        };
        told.push_back(change.type + ":" + change.key + " " + unit_of(change.before) + " (" +
                       std::to_string(change.recorded_before) + ") > " + unit_of(change.after) +
                       " later " + std::to_string(change.touched_later));
        return {};
      });
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(told, (std::vector<std::string>{
                      "干部:a 甲局 (1) > 甲局 later 0", "干部:b 甲局 (1) > 乙局 later 4",
                      "干部:d - (0) > 乙局 later 0", "干部:e 甲局 (2) > - later 4"}));
  const auto nobody = [](const record::RecordChange&) -> Result<void> { return {}; };
  EXPECT_EQ(store->versions_of(*sample_catalogue(), 9, nobody).error().code, ErrorCode::kNotFound);
}

// Batches of units, each under one that comes a batch later; the last under itself.
record::VersionSource units_in_batches(int batches, int size) {
  return [batches, size, next = 0]() mutable -> Result<std::vector<NewVersion>> {
    std::vector<NewVersion> batch;
    for (int i = 0; next < batches * size && i < size; ++i, ++next) {
      const int parent = std::min(next + size, batches * size - 1);
      batch.push_back(unit("u" + std::to_string(next), "u" + std::to_string(parent)));
    }
    return batch;
  };
}

TEST_P(RecordStoreContract, TakesAStreamAsItTakesAChangeSet) {
  const auto streamed = defined(make_empty());
  ChangeSet set = change_set(kMonday, {unit("首")});
  set.idempotency_key = "流";
  const auto outcome = streamed->apply_stream(*sample_catalogue(), set, units_in_batches(5, 100));
  ASSERT_TRUE(outcome.has_value()) << outcome.error().to_string(Language::kEnglish);
  EXPECT_EQ(outcome->added, 501U);
  const Dataset dataset = load_ok(*streamed, 1);
  const record::Table& units = dataset.table(kUnits);
  for (const auto& [key, parent] : {std::pair{"u0", "u100"}, {"u450", "u499"}, {"u499", "u499"}}) {
    const auto row = static_cast<size_t>(units.columns[1].int64_at(units.row_of(key).value()));
    EXPECT_EQ(units.key(row), parent);
  }
  // The same content in other batches is the same change set.
  const auto again = streamed->apply_stream(*sample_catalogue(), set, units_in_batches(5, 100));
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->added, 501U);
  const auto other = streamed->apply_stream(*sample_catalogue(), set, units_in_batches(5, 99));
  EXPECT_EQ(other.error().code, ErrorCode::kConflict);
}

TEST_P(RecordStoreContract, RefusesAStreamWhole) {
  struct Case {
    std::string name;
    std::vector<NewVersion> second;
    std::string says;  // empty: accepted
  };
  const Case cases[] = {
      {"the same again", {unit("甲局")}, ""},
      {"one record twice", {unit("甲局", "甲局")}, "twice"},
      {"a ref that is never kept", {unit("丙局", "丁局")}, "means record \"单位:丁局\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto store = defined(make_empty());
    const std::string before = logical_dump(*store);
    std::vector<std::vector<NewVersion>> batches = {{unit("甲局")}, c.second};
    const auto outcome = store->apply_stream(
        *sample_catalogue(), change_set(kMonday),
        [&, next = size_t{0}]() mutable -> Result<std::vector<NewVersion>> {
          return next < batches.size() ? batches[next++] : std::vector<NewVersion>();
        });
    ASSERT_EQ(outcome.has_value(), c.says.empty());
    if (outcome.has_value()) {
      EXPECT_EQ(outcome->unchanged, 1U);
      continue;
    }
    EXPECT_THAT(outcome.error().to_string(Language::kEnglish), HasSubstr(c.says));
    EXPECT_EQ(logical_dump(*store), before);
  }
  // A source that fails is told, and nothing stays.
  const auto store = defined(make_empty());
  const auto outcome = store->apply_stream(*sample_catalogue(), change_set(kMonday, {unit("甲局")}),
                                           []() -> Result<std::vector<NewVersion>> {
                                             return Error{ErrorCode::kIo, {}, "file", {}};
                                           });
  EXPECT_EQ(outcome.error().where, "file");
  EXPECT_TRUE(store->change_sets()->empty());
}

// Notes what it is told; fails at the end if asked to.
class NotingLeaf : public LeafWriter {
 public:
  explicit NotingLeaf(bool fails) : fails_(fails) {}
  Result<void> begin(SqlConnection& connection) override {
    EXPECT_TRUE(connection.in_transaction());
    return {};
  }
  Result<Seal> seal(const VersionRow& row) override {
    noted += "+" + row.version->key + std::to_string(row.version_id);
    return Seal{std::string(16, 's'), std::string(32, 'c')};
  }
  Result<void> finish(SqlConnection& connection, const ChangeSet& set,
                      const ApplyOutcome& outcome) override {
    noted += "=" + set.recorded_at + ":" + std::to_string(outcome.withdrawn);
    EXPECT_TRUE(connection.in_transaction());
    DD_RETURN_IF_ERROR(connection.execute("CREATE TABLE leaf_was_here (a INTEGER)"));
    if (fails_) return Error{ErrorCode::kIo, {"账本", "the ledger"}, "", {}};
    return {};
  }
  std::string noted;

 private:
  bool fails_;
};

TEST_P(RecordStoreContract, JoinsALeafToTheChangeSet) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局"), unit("乙局")}));
  ChangeSet set = change_set(kTuesday, {unit("甲局"), unit("丙局")});
  set.withdrawals = {{"单位", "乙局"}};
  const std::string before = logical_dump(*store);
  for (const bool fails : {true, false}) {
    NotingLeaf leaf(fails);
    const auto outcome = store->apply_with(*sample_catalogue(), set, nullptr, &leaf);
    EXPECT_EQ(leaf.noted,
              std::string("+丙局3=") + kTuesday + ":1");  // what is unchanged is not written
    EXPECT_EQ(outcome.has_value(), !fails);
    EXPECT_EQ(logical_dump(*store) == before, fails);
  }
}

TEST_P(RecordStoreContract, CommitsManyThreadsChangeSetsInGroups) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局")}));
  constexpr int kThreads = 8;
  constexpr int kEach = 25;
  int refused[kThreads] = {};
  {
    GroupWriter writer(open_again(), [] { return std::string(kTuesday); }, {});
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const std::string key = std::to_string(t) + "-" + std::to_string(i);
          // Every fifth means a unit that does not exist.
          const auto outcome = writer.apply(
              sample_catalogue(),
              change_set("", {unit("u" + key), official(key, i % 5 == 0 ? "没有" : "u" + key)}));
          if (!outcome.has_value()) {
            EXPECT_EQ(outcome.error().code, ErrorCode::kBadInput);
            ++refused[t];
            continue;
          }
          EXPECT_EQ(outcome->added, 2U);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  for (const int count : refused) EXPECT_EQ(count, kEach / 5);
  constexpr size_t kWritten = size_t{kThreads} * (kEach - kEach / 5);
  EXPECT_EQ(store->change_sets()->size(), kWritten + 1);
  const Dataset dataset = load_ok(*store, static_cast<ChangeSetId>(kWritten) + 1);
  EXPECT_EQ(dataset.table(kOfficials).size(), kWritten);
  EXPECT_EQ(dataset.table(kUnits).size(), kWritten + 1);
}

TEST_P(RecordStoreContract, BoundsTheQueueOfAGroupWriter) {
  const auto store = defined(make_empty());
  GroupWriter writer(open_again(), [] { return std::string(kMonday); }, {50, 0});
  const auto outcome = writer.apply(sample_catalogue(), change_set("", {unit("甲局")}));
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kLimit);
}

}  // namespace
}  // namespace dandang::store
