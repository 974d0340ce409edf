// Cases as a user drives them at the command, and random walks over a procedure on a real store.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "policy/link.h"
#include "procedure/case_book.h"
#include "procedure/step.h"
#include "process.h"
#include "record/version.h"
#include "store/postgres_cluster.h"
#include "store/postgres_store.h"
#include "store/sqlite_store.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
using procedure::CaseBook;
using procedure::CaseRef;
using procedure::StepRequest;
using testing::HasSubstr;
using testing::Not;

const fs::path kSource = DANDANG_SOURCE_DIR;
const std::string kPolicies = (kSource / "tests/data/cases").string();

struct Person {
  const char* number;
  const char* name;
  const char* post;
  int hardship;  // -1: not known
};
constexpr Person kPeople[] = {
    {"610799197001011007", "收", "受理", -1}, {"610799197001011015", "审", "审核", -1},
    {"610799197001011023", "主", "主管", -1}, {"610799197001011031", "副", "主管", -1},
    {"61079919700101104X", "甲", "", 1},      {"610799197001011058", "乙", "", 0}};

std::shared_ptr<const policy::PolicySet> policies() {
  Diagnostics diagnostics;
  auto files = policy::read_package_files(kPolicies);
  return std::make_shared<policy::PolicySet>(policy::load_packages(*files, diagnostics));
}

using Store = std::unique_ptr<record::RecordStore>;

Store open_store(const std::string& data, const std::string& address) {
  if (address.empty()) {
    auto store = store::SqliteStore::open(data + "/records.sqlite");
    return store ? Store(std::move(store).value()) : nullptr;
  }
  auto store = store::PostgresStore::open(address);
  return store ? Store(std::move(store).value()) : nullptr;
}

// A data directory with the package for tests and its people. Address: PostgreSQL's.
Store make_directory(const std::string& data, const policy::PolicySet& set,
                     const std::string& address = "") {
  std::vector<std::string> words{"init", data, "--policies", kPolicies};
  if (!address.empty()) {
    words.insert(words.end(), {"--store", address, "--region", "610799"});
  }
  EXPECT_EQ(run_dandang(words).code, 0);
  Store store = open_store(data, address);
  if (store == nullptr || !store->define(*set.catalogue)) return nullptr;
  record::ChangeSet people;
  people.recorded_at = store->change_sets()->back().recorded_at;
  people.author = "测试";
  people.reason = "people";
  const record::RecordType& type = *set.catalogue->find_type("人");
  for (const Person& person : kPeople) {
    record::NewVersion version;
    version.type = type.name;
    version.cells.resize(type.fields.size());
    version.cells[*type.field_index("身份证号")] = std::string(person.number);
    version.cells[*type.field_index("姓名")] = std::string(person.name);
    if (*person.post != '\0') version.cells[*type.field_index("岗位")] = std::string(person.post);
    if (person.hardship >= 0) version.cells[*type.field_index("困难")] = int64_t{person.hardship};
    version.key = record::key_of(type, version.cells);
    people.versions.push_back(std::move(version));
  }
  people.coverage.push_back({type.name, {}, {}});
  EXPECT_TRUE(store->apply(*set.catalogue, people).has_value());
  return store;
}

size_t change_sets(const std::string& data) {
  const std::string text = run_dandang({"changes", data}).out;
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(CaseCommand, ACaseGoesFromItsOpeningToItsEnd) {
  const TemporaryFolder folder;
  const std::string data = folder.file("data");
  const auto set = policies();
  ASSERT_NE(make_directory(data, *set), nullptr);
  ASSERT_EQ(change_sets(data), 2U);

  // What would be done is told, and nothing is written; so with a refusal.
  const std::vector<std::string> opening{"case",   "open",      data,        "帮扶办理",
                                         "--by",   "收",        "--on",      "2025-03-01",
                                         "--with", "申请人=甲", "金额=2000", "事由=大病"};
  auto dry_words = opening;
  dry_words.emplace_back("--dry-run");
  const auto dry = run_dandang(dry_words);
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("帮2025-0001  帮扶办理.申请：→ 待审核（试办：什么都没有写入）"));
  EXPECT_EQ(change_sets(data), 2U);
  const auto opened = run_dandang(opening);
  EXPECT_EQ(opened.code, 0) << opened.err;
  EXPECT_EQ(opened.out, "帮2025-0001  帮扶办理.申请：→ 待审核（第 3 批）\n");

  const auto refused = run_dandang({"case", "do", data, "帮2025-0001", "审核", "--by", "收", "--on",
                                    "2025-02-01", "--with", "结论=同意"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.out,
            "不能办“帮扶办理.审核”，什么也没有写入：\n"
            "  form  H1  “结论”不能填“同意”，可填：通过、退回、补正\n"
            "  date  H1  日期早于上一步（2025-03-01）\n"
            "  by  H1  收在这一天不是审核，办不了这一步\n"
            "  not_by  H1  收要回避：不能由同一人再办这一步\n");
  EXPECT_EQ(change_sets(data), 3U);

  const auto json = run_dandang({"case", "do", data, "帮扶办理/帮2025-0001", "审核", "--by", "收",
                                 "--on", "2025-03-02", "--with", "结论=退回", "--json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_THAT(json.out, HasSubstr("\"name\":\"by\""));
  EXPECT_THAT(json.out, HasSubstr("\"taken\":false"));

  const auto tasks = run_dandang({"case", "tasks", data, "--as-of", "2025-03-05"});
  EXPECT_EQ(tasks.code, 0) << tasks.err;
  EXPECT_THAT(tasks.out,
              HasSubstr("帮2025-0001 甲  待审核 → 审核：审核（审）  已 4 天，期限未设定"));

  ASSERT_EQ(run_dandang({"case", "do", data, "帮2025-0001", "审核", "--by", "审", "--on",
                         "2025-03-05", "--with", "结论=通过"})
                .code,
            0);
  const auto first = run_dandang({"case", "do", data, "帮2025-0001", "复核", "--by", "主", "--on",
                                  "2025-03-09", "--with", "核定金额=1500"});
  EXPECT_THAT(first.out, HasSubstr("已记下第一人所填"));
  const auto other = run_dandang({"case", "do", data, "帮2025-0001", "复核", "--by", "副", "--on",
                                  "2025-03-09", "--with", "核定金额=1600", "--lang", "en"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.out, HasSubstr("persons  H1  the two entries differ: 核定金额"));
  const auto second = run_dandang({"case", "do", data, "帮2025-0001", "复核", "--by", "副", "--on",
                                   "2025-03-10", "--with", "核定金额=1500.00"});
  EXPECT_EQ(second.code, 0) << second.out;
  EXPECT_EQ(second.out,
            "帮2025-0001  帮扶办理.复核：待复核 → 已办结（第 6 批）\n"
            "  同时开启 回访 帮2025-0001\n");

  // A paper of two procedures' cases: the number alone does not say which.
  EXPECT_EQ(run_dandang({"case", "show", data, "帮2025-0001"}).code, 2);
  const auto shown =
      run_dandang({"case", "show", data, "帮扶办理/帮2025-0001", "--as-of", "2025-03-10"});
  EXPECT_EQ(shown.out,
            "帮扶办理 帮2025-0001  已办结（2025-03-10 起）\n"
            "  帮扶编号: 帮2025-0001\n  申请人: 甲\n  事由: 大病\n  金额: 2000.00 元\n"
            "  结论: 通过\n  核定金额: 1500.00 元\n  受理日: 2025-03-01\n  办结日: 2025-03-10\n"
            "  帮扶办理状态: 已办结\n"
            "经过\n"
            "  2025-03-01  收（受理）  申请：→ 待审核\n"
            "      申请人: 61079919700101104X\n      事由: 大病\n      金额: 2000.00\n"
            "  2025-03-05  审（审核）  审核：待审核 → 待复核（引用 H1.R1 met）\n"
            "      结论: 通过\n"
            "  2025-03-09  主（主管）  复核：第一人所填，等另一人\n      核定金额: 1500.00\n"
            "  2025-03-10  副（主管）  复核：待复核 → 已办结\n      核定金额: 1500.00\n"
            "下一步\n  没有\n");
  const auto hidden = run_dandang(
      {"case", "show", data, "帮扶办理/帮2025-0001", "--as-of", "2025-03-10", "--as", "乙"});
  EXPECT_EQ(hidden.code, 2);
  EXPECT_THAT(hidden.err, HasSubstr("看不到"));

  const auto list = run_dandang({"case", "list", data, "--as-of", "2025-03-10"});
  EXPECT_THAT(list.out, HasSubstr("共 2 件"));
  const auto as_then = run_dandang(
      {"case", "list", data, "--as-of", "2025-03-04", "--procedure", "帮扶办理", "--lang", "en"});
  EXPECT_THAT(as_then.out, HasSubstr("to be reviewed"));
  EXPECT_THAT(as_then.out, HasSubstr("1 cases"));
  const auto none = run_dandang({"case", "list", data, "--as-of", "2025-03-10", "--as", "乙"});
  EXPECT_THAT(none.out, HasSubstr("共 0 件"));

  const auto history = run_dandang({"changes", data});
  EXPECT_THAT(history.out, HasSubstr("副 610799197001011031  帮扶办理.复核 帮2025-0001"));
  EXPECT_EQ(run_dandang({"verify", data}).code, 0);

  // The undo of an opening leaves its number used.
  ASSERT_EQ(run_dandang(opening).code, 0);
  ASSERT_EQ(run_dandang({"undo", data, "7", "--by", "收", "--basis", "误立"}).code, 0);
  EXPECT_THAT(run_dandang(opening).out, HasSubstr("帮2025-0003"));
}

// ---- random walks ----

class Walk {
 public:
  Walk(const policy::PolicySet& set, record::RecordStore& store, unsigned seed)
      : set_(set), store_(store), random_(seed) {}

  void run(int steps) {
    Date day = *Date::parse_iso("2025-01-01");
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      // Late entries too, which are refused if a later step is on record.
      day = day.add_days(pick(6) - 1);
      step(day);
    }
  }
  size_t taken() const { return taken_; }
  size_t refused() const { return refused_; }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  template <typename T>
  const T& any(const std::vector<T>& from) {
    return from[static_cast<size_t>(pick(static_cast<int>(from.size())))];
  }

  record::Dataset read() {
    const auto last = store_.change_set_at(std::nullopt);
    return *store_.load(set_.catalogue, (*last)->id);
  }

  std::string word_for(const std::string& field) {
    if (field == "金额" || field == "核定金额")
      return any<std::string>({"20", "1500", "1500", "90000", "x"});
    if (field == "结论") return any<std::string>({"通过", "退回", "补正", "通过"});
    if (field == "申请人") return any<std::string>({"甲", "乙", "审", "收"});
    return any<std::string>({"理由", "情况", "情况", "情况", ""});
  }

  // Mostly a step that leaves the state of some case; now and then any step of it, or an opening.
  StepRequest draw(const record::Dataset& data, Date on) {
    const CaseBook book(set_, data);
    StepRequest out;
    out.on = on;
    const std::vector<Person> people(std::begin(kPeople), std::end(kPeople));
    out.person = *procedure::find_person(data, any(people).name);
    std::vector<CaseRef> cases;
    for (const policy::Procedure& procedure : set_.procedures) {
      for (const CaseRef& one : book.cases(procedure)) cases.push_back(one);
    }
    const bool opens = cases.empty() || pick(6) == 0;
    const policy::Procedure& procedure = opens ? set_.procedures.front() : *any(cases).procedure;
    std::vector<CaseRef> own;
    for (const CaseRef& one : cases) {
      if (one.procedure == &procedure) own.push_back(one);
    }
    const policy::Transition* chosen = &procedure.transitions.front();
    if (!opens) {
      const CaseRef one = any(own);
      const std::string state = book.standing(one).state;
      std::vector<const policy::Transition*> open;
      for (const policy::Transition& transition : procedure.transitions) {
        const auto& from = transition.from;
        const bool leaves = std::find(from.begin(), from.end(), state) != from.end();
        if (!from.empty() && (leaves || pick(8) == 0)) open.push_back(&transition);
      }
      if (!open.empty()) chosen = any(open);
      if (!chosen->from.empty()) out.case_key = book.key(one);
    }
    out.procedure = procedure.name;
    out.transition = chosen->name;
    for (const std::string& field : chosen->form) out.form.emplace_back(field, word_for(field));
    for (const std::string& field : chosen->optional_form) {
      if (pick(2) == 0) out.form.emplace_back(field, word_for(field));
    }
    if (!chosen->rows.empty()) out.rows = {{chosen->rows[0], {{{"材料名", "票据"}}}}};
    return out;
  }

  void step(Date on) {
    record::Dataset data = read();
    const StepRequest request = draw(data, on);
    const auto outcome = procedure::take_step(set_, data, request);
    ASSERT_TRUE(outcome.has_value()) << outcome.error().to_string(Language::kEnglish);
    if (!outcome->refusals.empty()) {
      EXPECT_TRUE(outcome->versions.empty());
      ++refused_;
      return;
    }
    record::ChangeSet change_set;
    change_set.recorded_at = store_.change_sets()->back().recorded_at;
    change_set.author = "测试";
    change_set.reason = request.procedure + "." + request.transition;
    change_set.versions = outcome->versions;
    const auto applied = store_.apply(*set_.catalogue, change_set);
    ASSERT_TRUE(applied.has_value()) << applied.error().to_string(Language::kEnglish);
    ++taken_;
    // Who has read what was there before comes too late.
    EXPECT_EQ(store_.apply(*set_.catalogue, change_set).error().code, ErrorCode::kConflict);
    check();
  }

  // Every case stands where its steps lead, each from where the one before it led.
  void check() {
    const record::Dataset data = read();
    const CaseBook book(set_, data);
    for (const policy::Procedure& procedure : set_.procedures) {
      for (const CaseRef& one : book.cases(procedure)) {
        SCOPED_TRACE(procedure.name + " " + book.shown(one));
        std::string state;
        int64_t order = 0;
        Date last = *Date::parse_iso("0001-01-01");
        for (const procedure::StepTaken& step : book.steps(one)) {
          EXPECT_EQ(step.order, ++order);
          EXPECT_EQ(step.from, state);
          EXPECT_LE(last, step.on);
          last = step.on;
          const policy::Transition* transition = procedure.find_transition(step.transition);
          ASSERT_NE(transition, nullptr);
          const auto& from = transition->from;
          EXPECT_TRUE(state.empty() ? from.empty()
                                    : std::find(from.begin(), from.end(), state) != from.end());
          if (!step.to.empty()) state = step.to;
        }
        EXPECT_EQ(book.standing(one).state, state);
        EXPECT_GT(order, 0);
      }
    }
  }

  const policy::PolicySet& set_;
  record::RecordStore& store_;
  std::mt19937 random_;
  size_t taken_ = 0;
  size_t refused_ = 0;
};

TEST(CaseWalk, EveryCaseStandsWhereItsStepsLead) {
  const auto set = policies();
  size_t taken = 0;
  size_t refused = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(seed);
    const TemporaryFolder folder;
    const std::string data = folder.file("data");
    const Store store = make_directory(data, *set);
    ASSERT_NE(store, nullptr);
    Walk walk(*set, *store, seed);
    walk.run(200);
    taken += walk.taken();
    refused += walk.refused();
  }
  EXPECT_GT(taken, 40U) << "the walks are to get somewhere";
  EXPECT_GT(refused, 40U);
}

TEST(CaseWalk, GoesTheSameWayOnPostgres) {
  if (!store::PostgresCluster::available()) GTEST_SKIP() << store::PostgresCluster::missing();
  const auto set = policies();
  const TemporaryFolder folder;
  const Store here = make_directory(folder.file("here"), *set);
  const Store there =
      make_directory(folder.file("there"), *set, store::PostgresCluster::instance()->new_address());
  ASSERT_TRUE(here != nullptr && there != nullptr);
  Walk one(*set, *here, 7);
  Walk other(*set, *there, 7);
  one.run(100);
  other.run(100);
  EXPECT_GT(one.taken(), 5U);
  EXPECT_EQ(one.taken(), other.taken());
  EXPECT_EQ(one.refused(), other.refused());
}

}  // namespace
}  // namespace dandang::tests
