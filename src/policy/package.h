#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
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

// A name that a formula reads outside of itself, as the type checker found it.
struct NameRead {
  enum class Kind {
    kMember,   // of records of the type, of a group, or of a package ("@id")
    kGlobal,   // looked up as names of the formula's package are
    kUntyped,  // a member of something of no known type: of any record that has one of that name
  };
  Kind kind = Kind::kGlobal;
  std::string type;  // kMember
  std::string name;

  auto operator<=>(const NameRead&) const = default;
};

// A FEEL text of a declaration; null `expression` means it was not written or is wrong.
struct Formula {
  feel::Source source;
  std::shared_ptr<const feel::Expression> expression;
  feel::TypePtr type;
  std::set<NameRead> reads;  // set when linked
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

// Where the words of a declaration stand, by key and word ("by", "承办机关"); the key's own place
// under the empty word. For diagnostics only.
class WordPlaces {
 public:
  void note(const std::string& key, const std::string& word, const Place& place) {
    places_.emplace(std::pair(key, word), place);
  }
  void add(const WordPlaces& more) { places_.insert(more.places_.begin(), more.places_.end()); }
  // `otherwise` where nothing was noted.
  const Place& of(const std::string& key, const std::string& word, const Place& otherwise) const {
    const auto at = places_.find({key, word});
    return at == places_.end() ? otherwise : at->second;
  }

 private:
  std::map<std::pair<std::string, std::string>, Place> places_;
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

// Who may act: over a person, 经办人 (docs/procedures.md).
struct Role {
  std::string name;
  std::string package;
  std::string clause;
  std::string label_en;
  Formula holds;  // of a procedure's own role also over the case
  Place place;
};

// A record type whose rows are days on which work differs from the days of the week. Gives the
// functions 是NAME, NAME后, NAME数 and NAME顺延.
struct WorkCalendar {
  std::string name;
  std::string package;
  std::string clause;
  std::string label_en;
  std::string over;  // record type
  std::string day;   // its fields: the day,
  std::string kind;  // what it is,
  std::string off;   // and the words for a day off
  std::string on;    // and a day worked
  WordPlaces words;
  Place place;
};

// The record type that keeps what was done in cases; there is one in a set. Each member names the
// field that keeps it.
struct StepsType {
  std::string type;
  std::string procedure;   // text: the procedure's name
  std::string case_key;    // text: the case's key as shown
  std::string order;       // number: 1, 2 … within the case
  std::string transition;  // text
  std::string by;          // ref to the person
  std::string role;        // text: as what they acted
  std::string on;          // day
  std::string from;        // text: the state left; blank when the case is opened
  std::string to;          // text: the state reached; blank while a second person is awaited
  std::string content;     // text: the form as entered, JSON
  std::string cites;       // text: findings cited, "N5.R2 met; …"
  WordPlaces words;
  Place place;
};

struct CaseState {
  std::string name;
  std::string label_en;
  bool final = false;
  Place place;
};

// Records a step writes beside the case's own: fields of a record type, each a formula over the
// case. A record of the same key gets a new version that keeps the fields not named.
struct CaseWrite {
  std::string type;
  std::vector<std::pair<std::string, Formula>> fields;
  Formula when;      // only if true; not written: always
  Formula for_each;  // a list: one record an item, named 每项
  WordPlaces words;
  Place place;
};

// Cases a step opens in its own transaction: through an opening transition of that procedure.
struct CaseOpening {
  std::string procedure;
  std::string transition;
  std::vector<std::pair<std::string, Formula>> fields;  // its form, each a formula over this case
  Formula when;
  WordPlaces words;
  Place place;
};

struct Transition {
  std::string name;
  Text title;
  std::vector<std::string> from;  // states; empty: opens a case
  std::string to;                 // the state reached, unless it is chosen
  std::string choose;             // a form field whose value chooses the state …
  std::vector<std::pair<std::string, std::string>> chosen;  // … value -> state
  std::vector<std::string> by;                              // roles; any of them
  std::vector<std::string> opened_by;      // "procedure.transition" that may open it; then `by` may
                                           // be empty
  int persons = 1;                         // 2: two persons one after the other with the same form
  Formula not_by;                          // a person or a list of persons who may not act
  std::vector<std::string> form;           // fields of the case's type that must be entered
  std::vector<std::string> optional_form;  // fields that may be
  std::vector<std::string> rows;  // record types with a ref to the case, entered along with it
  std::vector<std::string> optional_rows;  // … of which there may be none
  std::vector<std::string> cites;          // rules one of which must be met for the case's subject
  std::string departs;                     // field with a reason that stands instead of a finding
  Formula when;                            // offered only if true
  Formula not_before;                      // a date
  Formula until;                           // a date, inside
  Formula due;                             // a date: when the step is expected
  Formula wanted;                          // whether the step is awaited; not written: yes
  std::vector<std::string> escalate_to;    // roles told after …
  Formula escalate_after;                  // … this date
  std::vector<std::pair<std::string, Formula>> sets;  // fields of the case
  std::vector<CaseWrite> writes;
  std::vector<CaseOpening> opens;
  std::vector<std::string> documents;
  std::string mark;  // what counting these steps counts
  Text law;
  WordPlaces words;
  Place place;
};

// "Every way from one state to another passes a third": proved by check.
struct NeverWithout {
  std::string from;
  std::string to;
  std::string without;
  WordPlaces words;
  Place place;
};

// How a case goes: a state machine over the records of one type. docs/procedures.md.
struct Procedure {
  std::string name;
  std::string package;
  std::string clause;
  std::string label_en;
  Text title;
  std::string cases;         // record type: a case is a record of it
  std::string number;        // its text field with the case's number, given by the program …
  std::string number_start;  // … as this word, the year, a dash and a running number
  std::string state;         // its field with the state; added to the type by the reader
  std::string subject;       // its ref field to whom or what the case is about; may be empty
  std::string self;          // the role the subject has in its own case; no other counts for them
  std::vector<Role> roles;   // of this procedure only; holds over the case and 经办人
  std::vector<std::string> visible;  // roles that may see cases; empty: all that may act in it
  std::vector<CaseState> states;
  std::vector<Transition> transitions;
  std::vector<NeverWithout> never;
  Validity validity;
  WordPlaces words;
  Place place;

  const Role* find_role(std::string_view role) const;  // of its own
  const Transition* find_transition(std::string_view transition) const;
  const CaseState* find_state(std::string_view state_name) const;
};

// What is never done, whoever asks. Exactly one of the three kinds.
struct Guard {
  enum class Kind { kTransition, kWrite, kDefinition };
  std::string name;
  std::string package;
  std::string clause;
  Kind kind = Kind::kTransition;
  std::vector<std::string> on;  // "procedure.transition"; record types; kinds of declaration
  Formula refuse_if;            // true refuses …
  Formula refuse_unless;        // … not true refuses; exactly one of the two, but for kDefinition
  bool unknown_refuses = true;
  std::vector<std::string> carries;                     // kDefinition: marks
  std::vector<std::string> except;                      // kDefinition: names let through
  Text message;                                         // with {placeholders}
  std::vector<std::pair<std::string, Formula>> values;  // of the placeholders
  Text law;
  Validity validity;
  WordPlaces words;
  Place place;
};

// Records put in order for people to choose from.
struct ListDeclaration {
  std::string name;
  std::string package;
  std::string clause;
  std::string label_en;
  Text title;
  std::string of;                   // record type or subject
  Formula where;                    // who is on it; unknown ones stand apart
  std::vector<std::string> except;  // names of rules: who meets one is held back and said so
  struct Order {
    Formula by;
    bool descending = false;
  };
  std::vector<Order> order;                              // ties share a place
  std::vector<std::pair<std::string, Formula>> columns;  // heading, value
  WordPlaces words;
  Place place;
};

// A paper made from a case: text with {placeholders}, which are all it can show.
struct DocumentDeclaration {
  std::string name;
  std::string package;
  std::string clause;
  std::string label_en;
  Text title;
  std::string of;  // procedure
  std::vector<std::pair<std::string, Formula>> shows;
  std::string body;        // Markdown
  bool is_public = false;  // a public notice …
  Formula withdrawn;       // … not made from this date on
  WordPlaces words;
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
  std::set<NameRead> reads;  // of its cells; set when linked
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

// A step of a case in a test.
struct TestAction {
  std::optional<Date> on;
  std::vector<std::string> by;  // short names; two where two persons act
  std::string procedure;
  std::string transition;
  std::string label;  // what the test calls the case; of an opening: from here on
  std::vector<std::pair<std::string, std::string>> with;  // field -> word; "unknown" is a blank
  std::vector<TestRecords> rows;
  std::vector<std::string> cites;
  std::optional<std::string> state;           // reached
  std::vector<std::string> refused;           // exactly these refusals
  std::map<std::string, std::string> values;  // placeholders of a refusal, fields of the case
  std::map<std::string, std::string> opened;  // procedure -> label of the case it opened
  // Without a transition: what rules say on that day.
  std::vector<TestExpectation> expect;
  WordPlaces words;
  Place place;
};

struct TestCase {
  std::vector<TestAction> steps;
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
  Formula unit;  // whose duties and reports a record counts among, usually a ref; may be left out
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

// The names formulas of procedures know beside the case's own (docs/procedures.md).
inline constexpr const char* kActingPerson = "经办人";    // the person who acts
inline constexpr const char* kThisCase = "本案";          // the case's record
inline constexpr const char* kStepsSoFar = "步骤";        // records of the steps' type, in order
inline constexpr const char* kEnteredState = "进入日期";  // the day it came into its state
inline constexpr const char* kEachItem = "每项";          // of `for_each`: the item

// The record type of persons: the one whose only key field is an identity number. Null if there is
// none.
const record::RecordType* person_type(const record::Catalogue& catalogue);

// Everything the packages in force declare, linked.
struct PolicySet {
  std::vector<Package> packages;
  std::shared_ptr<record::Catalogue> catalogue = std::make_shared<record::Catalogue>();
  std::vector<Parameter> parameters;
  std::vector<Measure> measures;
  std::vector<Subject> subjects;
  std::vector<Rule> rules;
  std::vector<Decision> decisions;
  std::vector<Role> roles;
  std::vector<WorkCalendar> calendars;
  std::optional<StepsType> steps;
  std::vector<Procedure> procedures;
  std::vector<Guard> guards;
  std::vector<ListDeclaration> lists;
  std::vector<DocumentDeclaration> documents;
  std::vector<TestCase> tests;
  // Formulas of record types: by type and field (blank) or check.
  std::map<std::pair<std::string, std::string>, Formula> blank_formulas;
  std::map<std::string, std::vector<Formula>> check_formulas;
  std::map<std::string, Retention> retentions;  // by record type

  const Package* find_package(std::string_view id) const;
  const Clause* find_clause(std::string_view id) const;
  const Procedure* find_procedure(std::string_view name) const;
  // A role that formulas and procedures of the package can name: its own first; null if there is
  // none.
  const Role* find_role(std::string_view package, std::string_view name) const;
  const ListDeclaration* find_list(std::string_view name) const;
  const DocumentDeclaration* find_document(std::string_view name) const;
  // Whether names of `other` can be used in `package`: itself, or among its uses.
  bool in_view(std::string_view package, std::string_view other) const;
};

const char* force_word(Force force, Language language);
const char* source_word(ParameterSource source, Language language);

}  // namespace dandang::policy
