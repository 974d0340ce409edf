#include "evaluation/run.h"

#include <algorithm>
#include <set>

#include "evaluation/columnar_run.h"

namespace dandang::evaluation {

using feel::Cause;
using feel::Value;

const char* verdict_id(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMet:
      return "met";
    case Verdict::kNotMet:
      return "not_met";
    case Verdict::kInsufficient:
      return "insufficient";
    case Verdict::kNotConfigured:
      return "not_configured";
    case Verdict::kPending:
      return "pending";
  }
  return "";
}

Text verdict_words(Verdict verdict, bool is_duty) {
  switch (verdict) {
    case Verdict::kMet:
      return is_duty ? Text{"已落实", "done"} : Text{"符合", "met"};
    case Verdict::kNotMet:
      return is_duty ? Text{"未落实", "not done"} : Text{"不符合", "not met"};
    case Verdict::kInsufficient:
      return {"资料不足", "not enough on record"};
    case Verdict::kNotConfigured:
      return {"标准未设定", "not configured"};
    case Verdict::kPending:
      return {"未到期", "not yet due"};
  }
  return {};
}

Run::Run(const policy::PolicySet& set, const record::Dataset& data, Date as_of, RunOptions options)
    : set_(set),
      as_of_(as_of),
      options_(std::move(options)),
      model_(set, data, as_of, options_.overrides) {}

Run::~Run() = default;

std::vector<const policy::Rule*> Run::rules() const {
  std::vector<const policy::Rule*> out;
  for (const policy::Rule& rule : set_.rules) {
    const policy::Package* package = set_.find_package(rule.package);
    if (!rule.validity.holds_on(as_of_)) continue;
    if (package != nullptr && !package->validity.holds_on(as_of_)) continue;
    if (!options_.rules.empty() &&
        std::find(options_.rules.begin(), options_.rules.end(), rule.id) == options_.rules.end()) {
      continue;
    }
    out.push_back(&rule);
  }
  return out;
}

namespace {

// Whom a duty does not concern gets no finding; marked by a null rule.
void withdraw(Finding& finding) {
  finding.rule = nullptr;
}

}  // namespace

bool concerns(const Finding& finding) {
  return finding.rule != nullptr;
}

void Run::conclude(Finding& finding, const Value& value) const {
  if (value.is_true()) {
    finding.verdict = Verdict::kMet;
  } else if (value.is_false()) {
    finding.verdict = Verdict::kNotMet;
  } else if (value.is_unknown()) {
    finding.missing = value.causes()->items;
    finding.verdict =
        value.causes()->has_parameter() ? Verdict::kNotConfigured : Verdict::kInsufficient;
  } else {
    finding.verdict = Verdict::kInsufficient;
    finding.missing = {
        Cause{Cause::Kind::kOther,
              "",
              "",
              "",
              {"公式对这份资料得不出值", "the formula has no value for these records"}}};
  }
}

void Run::evaluate_rule(Finding& finding, const Value* year) {
  const policy::Rule& rule = *finding.rule;
  if (rule.needs) {
    const Value needs = model_.evaluate(rule.needs, rule.package, finding.subject, year);
    if (!needs.is_true()) {
      conclude(finding, needs.is_unknown() ? needs
                                           : Value::unknown(Cause{Cause::Kind::kOther, "", "", "",
                                                                  rule.needs_reason}));
      return;
    }
  }
  if (rule.when) {
    conclude(finding, model_.evaluate(rule.when, rule.package, finding.subject, year));
    if (finding.verdict != Verdict::kMet) return;
  }
  if (rule.gives) {
    const Value amount = model_.evaluate(rule.gives, rule.package, finding.subject, year);
    if (amount.is(Value::Kind::kNumber)) {
      finding.verdict = Verdict::kMet;
      finding.amount = amount;
    } else {
      conclude(finding, amount.is_unknown() ? amount : Value());
    }
  }
}

void Run::evaluate_duty(Finding& finding, const Value* year) {
  const policy::Rule& rule = *finding.rule;
  if (rule.for_each) {
    const Value owed = model_.evaluate(rule.for_each, rule.package, finding.subject, year);
    if (owed.is_false()) return withdraw(finding);
    if (!owed.is_true()) return conclude(finding, owed);
  }
  Value excused = false;
  if (rule.excused) {
    excused = model_.evaluate(rule.excused, rule.package, finding.subject, year);
    if (excused.is_true()) {
      finding.verdict = Verdict::kMet;
      finding.excused = true;
      return;
    }
  }
  const Value done = model_.evaluate(rule.done, rule.package, finding.subject, year);
  // Not known to be excused is not "not excused": the duty is open only if it is neither.
  const Value settled = excused.is_unknown() ? feel::logical_or(excused, done) : done;
  conclude(finding, settled);
  if (finding.verdict == Verdict::kMet || !rule.due) return;
  const Value due = model_.evaluate(rule.due, rule.package, finding.subject, year);
  if (due.is_unknown()) {
    // Without a due date nothing is ever late (clauses.md P6).
    conclude(finding, Value::unknown(feel::causes_of(settled, due)));
  } else if (!due.is(Value::Kind::kDate)) {
    conclude(finding, due);
  } else if (as_of_ <= due.date()) {
    finding.verdict = Verdict::kPending;
    finding.missing.clear();
  }
}

// A parameter's value is the same for the whole run, and its use in thousands of findings.
const ParameterUse& Run::use_of(int definition) {
  const auto index = static_cast<size_t>(definition);
  if (uses_.empty()) uses_.resize(set_.parameters.size());
  std::optional<ParameterUse>& use = uses_[index];
  if (!use) {
    const policy::Parameter& parameter = set_.parameters[index];
    use = ParameterUse{&parameter, model_.parameter_value(parameter),
                       model_.set_by_authority(parameter)};
  }
  return *use;
}

void Run::forget_names() {
  names_.clear();
  uses_.clear();
}

void Run::name_subject(Finding& finding) {
  const uint64_t key = static_cast<uint64_t>(finding.subject.kind) << 32 | finding.subject.row;
  auto [names, added] = names_.try_emplace(key);
  if (added) {
    names->second = {model_.key_of(finding.subject), model_.identity_number_of(finding.subject)};
  }
  finding.subject_key = names->second.first;
  finding.identity_number = names->second.second;
}

void Run::collect_uses(Finding& finding) {
  std::vector<feel::Use>& uses = model_.evaluator().uses();
  std::set<feel::Entity> seen;
  for (const feel::Use& use : uses) {
    if (use.definition >= 0) {
      const policy::Parameter& parameter = set_.parameters[static_cast<size_t>(use.definition)];
      const bool known =
          std::any_of(finding.parameters.begin(), finding.parameters.end(),
                      [&](const ParameterUse& p) { return p.parameter == &parameter; });
      if (!known) finding.parameters.push_back(use_of(use.definition));
    } else if (model_.is_record(use.row) && seen.insert(use.row).second) {
      finding.evidence.push_back(use.row);
    }
  }
  uses.clear();
  if (finding.rule != nullptr && finding.rule->totals_only) finding.evidence.clear();
}

Finding Run::evaluate(const policy::Rule& rule, const feel::Entity& subject) {
  Finding finding;
  finding.rule = &rule;
  finding.subject = subject;
  model_.evaluator().uses().clear();
  Value year;
  if (rule.year) year = model_.evaluate(rule.year, rule.package, subject, nullptr);
  const Value* bound = rule.year ? &year : nullptr;
  if (rule.is_duty) {
    evaluate_duty(finding, bound);
  } else {
    evaluate_rule(finding, bound);
  }
  if (finding.rule == nullptr) return finding;
  if (finding.verdict == Verdict::kMet) {
    const size_t mark = model_.evaluator().uses().size();
    feel::TraceNode* trace = model_.evaluator().trace();
    model_.evaluator().trace_into(nullptr);  // flags are told by name, not argued
    for (const auto& [name, formula] : rule.flags) {
      if (formula && model_.evaluate(formula, rule.package, subject, bound).is_true()) {
        finding.flags.push_back(name);
      }
    }
    model_.evaluator().uses().resize(mark);
    model_.evaluator().trace_into(trace);
  }
  collect_uses(finding);
  name_subject(finding);
  return finding;
}

// Where the columns do not tell, or flags are to be named, the plain evaluator is asked.
void Run::add_from_columns(const policy::Rule& rule, const std::vector<feel::Entity>& subjects,
                           std::vector<Finding>& out) {
  ColumnarRun::Answer answer;
  for (const feel::Entity& subject : subjects) {
    const bool told = columns_->answer(rule, subject, answer) &&
                      (rule.flags.empty() || !answer.conclusion.is_true());
    if (!told) {
      add_plainly(rule, subject, out);
      continue;
    }
    if (answer.withdrawn) continue;
    Finding& finding = out.emplace_back();
    finding.rule = &rule;
    finding.subject = subject;
    conclude(finding, answer.conclusion);
    finding.amount = answer.amount;
    finding.excused = answer.excused;
    if (answer.pending) {
      finding.verdict = Verdict::kPending;
      finding.missing.clear();
    }
    for (const engine::Used& one : answer.used) {
      if (one.definition >= 0) {
        finding.parameters.push_back(use_of(one.definition));
      } else if (!rule.totals_only && columns_->is_record(one)) {
        finding.evidence.push_back(columns_->record(one));
      }
    }
    name_subject(finding);
  }
}

void Run::add_plainly(const policy::Rule& rule, const feel::Entity& subject,
                      std::vector<Finding>& out) {
  Finding finding = evaluate(rule, subject);
  if (concerns(finding)) out.push_back(std::move(finding));
}

bool Run::count_columns(const policy::Rule& rule, VerdictCounts& out) {
  if (columns_ == nullptr || !columns_->has(rule)) return false;
  ColumnarRun::Answer answer;
  Finding finding;
  for (const feel::Entity& subject : model_.subjects(rule.subject)) {
    switch (columns_->simple_answer(rule, subject)) {
      case ColumnarRun::Simple::kYes:
        ++out[static_cast<size_t>(Verdict::kMet)];
        continue;
      case ColumnarRun::Simple::kNo:
        ++out[static_cast<size_t>(Verdict::kNotMet)];
        continue;
      case ColumnarRun::Simple::kOther:
        break;
    }
    if (!columns_->conclusion(rule, subject, answer)) {
      const Finding plain = evaluate(rule, subject);
      if (concerns(plain)) ++out[static_cast<size_t>(plain.verdict)];
      continue;
    }
    if (answer.withdrawn) continue;
    if (!answer.pending) conclude(finding, answer.conclusion);
    ++out[static_cast<size_t>(answer.pending ? Verdict::kPending : finding.verdict)];
  }
  return true;
}

void Run::start_columns(const std::vector<const policy::Rule*>& rules) {
  if (options_.by != RunOptions::By::kColumns) return;
  columns_ = std::make_unique<ColumnarRun>(model_, rules, options_.threads);
}

std::vector<VerdictCounts> Run::counts() {
  const std::vector<const policy::Rule*> all_rules = rules();
  start_columns(all_rules);
  size_t all = 0;
  for (const policy::Rule* rule : all_rules) all += model_.subjects(rule->subject).size();
  size_t done = 0;
  std::vector<VerdictCounts> out;
  for (const policy::Rule* rule : all_rules) {
    VerdictCounts& counts = out.emplace_back();
    const std::vector<feel::Entity>& subjects = model_.subjects(rule->subject);
    if (!count_columns(*rule, counts)) {
      for (const feel::Entity& subject : subjects) {
        const Finding finding = evaluate(*rule, subject);
        if (concerns(finding)) ++counts[static_cast<size_t>(finding.verdict)];
        if (options_.progress && ++done % 512 == 0) options_.progress(done, all);
      }
      continue;
    }
    done += subjects.size();
    if (options_.progress) options_.progress(done, all);
  }
  if (options_.progress) options_.progress(all, all);
  columns_ = nullptr;
  return out;
}

std::vector<Finding> Run::findings_of(const std::vector<Asked>& asked) {
  size_t all = 0;
  std::vector<const policy::Rule*> rules;
  for (const Asked& one : asked) {
    all += one.subjects->size();
    rules.push_back(one.rule);
  }
  start_columns(rules);
  std::vector<Finding> out;
  out.reserve(all);
  size_t done = 0;
  for (const Asked& one : asked) {
    if (columns_ != nullptr && columns_->has(*one.rule)) {
      add_from_columns(*one.rule, *one.subjects, out);
      done += one.subjects->size();
      if (options_.progress) options_.progress(done, all);
      continue;
    }
    for (const feel::Entity& subject : *one.subjects) {
      add_plainly(*one.rule, subject, out);
      if (options_.progress && ++done % 512 == 0) options_.progress(done, all);
    }
  }
  if (options_.progress) options_.progress(all, all);
  columns_ = nullptr;  // a run may be kept longer than its findings are made
  return out;
}

std::vector<Finding> Run::findings() {
  std::vector<Asked> asked;
  for (const policy::Rule* rule : rules()) {
    asked.push_back({rule, &model_.subjects(rule->subject)});
  }
  return findings_of(asked);
}

}  // namespace dandang::evaluation
