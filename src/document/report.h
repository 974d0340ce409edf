#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "base/text.h"
#include "evaluation/run.h"

// A run's findings as a report for people: built once as a neutral model, then written as a
// printable page or as a workbook. Software finds, people decide: the wording keeps to that.
namespace dandang::document {

struct ReportInput {
  evaluation::Run& run;
  const std::vector<evaluation::Finding>& findings;
  std::string authority_name;  // may be empty
  std::string produced_at;     // given: there is no clock in here
  Language language = Language::kChinese;
};

// All texts below are in the report's language, not escaped, identity numbers whole.

struct ReportFact {
  std::string label;
  std::string value;
};

struct ReportPackage {
  std::string title;
  std::string document_number;
  std::string issuer;
};

struct VerdictCounts {
  size_t met = 0;  // excused duties among them
  size_t not_met = 0;
  size_t insufficient = 0;
  size_t not_configured = 0;
  size_t pending = 0;
  size_t excused = 0;

  size_t all() const { return met + not_met + insufficient + not_configured + pending; }
};

struct ReportTally {
  std::string label;
  size_t count = 0;
  std::string total;  // of amounts; may be empty
};

// One finding in a rule's list.
struct ReportRow {
  std::string name;
  std::string detail;  // the rest of a group's key: which course of study
  std::string identity_number;
  std::string unit;
  bool met = false;
  std::optional<Decimal> amount;  // in the rule's own unit
  std::string amount_text;
  std::vector<std::string> reasons;
  std::vector<std::string> records;  // with their sources
  size_t records_left_out = 0;
};

struct RuleReport {
  // What the list holds.
  enum class Lists { kMet, kToVerify, kNeutral, kNotDone, kGroups };

  std::string id;
  std::string name;
  std::string title;
  std::string mechanism;
  std::string clause;  // "N4"
  std::string clause_title;
  std::string document_number;
  std::string force;
  std::string law;
  std::string meaning;
  Lists lists = Lists::kMet;
  bool is_duty = false;
  bool for_everybody = false;  // an amount for each and every one says nothing by being there
  bool has_amount = false;
  bool is_money = false;  // amounts are fen
  bool listed = false;    // the page names everyone, not only the workbook
  VerdictCounts counts;
  std::string total;
  std::vector<std::string> parameters;
  std::vector<ReportRow> rows;
  std::vector<ReportTally> by_value;
  std::vector<ReportTally> by_unit;
};

struct UnitReport {
  std::string name;  // empty: findings about no single unit
  size_t officials = 0;
  size_t in_favour = 0;
  size_t to_verify = 0;
  size_t neutral = 0;
  size_t duties_not_done = 0;
  size_t insufficient = 0;
  size_t not_configured = 0;
};

struct GapPerson {
  std::string name;
  std::string detail;
  std::string identity_number;
  std::string unit;
};

// One thing that is missing, what to do, and who waits for it.
struct GapReport {
  std::string what;
  bool whole_register = false;  // never taken in: it concerns everyone alike
  std::vector<GapPerson> people;
};

struct RuleGaps {
  std::string id;
  std::string title;
  size_t findings = 0;
  std::vector<GapReport> gaps;
};

// A standard that only the authority can set, and has not.
struct OpenParameter {
  std::string name;  // qualified where ambiguous
  std::string label;
  std::string clause;
  std::string document_number;
  std::string unit;
  std::string why;
  size_t waiting = 0;  // findings
  std::string command;
};

struct UsedParameter {
  // Whose figure it is; the reader must never take one for another.
  enum class Origin { kText, kLaw, kAuthority, kReading };

  std::string label;
  std::string clause;
  std::string document_number;
  std::string value;
  std::string unit;
  Origin origin = Origin::kText;
  std::string origin_words;
  std::string basis;
  size_t findings = 0;
};

struct Report {
  Language language = Language::kChinese;
  std::string authority_name;
  std::string as_of;
  std::vector<ReportFact> facts;
  std::vector<ReportPackage> packages;
  std::vector<std::string> notes;  // what this is and what it is not
  size_t officials = 0;
  std::vector<RuleReport> rules;  // those of one mechanism together
  std::vector<UnitReport> units;  // as the register has them: not a ranking
  std::vector<ReportTally> gaps_by_register;
  std::vector<RuleGaps> gaps;
  std::vector<OpenParameter> open_parameters;
  std::vector<UsedParameter> used_parameters;
};

Report build_report(const ReportInput& input);

// Writes the form that the path's extension says, .xlsx or .html, whole or not at all.
Result<void> write_report(const Report& report, const std::string& path);

// The word for a rule's hits: 符合, 应予核实, 有此情形, 未落实.
std::string hit_word(const RuleReport& rule, Language language);

}  // namespace dandang::document
