#pragma once

#include <string>
#include <vector>

#include "evaluation/nearest_change.h"
#include "evaluation/run.h"

namespace dandang::evaluation {

// One line of reasons: what was looked at and what came out, with its parts below it.
struct Reason {
  enum class Mark { kYes, kNo, kUnknown, kPlain };
  Mark mark = Mark::kPlain;
  Text text;
  std::vector<Reason> parts;
};

// A finding told to people: what the clause asks, what the answer is and why, on what records and
// parameters, and what to do where something is missing.
struct Explanation {
  Finding finding;
  std::string subject_name;
  const policy::Clause* clause = nullptr;
  const policy::Package* package = nullptr;
  Text conclusion;  // one sentence
  std::vector<Reason> reasons;
  std::vector<Text> records;  // evidence, a line each, with its source
  std::vector<Text> parameters;
  std::vector<Text> missing;  // a line each: what, and what to do
  std::vector<Text> assumed;  // validity that was assumed from a snapshot
  // What would have to be different, if that was asked for (explain_nearest).
  NearestChange nearest;
  NextDay next_day;
  std::vector<Text> otherwise;  // both in words
};

// Re-runs the rule on the one subject with provenance.
Explanation explain(Run& run, const policy::Rule& rule, const feel::Entity& subject);

// Adds what would have to be different for the other verdict.
void explain_nearest(Explanation& explanation, const Model& model);

// A record for people: "年度考核 2024：等次 优秀，确定时间
// 2025-03-24（02年度考核结果.xlsx「2024年度」第 7 行）".
Text describe_record(const Model& model, const feel::Entity& record);
// What is missing and what to do about it.
Text describe_cause(const Model& model, const feel::Cause& cause);
Text describe_parameter(const Model& model, const ParameterUse& use);
// An amount with its unit: 15 日, 23280.29 元.
Text describe_amount(const policy::Rule& rule, const feel::Value& amount);

// The whole as plain text, for a terminal and for reading aloud.
std::string to_text(const Explanation& explanation, const Model& model, Language language);

}  // namespace dandang::evaluation
