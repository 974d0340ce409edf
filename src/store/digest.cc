#include "store/digest.h"

#include <optional>
#include <string>
#include <variant>

namespace dandang::store {

namespace {

using record::ChangeSet;
using record::Coverage;
using record::NewVersion;
using record::PackageFile;
using record::ParameterValue;
using record::Source;
using record::Withdrawal;

template <typename T, typename Number>
void add_optional(Sha256& digest, const std::optional<T>& value, const Number& number) {
  digest.add(int64_t{value.has_value() ? 1 : 0});
  if (value) digest.add(int64_t{number(*value)});
}

void add_day(Sha256& digest, const std::optional<Date>& day) {
  add_optional(digest, day, [](const Date& date) { return date.days(); });
}

void add_id(Sha256& digest, const std::optional<record::ChangeSetId>& id) {
  add_optional(digest, id, [](record::ChangeSetId value) { return value; });
}

void add_source(Sha256& digest, const Source& source) {
  digest.add(source.file);
  digest.add(source.sheet);
  digest.add(int64_t{source.row});
}

void add_size(Sha256& digest, size_t size) {
  digest.add(static_cast<int64_t>(size));
}

void add_cell(Sha256& digest, const Cell& cell) {
  add_size(digest, cell.index());
  if (const auto* integer = std::get_if<int64_t>(&cell)) digest.add(*integer);
  if (const auto* decimal = std::get_if<Decimal>(&cell)) digest.add(decimal->to_string());
  if (const auto* text = std::get_if<std::string>(&cell)) digest.add(*text);
}

}  // namespace

void add_to_digest(Sha256& digest, const ChangeSet& change_set) {
  for (const std::string* text : {&change_set.author, &change_set.reason, &change_set.basis}) {
    digest.add(*text);
  }
  digest.add(change_set.undoes);
  add_size(digest, change_set.coverage.size());
  for (const Coverage& coverage : change_set.coverage) {
    digest.add(coverage.type);
    add_size(digest, coverage.key_values.size());
    for (const std::string& value : coverage.key_values) digest.add(value);
    add_source(digest, coverage.source);
    digest.add(coverage.open_for);
  }
  add_size(digest, change_set.parameters.size());
  for (const ParameterValue& parameter : change_set.parameters) {
    for (const std::string* text : {&parameter.package, &parameter.name, &parameter.value,
                                    &parameter.for_body, &parameter.basis}) {
      digest.add(*text);
    }
    digest.add(int64_t{parameter.from.days()});
  }
  add_size(digest, change_set.packages.size());
  for (const PackageFile& file : change_set.packages) {
    for (const std::string* text : {&file.package, &file.path, &file.content}) digest.add(*text);
  }
  add_size(digest, change_set.withdrawals.size());
  for (const Withdrawal& withdrawal : change_set.withdrawals) {
    digest.add(withdrawal.type);
    digest.add(withdrawal.key);
    add_id(digest, withdrawal.based_on);
  }
  // Only where there are any: digests of before have nothing here.
  for (const record::NewHold& hold : change_set.holds) {
    add_size(digest, static_cast<size_t>(hold.reach));
    digest.add(hold.type);
    digest.add(hold.key);
    digest.add(int64_t{hold.from.days()});
  }
  for (const record::HoldLift& lift : change_set.lifts) {
    digest.add(lift.hold);
    digest.add(int64_t{lift.to.days()});
  }
}

void add_to_digest(Sha256& digest, const NewVersion& version) {
  digest.add(version.type);
  digest.add(version.key);
  add_size(digest, version.cells.size());
  for (const Cell& cell : version.cells) add_cell(digest, cell);
  add_day(digest, version.valid_from);
  add_day(digest, version.valid_to);
  digest.add(int64_t{version.valid_assumed ? 1 : 0});
  add_source(digest, version.source);
  add_id(digest, version.based_on);
}

}  // namespace dandang::store
