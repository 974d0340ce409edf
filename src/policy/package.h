#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "dmn/decision_table.h"
#include "dmn/table_analysis.h"
#include "feel/ast.h"
#include "feel/types.h"
#include "record/record_type.h"

// Packages of policy as data: what the Markdown files declare, after reading and after linking.
// docs/packages.md describes the format.
namespace dandang::policy {

// A FEEL text of a declaration; null `expression` means it was not written or is wrong.
struct Formula {
  feel::Source source;
  std::shared_ptr<const feel::Expression> expression;
  feel::TypePtr type;
  Place place;

  bool written() const { return !source.text.empty(); }
  explicit operator bool() const { return expression != nullptr; }
};

// From which day to which day a declaration holds; both ends inside. No value: unbounded.
struct Validity {
  std::optional<Date> from;
  std::optional<Date> to;

  bool holds_on(Date day) const { return (!from || *from <= day) && (!to || day <= *to); }
};

enum class ParameterSource { kText, kLaw, kLocal, kReading };
enum class ParameterType { kNumber, kText, kDate, kFlag };

struct ParameterVersion {
  std::optional<std::string> value;  // none: the authority must set it
  Validity validity;
  Place place;
};

struct Parameter {
  std::string name;
  std::string package;
  std::string clause;  // "N4"
  std::string label_en;
  std::string unit;
  ParameterSource source = ParameterSource::kLocal;
  ParameterType type = ParameterType::kNumber;
  Text law;
  Text why;
  std::optional<Decimal> min;  // kNumber: what may be set, both ends inside
  std::optional<Decimal> max;
  std::vector<ParameterVersion> versions;
  Place place;
};

// How long records of a type are kept before they may be deleted (docs/retention.md). A type
// without one keeps its records for ever.
struct Retention {
  enum class From {
    kField,       // a date of the record, or of one it refers to
    kWithdrawn,   // the day it was withdrawn
    kSuperseded,  // of each former version, the day it was replaced or withdrawn
  };
  enum class Then {
    kDelete,
    kReview,  // each is decided on by itself
  };
  std::string package;
  Formula keep;  // years, or a duration
  From from = From::kField;
  std::vector<std::string> path;  // kField: refs, and a field with a date or year at their end
  Then then = Then::kReview;
  Text basis;
  Place place;
  Place from_place;
};

// A named value on a record type, a group, or (empty `on`) the whole run. Which parts are used
// depends on the kind.
struct Measure {
  enum class Kind { kValue, kPick, kStreak, kRank, kAggregate };
  std::string name;
  std::string package;
  std::string clause;
  std::string label_en;
  std::string on;
  Kind kind = Kind::kValue;
  std::vector<std::string> args;  // kValue: then it is a function
  Formula value;                  // kValue; kRank, kAggregate: what is ranked or aggregated
  std::string over;               // kPick, kStreak: the record type
  Formula where;                  // kPick
  std::string latest;  // kPick: of several rows the one with the latest value of this field
  std::string by;      // kStreak: the field that counts periods
  std::string each;    // kStreak: a streak for each value of this field
  Formula ending;      // kStreak: the last period
  Formula length;      // kStreak: how many
  Formula holds;       // kStreak: what must hold in each
  std::vector<std::string> within;  // kRank, kAggregate: the group's fields
  bool descending = true;           // kRank: the largest is first
  Formula least;                    // kRank: smaller groups have no places
  std::string function;             // kAggregate: max, min, sum, mean, count
  feel::TypePtr type;
  Validity validity;
  Place place;
};

// A group of records that a rule can be about.
struct Subject {
  std::string name;
  std::string package;
  std::string clause;
  std::string label_en;
  std::string of;               // the record type grouped
  std::vector<std::string> by;  // its fields that make the group
  std::string key;              // what a finding prints; default: all of `by`
  Formula where;                // which records take part
  Formula exists;               // whether a group counts, over `members`
  Place place;
};

enum class Force { kMust, kMay, kEncourages, kOrients, kForbids };
enum class Bearing { kFor, kAgainst, kNeutral };

struct Rule {
  std::string id;
  std::string name;
  std::string package;
  std::string clause;
  bool is_duty = false;
  std::string subject;  // record type or Subject
  Force force = Force::kOrients;
  Bearing bearing = Bearing::kNeutral;
  Text title;
  Text finding;
  Text law;
  Formula year;   // bound to the name 年
  Formula needs;  // else insufficient, with this reason
  Text needs_reason;
  Formula when;
  Formula gives;
  std::string unit;
  std::vector<std::pair<std::string, Formula>> flags;
  std::string opens;         // the procedure it proposes
  bool totals_only = false;  // evidence is counts and sums, never single records
  // Duties.
  std::string owes;
  std::string to;
  Formula for_each;  // whom it is owed to
  Formula due;
  Formula done;
  Formula excused;
  Validity validity;
  Place place;
};

// A column of a decision table as its header writes it: "种类: code 处分种类".
struct DecisionColumn {
  std::string name;
  std::string type;  // behind the colon; of an output: its values, the foremost first
  Place place;
};

struct Decision {
  std::string name;
  std::string package;
  std::string clause;
  dmn::DecisionTable table;
  std::vector<DecisionColumn> inputs;
  std::vector<DecisionColumn> outputs;
  bool partial = false;                   // leaves gaps on purpose
  std::vector<dmn::InputDomain> domains;  // what each input can be; set when linked
  std::vector<std::string> code_lists;    // one an input: its code list, or empty; set when linked
  feel::TypePtr result;
  Validity validity;
  Place place;
};

// One table of records a test gives.
struct TestRecords {
  std::string type;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<Place> row_places;
  Place place;
};

struct TestExpectation {
  std::string rule;
  std::vector<std::pair<std::string, std::string>> by_subject;  // subject -> verdict or amount
  std::optional<std::string> others;
  Place place;
};

struct TestStep {
  std::optional<Date> as_of;
  std::vector<TestExpectation> expect;
  std::vector<std::pair<std::string, std::vector<std::string>>> coverage;
  bool has_coverage = false;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> missing;
  std::map<std::string, std::string> parameters;
  Place place;
};

struct TestCase {
  std::string title;
  std::string package;
  std::string clause;
  std::map<std::string, std::string> set;  // measures fixed to a value
  std::vector<TestRecords> given;
  TestStep first;
  std::vector<TestStep> also;
  Place place;
};

struct Clause {
  std::string id;  // "N4"
  int number = 0;
  Text title;
  std::string mechanism;
  std::vector<std::string> sense_zh;  // paragraphs
  std::vector<std::string> sense_en;
  std::string file;
};

// By what counts of people are broken down: a value of each record of a type.
struct Breakdown {
  std::string of;  // the record type; empty: none is declared
  Formula by;
  Text label;
  Place place;
};

struct Package {
  std::string id;  // the folder's name
  std::string prefix;
  int clause_count = 0;
  bool complete = false;
  Text title;
  Text issuer;
  std::string document_number;
  Text applies_to;
  std::vector<std::string> uses;  // package ids
  Validity validity;
  Breakdown breakdown;
  std::vector<Clause> clauses;
  Place place;
};

// Everything the packages in force declare, linked.
struct PolicySet {
  std::vector<Package> packages;
  std::shared_ptr<record::Catalogue> catalogue = std::make_shared<record::Catalogue>();
  std::vector<Parameter> parameters;
  std::vector<Measure> measures;
  std::vector<Subject> subjects;
  std::vector<Rule> rules;
  std::vector<Decision> decisions;
  std::vector<TestCase> tests;
  // Formulas of record types: by type and field (blank) or check.
  std::map<std::pair<std::string, std::string>, Formula> blank_formulas;
  std::map<std::string, std::vector<Formula>> check_formulas;
  std::map<std::string, Retention> retentions;  // by record type

  const Package* find_package(std::string_view id) const;
  const Clause* find_clause(std::string_view id) const;
  // Whether names of `other` can be used in `package`: itself, or among its uses.
  bool in_view(std::string_view package, std::string_view other) const;
};

const char* force_word(Force force, Language language);
const char* source_word(ParameterSource source, Language language);

}  // namespace dandang::policy
