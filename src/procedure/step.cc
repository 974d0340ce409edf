#include "procedure/step.h"

#include <fmt/format.h>

#include "base/text.h"
#include "procedure/step_taker.h"
#include "procedure/write_guards.h"

namespace dandang::procedure {

using policy::Procedure;
using policy::Transition;

namespace {

size_t size_of(const Words& words) {
  size_t out = 0;
  for (const auto& [field, word] : words) out += field.size() + word.size();
  return out;
}

Error unknown_name(Text what, const std::string& name, const std::vector<std::string>& known) {
  const std::string close = closest_match(name, known);
  return {ErrorCode::kNotFound, std::move(what), name,
          close.empty() ? Text{"有：" + join(known, "、"), "there are: " + join(known, ", ")}
                        : Text{"是不是 " + close + "？", "did you mean " + close + "?"}};
}

}  // namespace

Result<void> StepTaker::check_bounds() const {
  size_t bytes = size_of(request_.form);
  size_t rows = 0;
  for (const RowsEntered& entered : request_.rows) {
    rows += entered.rows.size();
    for (const Words& row : entered.rows) bytes += size_of(row);
  }
  if (bytes <= kMaxFormBytes && rows <= kMaxRows) return {};
  return Error{
      ErrorCode::kLimit,
      {fmt::format("一步最多填 {} 字节、{} 行", kMaxFormBytes, kMaxRows),
       fmt::format("a step takes {} bytes and {} rows at the most", kMaxFormBytes, kMaxRows)},
      request_.procedure + "." + request_.transition,
      {"缩短文字，长的材料另行存放", "shorten the words; keep long papers elsewhere"}};
}

Result<Taking> StepTaker::find() const {
  Taking out;
  out.procedure = set_.find_procedure(request_.procedure);
  if (out.procedure == nullptr || !set_.steps) {
    std::vector<std::string> names;
    for (const Procedure& procedure : set_.procedures) names.push_back(procedure.name);
    return unknown_name({"没有这个流程", "there is no such procedure"}, request_.procedure, names);
  }
  out.transition = out.procedure->find_transition(request_.transition);
  if (out.transition == nullptr) {
    std::vector<std::string> names;
    for (const Transition& one : out.procedure->transitions) names.push_back(one.name);
    return unknown_name({"这个流程没有这一步", "the procedure has no such step"},
                        request_.transition, names);
  }
  out.type_index = *draft_.data().catalogue().type_index(out.procedure->cases);
  out.type = &draft_.data().catalogue().types[out.type_index];
  out.opens = !request_.case_key.has_value();
  if (out.opens) return out;
  out.key = *request_.case_key;
  const CaseBook book(set_, draft_.data());
  const auto one = book.find(*out.procedure, out.key);
  if (!one) {
    return Error{ErrorCode::kNotFound,
                 {"没有这个案件", "there is no such case"},
                 record::key_for_display(out.key),
                 {"dandang case list 列出全部案件", "dandang case list shows all cases"}};
  }
  out.before = book.steps(*one);
  out.standing = book.standing(*one);
  return out;
}

Result<StepOutcome> StepTaker::take() {
  DD_RETURN_IF_ERROR(check_bounds());
  DD_ASSIGN_OR_RETURN(Taking taking, find());
  // A first entry is only tried: what stays of it is the step's row.
  const bool first_of_two = taking.transition->persons == 2;
  std::optional<record::Dataset> before;
  if (first_of_two) before = draft_.data();
  read_form(taking);
  DD_RETURN_IF_ERROR(enter(taking));
  judge(taking);
  if (outcome_.refusals.empty()) DD_RETURN_IF_ERROR(carry_out(taking));
  if (outcome_.refusals.empty()) check_writes();
  if (outcome_.refusals.empty() && taking.waits) {
    draft_ = Draft(*std::move(before));
    put_step(taking, "");
    outcome_.opened.clear();
    outcome_.to.clear();
  }
  outcome_.waits = taking.waits;
  outcome_.case_key = taking.key;
  outcome_.role = taking.role;
  outcome_.from = taking.standing.state;
  if (outcome_.refusals.empty()) outcome_.versions = draft_.take_versions();
  outcome_.data = draft_.take_data();
  return std::move(outcome_);
}

void StepTaker::refuse(const Taking& taking, std::string name, Text message,
                       std::vector<Text> missing) {
  Refusal refusal;
  refusal.name = std::move(name);
  refusal.clause = taking.procedure->clause;
  refusal.message = std::move(message);
  refusal.missing = std::move(missing);
  refusal.transition = taking.procedure->name + "." + taking.transition->name;
  outcome_.refusals.push_back(std::move(refusal));
}

Result<StepOutcome> take_step(const policy::PolicySet& set, record::Dataset data,
                              const StepRequest& request, const evaluation::Overrides& overrides,
                              const EverKnown& ever_known) {
  return StepTaker(set, std::move(data), request, overrides, ever_known).take();
}

}  // namespace dandang::procedure
