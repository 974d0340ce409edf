#include "evaluation/package_tests.h"

#include <algorithm>

#include "base/text.h"
#include "evaluation/cell_word.h"
#include "record/version.h"

namespace dandang::evaluation {

using feel::Value;
using policy::TestCase;
using policy::TestExpectation;
using policy::TestStep;
using record::Field;
using record::FieldKind;
using record::RecordType;

namespace {

const std::string kPersonName = "姓名";

// Weights of GB 11643; the region 610799 is not assigned, so nobody real is meant.
std::string invented_identity_number(size_t serial) {
  static constexpr int kWeights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  std::string number = "61079919" + std::to_string(70 + serial / 900 % 30) + "0101";
  std::string order = std::to_string(serial % 900 + 100);
  number += order;
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) sum += (number[i] - '0') * kWeights[i];
  return number + "10X98765432"[static_cast<size_t>(sum % 11)];
}

class DatasetBuilder {
 public:
  DatasetBuilder(const policy::PolicySet& set, Diagnostics& diagnostics)
      : set_(set), data_(set.catalogue), diagnostics_(diagnostics) {
    for (const RecordType& type : set.catalogue->types) {
      if (type.key.size() != 1) continue;
      const Field* key = type.find_field(type.key[0]);
      if (key != nullptr && key->kind == FieldKind::kIdentityNumber) person_ = &type;
    }
  }

  record::Dataset build(const TestCase& test, const TestStep& step) {
    for (const policy::TestRecords& records : test.given) collect_people(records);
    for (const policy::TestRecords& records : test.given) add_records(records);
    name_in_steps(test);
    add_missing_targets();
    cover(test, step);
    data_.resolve_refs();
    return std::move(data_);
  }

 private:
  const Field* person_field(const RecordType& type) const {
    for (const Field& field : type.fields) {
      if (field.kind == FieldKind::kRef && person_ != nullptr && field.ref_type == person_->name) {
        return &field;
      }
    }
    return nullptr;
  }

  const std::string& identity_of(const std::string& name) {
    const auto found = people_.find(name);
    if (found != people_.end()) return found->second;
    return people_.emplace(name, invented_identity_number(people_.size())).first->second;
  }

  void collect_people(const policy::TestRecords& records) {
    for (size_t c = 0; c < records.header.size(); ++c) {
      if (records.header[c] != kPersonName) continue;
      for (const auto& row : records.rows) identity_of(row[c]);
    }
  }

  // Whom steps name exists, as those that tables name do. What a test calls a case is no record
  // yet.
  void name_in_steps(const TestCase& test) {
    std::map<std::string, std::string> procedures;  // by label
    for (const policy::TestAction& action : test.steps) {
      if (!action.procedure.empty()) procedures.emplace(action.label, action.procedure);
      for (const auto& [procedure, label] : action.opened) procedures.emplace(label, procedure);
    }
    for (const policy::TestAction& action : test.steps) {
      for (const std::string& name : action.by) identity_of(name);
      const auto label = procedures.find(action.label);
      const policy::Procedure* procedure = set_.find_procedure(
          !action.procedure.empty() || label == procedures.end() ? action.procedure
                                                                 : label->second);
      if (procedure == nullptr) continue;
      const auto note = [&](const std::string& type_name, const std::string& field_name,
                            const std::string& word) {
        const RecordType* type = set_.catalogue->find_type(type_name);
        const Field* field = type != nullptr ? type->find_field(field_name) : nullptr;
        if (field == nullptr && type != nullptr && field_name == kPersonName) {
          field = person_field(*type);
        }
        const bool is_record = field != nullptr && field->kind == FieldKind::kRef &&
                               !word.empty() && word != "unknown" && !procedures.contains(word);
        if (is_record) cell_of(*field, word, action.place);
      };
      for (const auto& [field, word] : action.with) note(procedure->cases, field, word);
      for (const policy::TestRecords& records : action.rows) {
        for (const auto& row : records.rows) {
          for (size_t c = 0; c < row.size(); ++c) note(records.type, records.header[c], row[c]);
        }
      }
    }
  }

  // The cell a test's word means; blank for an empty one.
  Cell cell_of(const Field& field, const std::string& word, const Place& place) {
    if (word.empty()) return {};
    if (field.kind == FieldKind::kRef) {
      const RecordType* target = set_.catalogue->find_type(field.ref_type);
      const std::string key = target == person_ ? identity_of(word) : word;
      targets_.emplace(field.ref_type, word);
      return record::key_text({key});
    }
    if (auto cell = cell_of_word(*set_.catalogue, field, word)) return *std::move(cell);
    diagnostics_.error("test-value", place,
                       {"“" + word + "”不是 " + field.name + " 的值",
                        "\"" + word + "\" is not a value of " + field.name});
    return {};
  }

  void add_records(const policy::TestRecords& records) {
    const RecordType* type = set_.catalogue->find_type(records.type);
    if (type == nullptr) return;
    for (size_t r = 0; r < records.rows.size(); ++r) {
      std::vector<Cell> cells(type->fields.size());
      for (size_t c = 0; c < records.header.size(); ++c) {
        const std::string& word = records.rows[r][c];
        const auto field = type->field_index(records.header[c]);
        if (field) {
          cells[*field] = cell_of(type->fields[*field], word, records.row_places[r]);
        } else if (const Field* person = person_field(*type); person != nullptr) {
          cells[*type->field_index(person->name)] = cell_of(*person, word, records.row_places[r]);
        }
        if (type == person_ && records.header[c] == kPersonName) {
          cells[*type->field_index(person_->key[0])] = identity_of(word);
        }
      }
      append(*type, std::move(cells));
    }
  }

  void append(const RecordType& type, std::vector<Cell> cells) {
    record::NewVersion version;
    version.type = type.name;
    version.key = record::key_of(type, cells);
    if (type.repeats) version.key = record::key_text({version.key, std::to_string(++serial_)});
    version.cells = std::move(cells);
    record::set_valid_time(type, version);
    version.valid_assumed = false;
    keys_.emplace(type.name, version.key);
    data_.append(*set_.catalogue->type_index(type.name), version, 1);
    note_coverage(type, version.cells);
  }

  void note_coverage(const RecordType& type, const std::vector<Cell>& cells) {
    std::vector<std::string> values;
    for (const std::string& key : type.absence_keys) {
      const size_t i = *type.field_index(key);
      values.push_back(record::to_display(type.fields[i], cells[i]));
    }
    covered_[type.name].insert(values);
  }

  // People and units named by the tables but not given themselves exist, with nothing known of
  // them.
  void add_missing_targets() {
    if (person_ != nullptr) {
      for (const auto& [name, number] : people_) {
        if (keys_.contains({person_->name, record::key_text({number})})) continue;
        std::vector<Cell> cells(person_->fields.size());
        cells[*person_->field_index(person_->key[0])] = number;
        if (const auto field = person_->field_index(kPersonName)) cells[*field] = name;
        append(*person_, std::move(cells));
      }
    }
    for (const auto& [type_name, word] : targets_) {
      const RecordType* type = set_.catalogue->find_type(type_name);
      if (type == nullptr || type == person_ || type->key.size() != 1 ||
          keys_.contains({type_name, record::key_text({word})})) {
        continue;
      }
      std::vector<Cell> cells(type->fields.size());
      cells[*type->field_index(type->key[0])] = word;
      append(*type, std::move(cells));
    }
  }

  void cover(const TestCase& test, const TestStep& step) {
    for (const policy::TestRecords& records : test.given) {
      // A table that is given is a list taken in, even without rows.
      if (covered_[records.type].empty()) covered_[records.type].insert(std::vector<std::string>());
    }
    if (step.has_coverage) {
      for (const auto& [type, keys] : step.coverage) {
        covered_.erase(type);
        for (const std::string& key : keys) covered_[type].insert({key});
      }
    }
    for (const auto& [type, entries] : covered_) {
      for (const auto& values : entries) {
        record::Coverage coverage;
        coverage.type = type;
        coverage.key_values = values;
        data_.add_coverage(coverage);
      }
    }
  }

  const policy::PolicySet& set_;
  record::Dataset data_;
  Diagnostics& diagnostics_;
  const RecordType* person_ = nullptr;
  std::map<std::string, std::string> people_;
  std::set<std::pair<std::string, std::string>> targets_;
  std::set<std::pair<std::string, std::string>> keys_;
  std::map<std::string, std::set<std::vector<std::string>>> covered_;
  size_t serial_ = 0;
};

std::string missing_text(const feel::Cause& cause) {
  std::string out = cause.record;
  if (!cause.field.empty()) out += " " + cause.field;
  if (!cause.key.empty()) out += " " + cause.key;
  return out;
}

class Runner {
 public:
  Runner(const policy::PolicySet& set, TestOutcome& outcome, Diagnostics& diagnostics)
      : set_(set), diagnostics_(diagnostics), outcome_(outcome) {}

  void run() {
    for (const TestCase& test : set_.tests) {
      if (!test.steps.empty()) continue;
      ++outcome_.tests;
      run_step(test, test.first);
      for (TestStep step : test.also) {
        if (!step.as_of) step.as_of = test.first.as_of;
        if (!step.has_coverage && test.first.has_coverage) {
          step.has_coverage = true;
          step.coverage = test.first.coverage;
        }
        for (const auto& [name, value] : test.first.parameters)
          step.parameters.emplace(name, value);
        run_step(test, step);
      }
    }
  }

  void run_step(const TestCase& test, const TestStep& step) {
    if (!step.as_of) return;
    run_step(test, step, dataset_of(set_, test, step, diagnostics_));
  }

  void run_step(const TestCase& test, const TestStep& step, const record::Dataset& data) {
    RunOptions options;
    for (const TestExpectation& expectation : step.expect)
      options.rules.push_back(expectation.rule);
    options.overrides = overrides_of(test, step);
    Run run(set_, data, *step.as_of, std::move(options));
    const std::vector<Finding> findings = run.findings();
    for (const Finding& finding : findings)
      outcome_.reached[finding.rule->id].insert(finding.verdict);
    for (const TestExpectation& expectation : step.expect) {
      check_expectation(test, step, expectation, findings, run.model());
    }
  }

 private:
  static bool is_about(const Finding& finding, const std::string& subject, const Model& model) {
    return finding.subject_key == subject || model.name_of(finding.subject) == subject;
  }

  static std::string told(const Finding& finding) {
    if (finding.verdict == Verdict::kMet && !finding.amount.is_null()) {
      return finding.amount.to_string();
    }
    return verdict_id(finding.verdict);
  }

  void check_expectation(const TestCase& test, const TestStep& step,
                         const TestExpectation& expectation, const std::vector<Finding>& findings,
                         const Model& model) {
    std::set<const Finding*> named;
    for (const auto& [subject, expected] : expectation.by_subject) {
      ++outcome_.expectations;
      const Finding* found = nullptr;
      for (const Finding& finding : findings) {
        if (finding.rule->id == expectation.rule && is_about(finding, subject, model)) {
          found = &finding;
        }
      }
      if (found != nullptr) named.insert(found);
      compare(test, step, expectation, subject, expected, found);
    }
    if (!expectation.others) return;
    for (const Finding& finding : findings) {
      if (finding.rule->id != expectation.rule || named.contains(&finding)) continue;
      ++outcome_.expectations;
      compare(test, step, expectation, model.name_of(finding.subject), *expectation.others,
              &finding);
    }
  }

  void compare(const TestCase& test, const TestStep& step, const TestExpectation& expectation,
               const std::string& subject, const std::string& expected, const Finding* found) {
    const std::string actual = found == nullptr ? "none" : told(*found);
    const auto a = Decimal::parse(actual);
    const auto b = Decimal::parse(expected);
    // An amount's verdict may be asked for as well as the amount.
    const bool met_with_amount =
        expected == "met" && found != nullptr && found->verdict == Verdict::kMet;
    if (actual != expected && !(a && b && *a == *b) && !met_with_amount) {
      fail(expectation.place, test, step, expectation.rule + " " + subject, expected, actual,
           found);
    }
    const auto rule = step.missing.find(expectation.rule);
    if (found == nullptr || rule == step.missing.end()) return;
    const auto wanted = rule->second.find(subject);
    if (wanted == rule->second.end()) return;
    std::vector<std::string> told_missing;
    for (const feel::Cause& cause : found->missing) told_missing.push_back(missing_text(cause));
    if (told_missing != wanted->second) {
      fail(expectation.place, test, step, expectation.rule + " " + subject,
           join(wanted->second, "、"), join(told_missing, "、"), nullptr);
    }
  }

  void fail(const Place& place, const TestCase& test, const TestStep& step, const std::string& what,
            const std::string& expected, const std::string& actual, const Finding* found) {
    ++outcome_.failed;
    std::string missing;
    if (found != nullptr) {
      for (const feel::Cause& cause : found->missing) {
        missing += (missing.empty() ? "" : "、") + missing_text(cause) + cause.note.zh;
      }
    }
    const std::string day = step.as_of->to_string();
    diagnostics_.error("test-failed", place,
                       {"测试“" + test.title + "”（" + day + "）" + what + "：应为 " + expected +
                            "，实为 " + actual,
                        "test \"" + test.title + "\" (" + day + ") " + what + ": expected " +
                            expected + ", got " + actual},
                       missing.empty() ? Text{} : Text{"缺：" + missing, "missing: " + missing});
  }

  const policy::PolicySet& set_;
  Diagnostics& diagnostics_;
  TestOutcome& outcome_;
};

}  // namespace

record::Dataset dataset_of(const policy::PolicySet& set, const TestCase& test, const TestStep& step,
                           Diagnostics& diagnostics) {
  return DatasetBuilder(set, diagnostics).build(test, step);
}

Overrides overrides_of(const TestCase& test, const TestStep& step) {
  Overrides out;
  for (const auto& [name, value] : step.parameters) {
    out.parameters[name] = value == "unset" ? std::nullopt : std::optional<std::string>(value);
  }
  out.measures = test.set;
  return out;
}

void run_rule_tests(const policy::PolicySet& set, TestOutcome& outcome, Diagnostics& diagnostics) {
  Runner(set, outcome, diagnostics).run();
}

void check_expectations(const policy::PolicySet& set, const TestCase& test, const TestStep& step,
                        const record::Dataset& data, TestOutcome& outcome,
                        Diagnostics& diagnostics) {
  Runner(set, outcome, diagnostics).run_step(test, step, data);
}

void require_reached(const policy::PolicySet& set, TestOutcome& outcome, Diagnostics& diagnostics) {
  for (const policy::Rule& rule : set.rules) {
    const std::set<Verdict>& reached = outcome.reached[rule.id];
    std::vector<std::string> lacking;
    if (!reached.contains(Verdict::kMet)) lacking.emplace_back("met");
    // A rule that only gives an amount is met or unknown, never not met.
    if (!reached.contains(Verdict::kNotMet) && (rule.when.written() || rule.is_duty)) {
      lacking.emplace_back("not_met");
    }
    if (!reached.contains(Verdict::kInsufficient) && !reached.contains(Verdict::kNotConfigured)) {
      lacking.emplace_back("insufficient");
    }
    if (lacking.empty()) continue;
    diagnostics.error("test-reach", rule.place,
                      {"规则 " + rule.id + " 的测试没有得出过：" + join(lacking, "、"),
                       "no test of rule " + rule.id + " reaches: " + join(lacking, ", ")},
                      {"在 ```test 里补上这样的人", "add such a person to a ```test"});
  }
}

TestOutcome run_package_tests(const policy::PolicySet& set, Diagnostics& diagnostics) {
  TestOutcome outcome;
  run_rule_tests(set, outcome, diagnostics);
  require_reached(set, outcome, diagnostics);
  return outcome;
}

}  // namespace dandang::evaluation
