#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <string>

#include "record/difference.h"
#include "record/snapshot.h"
#include "record/undo.h"
#include "store/record_store_contract.h"

// A dataset brought from one change set to a later one by what was written between equals the one
// read whole, on every store.
namespace dandang::store {
namespace {

using record::ChangeSet;
using record::ChangeSetId;
using record::Dataset;
using record::NewVersion;

namespace fs = std::filesystem;

std::string difference(const Dataset& a, const Dataset& b) {
  const auto found = record::first_difference(a, b);
  return found ? found->en : "";
}

// Change sets at random over few keys, so that records come, change, go and come again, units refer
// to units of a later place, and what refers to a withdrawn record is written anew with it.
class Writer {
 public:
  Writer(SqlStore& store, unsigned seed) : store_(store), random_(seed) {}

  ChangeSetId write() {
    const unsigned kind = pick(8);
    if (kind == 0 && last_ > 1) {
      undo();
    } else {
      apply(next(kind));
    }
    return last_;
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  std::string time() {
    const std::string seconds = std::to_string(10 + last_ % 50);
    return "2025-03-24T" + std::to_string(10 + last_ / 50) + ":00:" + seconds + "Z";
  }
  // A change set that the store refuses (a record referred to is withdrawn, say) writes nothing.
  void apply(const ChangeSet& set) {
    const auto outcome = store_.apply(*sample_catalogue(), set);
    if (outcome) last_ = outcome->id;
  }

  void undo() {
    const auto made =
        record::make_undo(store_, sample_catalogue(), 1 + pick(static_cast<unsigned>(last_)),
                          change_set(time()), record::UndoScope::kUntouched);
    if (made) apply(made->change_set);
  }

  // Some of the keys, each once.
  std::vector<std::string> some(const std::string& letter, unsigned all, unsigned most) {
    std::set<std::string> out;
    for (unsigned i = pick(most + 1); i > 0; --i) out.insert(letter + std::to_string(pick(all)));
    return {out.begin(), out.end()};
  }

  // With all that refers to it: the store takes no less.
  void withdraw(ChangeSet& set) {
    const Dataset known = load_ok(store_, last_);
    const record::Table& people = known.table(kOfficials);
    const record::Table& appraisals = known.table(kAppraisals);
    for (const std::string& key : some("p", 40, 4)) {
      const auto person = people.row_of(key);
      if (!person) continue;
      set.withdrawals.push_back({"干部", key});
      for (size_t row = 0; row < appraisals.size(); ++row) {
        if (appraisals.columns[0].int64_at(row) != static_cast<int64_t>(*person)) continue;
        set.withdrawals.push_back({"年度考核", std::string(appraisals.key(row))});
      }
    }
    if (pick(2) == 0) set.withdrawals.push_back({"单位", "局" + std::to_string(pick(12))});
  }

  void write_records(ChangeSet& set) {
    std::vector<std::string> units = some("局", 12, 4);
    if (units.empty()) units.push_back("局0");
    for (const std::string& key : units) {
      set.versions.push_back(unit(key, pick(2) == 0 ? units[0] : ""));
    }
    const std::vector<std::string> people = some("p", 40, 8);
    for (const std::string& key : people) {
      NewVersion version = official(key, units[pick(static_cast<unsigned>(units.size()))],
                                    pick(2) == 0 ? "80.50" : "7");
      if (pick(3) == 0) version.cells[2] = Cell();
      if (pick(3) == 0) version.valid_to = Date::from_ymd(2030, 1, 1);
      version.source.row = static_cast<int>(pick(99));
      version.source.sheet = pick(2) == 0 ? "一" : "二";
      set.versions.push_back(version);
      // Before the person's own version at times, so that numbers are not given in order.
      if (pick(2) == 0) set.versions.insert(set.versions.begin(), appraisal(key, 2021, "优秀"));
    }
  }

  ChangeSet next(unsigned kind) {
    ChangeSet set = change_set(time());
    if (kind < 4) {
      withdraw(set);
    } else if (kind < 7) {
      write_records(set);
    }
    if (pick(3) == 0) {
      const std::string open = pick(2) == 0 ? "p" + std::to_string(pick(40)) : "";
      set.coverage.push_back({"年度考核", {"局1", "2021"}, {"考核.xlsx", "表", 1}, open});
    }
    if (pick(3) == 0) {
      set.parameters.push_back(
          {"包", "期限", std::to_string(pick(9)), *Date::from_ymd(2025, 1, 1), "", "会"});
    }
    if (pick(6) == 0) set.packages = {{"包", "包/a.md", std::to_string(pick(9))}};
    return set;
  }

  SqlStore& store_;
  std::mt19937 random_;
  ChangeSetId last_ = 0;
};

TEST_P(RecordStoreContract, CatchesUpToWhatALoadGives) {
  const char* asked = std::getenv("DANDANG_PROPERTY_ROUNDS");
  const unsigned rounds = asked != nullptr ? static_cast<unsigned>(std::atoi(asked)) : 4;
  const fs::path path =
      fs::temp_directory_path() / ("dandang_catch_up_" + std::to_string(std::random_device()()));
  size_t touched = 0;
  size_t reordered = 0;
  for (unsigned seed = 1; seed <= rounds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto store = defined(make_empty());
    Writer writer(*store, seed);
    std::mt19937 random(seed);
    Dataset data = load_ok(*store, 0);
    ChangeSetId since = 0;
    for (int step = 0; step < 40; ++step) {
      const ChangeSetId last = writer.write();
      if (last == since || random() % 3 == 0) continue;
      const auto caught = store->catch_up(data, last);
      ASSERT_TRUE(caught.has_value()) << caught.error().to_string(Language::kEnglish);
      ASSERT_TRUE(caught->has_value());
      touched += **caught;
      const Dataset whole = load_ok(*store, last);
      ASSERT_EQ(difference(data, whole), "") << "from " << since << " to " << last;
      for (size_t t = 0; t < 3; ++t) {
        const record::Table& table = whole.table(t);
        const auto rows = static_cast<int64_t>(table.size());
        if (rows > 0 && table.number(table.size() - 1) != rows) {
          ++reordered;
        }
      }
      // Through the file, as the command has it.
      const auto state = store->state_of(last);
      ASSERT_TRUE(state.has_value()) << state.error().to_string(Language::kEnglish);
      ASSERT_TRUE(record::save_snapshot(data, *state, path.string()).has_value());
      Result<Dataset> opened =
          record::open_snapshot(sample_catalogue(), *state, last, path.string());
      ASSERT_TRUE(opened.has_value());
      data = std::move(*opened);
      since = last;
    }
  }
  fs::remove(path);
  // It compares nothing where nothing happens.
  EXPECT_GT(touched, 50U * rounds);
  EXPECT_GT(reordered, 5U * rounds);
}

TEST_P(RecordStoreContract, SaysOfWhichStateItIs) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局")}));
  const auto first = store->state_of(1);
  ASSERT_TRUE(first.has_value());
  apply_ok(*store, change_set(kTuesday, {unit("乙局")}));
  EXPECT_EQ(*store->state_of(1), *first);
  EXPECT_NE(*store->state_of(2), *first);
  EXPECT_FALSE(store->state_of(3).has_value());
  // Another store with the same content under the same numbers.
  const auto other = defined(make_empty());
  apply_ok(*other, change_set(kMonday, {unit("甲局")}));
  EXPECT_NE(*other->state_of(1), *first);
}

TEST_P(RecordStoreContract, DoesNotFollowWhatItDoesNotKnow) {
  const auto store = defined(make_empty());
  apply_ok(*store, change_set(kMonday, {unit("甲局")}));
  Dataset later = load_ok(*store, 1);
  const auto backward = store->catch_up(later, 0);
  ASSERT_TRUE(backward.has_value());
  EXPECT_FALSE(backward->has_value());
  // A change set without a leaf: written by something that is not this program.
  ASSERT_TRUE(
      store->apply_with(*sample_catalogue(), change_set(kTuesday, {unit("乙局")}), nullptr, nullptr)
          .has_value());
  const auto unknown = store->catch_up(later, 2);
  ASSERT_TRUE(unknown.has_value());
  EXPECT_FALSE(unknown->has_value());
}

}  // namespace
}  // namespace dandang::store
