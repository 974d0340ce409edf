#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "evaluation/model.h"

namespace dandang::evaluation {

enum class Verdict {
  kMet,
  kNotMet,
  kInsufficient,   // a missing fact
  kNotConfigured,  // a parameter the authority has not set
  kPending,        // a duty that is not yet due
};

const char* verdict_id(Verdict verdict);  // "met", "not_met" …
Text verdict_words(Verdict verdict, bool is_duty);

// A parameter a finding rests on.
struct ParameterUse {
  const policy::Parameter* parameter = nullptr;
  feel::Value value;
  bool by_authority = false;
};

// What a rule says of one subject on one day.
struct Finding {
  const policy::Rule* rule = nullptr;
  feel::Entity subject;
  std::string subject_key;
  std::string identity_number;  // of the person the subject is about; may be empty
  Verdict verdict = Verdict::kInsufficient;
  feel::Value amount;  // null if the rule gives none
  std::vector<feel::Entity> evidence;
  std::vector<ParameterUse> parameters;
  std::vector<feel::Cause> missing;
  std::vector<std::string> flags;
  bool excused = false;
};

// How many findings of a rule have each verdict.
using VerdictCounts = std::array<size_t, 5>;  // by Verdict

struct RunOptions {
  std::vector<std::string> rules;  // ids; empty: all
  Overrides overrides;
  std::function<void(size_t done, size_t all)> progress;
  // The plain evaluator alone, as tests compare it with the columnar engine.
  enum class By { kColumns, kPlainEvaluator };
  By by = By::kColumns;
  unsigned threads = 2;
};

// The evaluation of every rule in force over every subject: by columns where a rule can be planned,
// and by the plain evaluator where it cannot, or where a row's answer hangs on what is not known.
// Both give the same findings.
class Run {
 public:
  Run(const policy::PolicySet& set, const record::Dataset& data, Date as_of,
      RunOptions options = {});
  ~Run();

  // In order of rule, then subject.
  std::vector<Finding> findings();
  // Of some rules about some of their subjects, in this order.
  struct Asked {
    const policy::Rule* rule = nullptr;
    const std::vector<feel::Entity>* subjects = nullptr;
  };
  std::vector<Finding> findings_of(const std::vector<Asked>& asked);
  // How many findings() would give of each verdict, by rule in its order; far quicker, since no
  // finding is made where columns tell the verdict.
  std::vector<VerdictCounts> counts();
  // The rules of this run: in force on the day, and asked for.
  std::vector<const policy::Rule*> rules() const;
  Finding evaluate(const policy::Rule& rule, const feel::Entity& subject);
  Model& model() { return model_; }
  // Forgets what subjects are called and what parameters are, for records that have changed since.
  void forget_names();

 private:
  void add_from_columns(const policy::Rule& rule, const std::vector<feel::Entity>& subjects,
                        std::vector<Finding>& out);
  void add_plainly(const policy::Rule& rule, const feel::Entity& subject,
                   std::vector<Finding>& out);
  // Counts what columns tell, and what the plain evaluator says of the rest.
  bool count_columns(const policy::Rule& rule, VerdictCounts& out);
  void start_columns(const std::vector<const policy::Rule*>& rules);
  void name_subject(Finding& finding);
  const ParameterUse& use_of(int definition);
  void conclude(Finding& finding, const feel::Value& value) const;
  void evaluate_rule(Finding& finding, const feel::Value* year);
  void evaluate_duty(Finding& finding, const feel::Value* year);
  void collect_uses(Finding& finding);

  const policy::PolicySet& set_;
  Date as_of_;
  RunOptions options_;
  Model model_;
  std::unique_ptr<class ColumnarRun> columns_;
  std::vector<std::optional<ParameterUse>> uses_;  // by parameter
  // What subjects are called: key and identity number.
  std::unordered_map<uint64_t, std::pair<std::string, std::string>> names_;
};

// Whether the duty or rule concerns this subject at all; a duty's for_each may say no.
bool concerns(const Finding& finding);

}  // namespace dandang::evaluation
