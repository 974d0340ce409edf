#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dmn/frame_names.h"
#include "dmn/model.h"
#include "dmn/model_environment.h"
#include "feel/evaluator.h"
#include "feel/value.h"

namespace dandang::dmn {

struct ModelLimits {
  feel::EvaluationLimits formula;
  uint64_t steps = 5'000'000;  // boxed expressions evaluated
  int depth = 400;             // decisions, calls and boxed expressions within each other
};

// Evaluates the decisions of a model set for given inputs (DMN 1.5 §10.4). Each element sees only
// what it says it rests on. A part that cannot be evaluated is null, as the standard has it.
class ModelEvaluator {
 public:
  // The models must outlive the evaluator, and the evaluator every value of it that is a function.
  // `now` is what now() and today() say; without it they are null.
  explicit ModelEvaluator(ModelLimits limits = {}, std::optional<feel::DateTime> now = {});
  ModelEvaluator(const ModelEvaluator&) = delete;
  ModelEvaluator& operator=(const ModelEvaluator&) = delete;

  using Arguments = std::vector<std::pair<std::string, feel::Value>>;

  // An input, or a decision whose result is given and not computed. The value becomes one of the
  // element's type, null if it cannot.
  void give(const Element& element, const feel::Value& value);
  // The same for what stands under an import of the main model: a context of its elements, and of
  // its own imports. A model that is imported twice may so be given two sets of inputs.
  void give_imported(const Import& import, const feel::Value& members);
  // A decision's value; a function for knowledge and services; an input's own value.
  feel::Value evaluate(const Element& element);
  // Knowledge or a service, called with arguments by name; those not given are null.
  feel::Value invoke(const Element& element, const Arguments& arguments);

  // Why something was cut short, if a limit was passed since the beginning; empty otherwise.
  const Text& stopped() const { return stopped_; }
  // Whether a function in another language was to be called, which we do not do.
  bool met_external_function() const { return met_external_; }

  feel::Evaluator& formulas() { return evaluator_; }

 private:
  using Values = std::vector<feel::Value>;
  // What is given and what was computed: once for the model, once for each name under which one is
  // imported, and once more for each call of a service.
  struct Run {
    std::map<const Element*, feel::Value> values;
    std::map<const Element*, bool> open;  // decisions being computed
    std::map<std::string, std::unique_ptr<Run>> imports;
    const Run* outer = nullptr;  // of the importing model: inputs given there count as well

    Run& import(const std::string& name);
    const feel::Value* find(const Element& element) const;
  };
  class DepthGuard;
  class ModelGuard;

  void give_members(const Model& model, const feel::Value& members, Run& run);
  feel::Value decide(const Element& decision, Run& run);
  feel::Value value_of(const Element& element, Run& run);
  void bind_requirements(const Element& element, Run& run, FrameNames& names);
  feel::Value function_of(const Element& element);
  feel::Value call_knowledge(const Element& element, const Values& arguments);
  feel::Value call_service(const Element& service, const Values& arguments);

  feel::Value eval(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_inner(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_formula(const feel::Expression& expression, const feel::Frame* frame);
  feel::Value eval_conditional(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_context(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_table(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_relation(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_list(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_invocation(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_function(const Boxed& boxed, const feel::Frame* frame);
  feel::Value eval_iterator(const Boxed& boxed, const feel::Frame* frame);
  feel::Value call_function(const Boxed& function, const Values& arguments,
                            const feel::Frame* frame);
  // Binds the arguments as values of their parameters' types; false if one is none of its type.
  bool bind_arguments(const std::vector<Variable>& parameters, const Values& arguments,
                      FrameNames& names);
  feel::Value external_function(const Boxed& boxed);
  feel::Value bounded(feel::Value value);
  feel::Value stop(const Text& why);

  ModelLimits limits_;
  ModelEnvironment environment_;
  feel::Evaluator evaluator_;
  Run run_;
  Text stopped_;
  uint64_t steps_ = 0;
  int depth_ = 0;
  bool met_external_ = false;
};

// What a decision service's arguments stand for, in the order of a call: its input data, then its
// input decisions (DMN 1.5 §10.4).
std::vector<const Element*> parameters_of(const Element& service);

}  // namespace dandang::dmn
