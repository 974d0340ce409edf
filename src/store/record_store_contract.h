#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "record/record_store.h"
#include "store/ledger_reader.h"
#include "store/sql_store.h"

// The tests every adapter of the storage port must pass are in record_store_contract_test.cc. An
// adapter's own test runs them on its stores with
//   INSTANTIATE_TEST_SUITE_P(Sqlite, RecordStoreContract, testing::Values(StoreKind{…}),
//   kind_name);
namespace dandang::store {

struct StoreKind {
  std::string name;
  // A new store without types or change sets, gone when the test program ends; `open` opens the one
  // made last once more. Null: this machine cannot, for the reason `missing` gives.
  std::function<std::unique_ptr<SqlStore>()> make_empty;
  std::function<std::unique_ptr<SqlStore>()> open;
  std::string missing = {};
  // The ledger of the store made last.
  std::function<LedgerReader()> ledger = {};
};

inline std::ostream& operator<<(std::ostream& out, const StoreKind& kind) {
  return out << kind.name;
}

inline std::string kind_name(const testing::TestParamInfo<StoreKind>& info) {
  return info.param.name;
}

class RecordStoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override {
    if (GetParam().make_empty == nullptr) GTEST_SKIP() << GetParam().missing;
  }
  std::unique_ptr<SqlStore> make_empty() { return GetParam().make_empty(); }
  // A second connection to the store made last.
  std::unique_ptr<SqlStore> open_again() { return GetParam().open(); }
  LedgerReader open_ledger() { return GetParam().ledger(); }
};

// Places of the sample types.
constexpr size_t kUnits = 0;
constexpr size_t kOfficials = 1;
constexpr size_t kAppraisals = 2;

constexpr const char* kMonday = "2025-03-24T08:00:00Z";
constexpr const char* kTuesday = "2025-03-25T08:00:00Z";
constexpr const char* kWednesday = "2025-03-26T08:00:00Z";

// What the tests write: 单位, whose 上级 is another 单位; 干部, with a field of every kind; and
// 年度考核, a list that is complete by 单位 and 年度.
std::shared_ptr<const record::Catalogue> sample_catalogue();
record::Field sample_field(std::string name, record::FieldKind kind, std::string ref_type = "");

record::NewVersion unit(const std::string& name, const std::string& parent = "");
// With a value in every field.
record::NewVersion official(const std::string& identity_number, const std::string& unit_name,
                            std::string_view score = "90.5");

record::NewVersion appraisal(const std::string& identity_number, int64_t year,
                             const std::string& grade);

record::ChangeSet change_set(const std::string& recorded_at,
                             std::vector<record::NewVersion> versions = {});

// The store with the sample types defined.
std::unique_ptr<SqlStore> defined(std::unique_ptr<SqlStore> store);
// Applies, and fails the test if that fails.
record::ApplyOutcome apply_ok(record::RecordStore& store, const record::ChangeSet& change_set);
record::Dataset load_ok(record::RecordStore& store, record::ChangeSetId known_at);
// A row's values and all that is kept beside them, refs by key.
std::string row_text(const record::Dataset& dataset, const record::Table& table, size_t row);
// Everything the port tells about the store, at every change set.
std::string logical_dump(record::RecordStore& store);

}  // namespace dandang::store
