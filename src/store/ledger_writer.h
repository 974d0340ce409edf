#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/canonical.h"
#include "store/leaf_writer.h"
#include "store/ledger_log.h"

namespace dandang::store {

// Writes each change set's leaf. What it remembers grows with the types written, not with versions.
class LedgerLeafWriter : public LeafWriter {
 public:
  Result<void> begin(SqlConnection& connection) override;
  Result<Seal> seal(const VersionRow& row) override;
  Result<void> finish(SqlConnection& connection, const record::ChangeSet& change_set,
                      const record::ApplyOutcome& outcome) override;

 private:
  // A type of this change set.
  struct Written {
    const record::RecordType* type = nullptr;
    int64_t first_version = 0;
    std::vector<size_t> fields;  // rising by the bytes of their names
  };
  Written& written(const VersionRow& row);
  void put_attributes(const VersionRow& row);

  std::optional<ledger::Hasher> hasher_;  // of this store, once known
  Salts salts_;
  std::map<std::string, Written> types_;  // by name
  Written* last_ = nullptr;               // versions of one type come in long runs
  ledger::Canonical canonical_;
};

// Gives every store that has change sets and no leaves its ledger: seals all rows and writes a leaf
// a change set, in their order. Within a transaction; memory does not grow with the store.
Result<void> write_ledger_of_before(SqlConnection& connection);

}  // namespace dandang::store
