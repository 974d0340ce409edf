#include "dmn/table_analysis.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "base/text.h"
#include "dmn/table_axis.h"

namespace dandang::dmn {
namespace {

using feel::Value;

class NoNames : public feel::Environment {
 public:
  std::optional<Value> lookup(const std::string&) override { return std::nullopt; }
};

// A set of rules, a bit each.
class RuleSet {
 public:
  explicit RuleSet(size_t rules) : words_((rules + 63) / 64, 0) {}
  void add(size_t rule) { words_[rule / 64] |= uint64_t{1} << (rule % 64); }
  bool has(size_t rule) const { return (words_[rule / 64] >> (rule % 64) & 1) != 0; }
  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](uint64_t word) { return word == 0; });
  }
  RuleSet both(const RuleSet& other) const {
    RuleSet out = *this;
    for (size_t i = 0; i < words_.size(); ++i) out.words_[i] &= other.words_[i];
    return out;
  }
  static RuleSet all(size_t rules) {
    RuleSet out(rules);
    for (size_t i = 0; i < rules; ++i) out.add(i);
    return out;
  }

 private:
  std::vector<uint64_t> words_;
};

// Rules that match a piece of an axis: surely, or as far as anybody can see.
struct PieceRules {
  RuleSet sure;
  RuleSet possible;
};

class Analysis {
 public:
  Analysis(const DecisionTable& table, const std::vector<InputDomain>& domains,
           const AnalysisLimits& limits)
      : table_(table), limits_(limits), evaluator_(names_), reached_(table.rules.size()) {
    for (size_t i = 0; i < table.inputs.size(); ++i) {
      axes_.push_back(axis_of(table, i, i < domains.size() ? domains[i] : InputDomain{}));
      rules_.push_back(rules_of(i));
    }
  }

  TableAnalysis run() {
    const size_t rules = table_.rules.size();
    chosen_.assign(axes_.size(), nullptr);
    sweep(0, RuleSet::all(rules), RuleSet::all(rules));
    if (out_.too_large) {
      out_.findings.clear();
      out_.more_gaps = 0;
    } else {
      find_masked();
    }
    find_unchecked();
    return std::move(out_);
  }

 private:
  std::vector<PieceRules> rules_of(size_t input) {
    std::vector<PieceRules> out;
    const size_t rules = table_.rules.size();
    for (const AxisPiece& piece : axes_[input].pieces) {
      PieceRules matching{RuleSet(rules), RuleSet(rules)};
      for (size_t r = 0; r < rules; ++r) {
        if (!axes_[input].readable[r]) {
          matching.possible.add(r);
        } else if (evaluator_.test(*table_.rules[r].tests[input], piece.value).is_true()) {
          matching.sure.add(r);
          matching.possible.add(r);
        }
      }
      out.push_back(std::move(matching));
    }
    return out;
  }

  // Axis by axis: what is left of the rules for the pieces chosen so far.
  void sweep(size_t axis, const RuleSet& sure, const RuleSet& possible) {
    if (++steps_ > limits_.steps) out_.too_large = true;
    if (out_.too_large) return;
    if (possible.empty()) return gap();
    if (axis == axes_.size()) return piece(sure, possible);
    for (size_t i = 0; i < axes_[axis].pieces.size(); ++i) {
      chosen_[axis] = &axes_[axis].pieces[i];
      const PieceRules& rules = rules_[axis][i];
      sweep(axis + 1, sure.both(rules.sure), possible.both(rules.possible));
    }
    chosen_[axis] = nullptr;
  }

  std::vector<std::string> example() const {
    std::vector<std::string> out;
    for (size_t i = 0; i < chosen_.size(); ++i) {
      if (chosen_[i] == nullptr || chosen_[i]->words.empty()) continue;
      out.push_back(table_.inputs[i] + " = " + chosen_[i]->words);
    }
    return out;
  }

  void gap() {
    if (gaps_++ < limits_.findings) {
      out_.findings.push_back({TableFinding::Kind::kGap, {}, example()});
    } else {
      ++out_.more_gaps;
    }
  }

  void piece(const RuleSet& sure, const RuleSet& possible) {
    std::vector<size_t> matching;
    size_t possibly = 0;
    bool decided = false;
    for (size_t r = 0; r < table_.rules.size(); ++r) {
      if (!possible.has(r)) continue;
      ++possibly;
      if (!decided || table_.hit_policy != HitPolicy::kFirst) reached_.add(r);
      if (!sure.has(r)) continue;
      decided = true;
      matching.push_back(r);
    }
    out_.maybe_gaps = out_.maybe_gaps || matching.empty();
    const bool alone =
        table_.hit_policy == HitPolicy::kUnique || table_.hit_policy == HitPolicy::kAny;
    if (!alone) return;
    out_.maybe_overlaps = out_.maybe_overlaps || (possibly > 1 && matching.size() < possibly);
    for (size_t i = 1; i < matching.size(); ++i) {
      for (size_t j = 0; j < i; ++j) overlap(matching[j], matching[i]);
    }
  }

  void overlap(size_t first, size_t second) {
    if (overlaps_.size() >= limits_.findings || overlaps_.contains({first, second})) return;
    if (table_.hit_policy == HitPolicy::kAny && !outputs_differ(first, second)) return;
    overlaps_.insert({first, second});
    out_.findings.push_back({TableFinding::Kind::kOverlap, {first, second}, example()});
  }

  // Whether the outputs surely differ: those of formulas may come out the same.
  bool outputs_differ(size_t first, size_t second) {
    const DecisionRule& a = table_.rules[first];
    const DecisionRule& b = table_.rules[second];
    for (size_t i = 0; i < a.outputs.size(); ++i) {
      const auto left = constant(a.outputs[i]);
      const auto right = constant(b.outputs[i]);
      if (left && right && !feel::equal(*left, *right).is_true()) return true;
    }
    return false;
  }

  std::optional<Value> constant(const ExpressionPtr& output) {
    const feel::NodeKind kind = output->root->kind;
    const bool plain = kind == feel::NodeKind::kNumber || kind == feel::NodeKind::kString ||
                       kind == feel::NodeKind::kBoolean || kind == feel::NodeKind::kAtLiteral;
    return plain ? std::optional(evaluator_.evaluate(*output)) : std::nullopt;
  }

  void find_masked() {
    for (size_t r = 0; r < table_.rules.size(); ++r) {
      if (!reached_.has(r)) out_.findings.push_back({TableFinding::Kind::kMasked, {r}, {}});
    }
  }

  void find_unchecked() {
    for (size_t r = 0; r < table_.rules.size(); ++r) {
      const bool unreadable = std::any_of(axes_.begin(), axes_.end(),
                                          [&](const TableAxis& axis) { return !axis.readable[r]; });
      if (unreadable) out_.findings.push_back({TableFinding::Kind::kUnchecked, {r}, {}});
    }
  }

  const DecisionTable& table_;
  const AnalysisLimits& limits_;
  NoNames names_;
  feel::Evaluator evaluator_;
  std::vector<TableAxis> axes_;
  std::vector<std::vector<PieceRules>> rules_;  // one an axis and piece
  std::vector<const AxisPiece*> chosen_;
  RuleSet reached_;
  std::set<std::pair<size_t, size_t>> overlaps_;
  size_t steps_ = 0;
  size_t gaps_ = 0;
  TableAnalysis out_;
};

// The examples as one text; "…" stands for any other word.
std::string in_words(const std::vector<std::string>& example, Language language) {
  const bool zh = language == Language::kChinese;
  if (example.empty()) return zh ? "任何输入" : "any input";
  return join(example, zh ? "，" : ", ");
}

std::string number_of(size_t rule) {
  return std::to_string(rule + 1);
}

// A policy that gives no list wants a result for every input.
bool wants_result(const DecisionTable& table) {
  switch (table.hit_policy) {
    case HitPolicy::kUnique:
    case HitPolicy::kAny:
    case HitPolicy::kPriority:
    case HitPolicy::kFirst:
      return table.default_outputs.empty();
    default:
      return false;
  }
}

void report_gaps(const TableAnalysis& analysis, const Place& place, Diagnostics& diagnostics) {
  constexpr size_t kShown = 3;
  std::vector<std::string> zh;
  std::vector<std::string> en;
  size_t count = analysis.more_gaps;
  for (const TableFinding& finding : analysis.findings) {
    if (finding.kind != TableFinding::Kind::kGap || ++count > kShown + analysis.more_gaps) continue;
    zh.push_back(in_words(finding.examples, Language::kChinese));
    en.push_back(in_words(finding.examples, Language::kEnglish));
  }
  if (count == 0) return;
  Text message{"没有一行管到 " + join(zh, "；"), "no row matches " + join(en, "; ")};
  if (count > zh.size()) {
    message.zh += "，另有 " + std::to_string(count - zh.size()) + " 处";
    message.en += ", and " + std::to_string(count - zh.size()) + " more";
  }
  diagnostics.warning("table-gap", place, std::move(message),
                      {"补上这一行；有意留空的，在命中规则后面写 partial",
                       "add the row; if it is left out on purpose, write partial behind the hit "
                       "policy"});
}

void report_overlap(const DecisionTable& table, const TableFinding& finding,
                    Diagnostics& diagnostics) {
  const bool any = table.hit_policy == HitPolicy::kAny;
  const std::string first = number_of(finding.rules[0]);
  const std::string second = number_of(finding.rules[1]);
  Text message{"第 " + second + " 行与第 " + first + " 行重叠：" +
                   in_words(finding.examples, Language::kChinese) + " 两行都管到",
               "row " + second + " overlaps row " + first + ": both match " +
                   in_words(finding.examples, Language::kEnglish)};
  if (any) {
    message.zh += "，结果不同";
    message.en += ", with different results";
  }
  diagnostics.error("table-overlap", table.rules[finding.rules[1]].place, std::move(message),
                    {"改其中一行的边界；要由先后决定的，命中规则写 first",
                     "change the bounds of one of them; if their order is to decide, make the hit "
                     "policy first"});
}

void report_masked(const DecisionTable& table, size_t rule, Diagnostics& diagnostics) {
  const bool first = table.hit_policy == HitPolicy::kFirst;
  diagnostics.warning(
      "table-masked", table.rules[rule].place,
      {"第 " + number_of(rule) + " 行永远轮不到", "row " + number_of(rule) + " is never reached"},
      first ? Text{"前面各行已经全部管到；把它移到前面，或者删掉",
                   "the rows before it match everything it does; move it up, or remove it"}
            : Text{"没有一种输入同时满足它的各格", "no input passes all its cells"});
}

void report_unchecked(const DecisionTable& table, size_t rule, Diagnostics& diagnostics) {
  diagnostics.warning(
      "table-unchecked", table.rules[rule].place,
      {"第 " + number_of(rule) + " 行里有不是常数的条件，它的遗漏和重叠没有检查",
       "row " + number_of(rule) +
           " has a test of more than constants: its gaps and overlaps are not checked"});
}

}  // namespace

TableAnalysis analyse(const DecisionTable& table, const std::vector<InputDomain>& domains,
                      const AnalysisLimits& limits) {
  if (table.rules.empty()) return {};
  return Analysis(table, domains, limits).run();
}

void check_table(const DecisionTable& table, const std::vector<InputDomain>& domains,
                 Coverage coverage, const Place& place, Diagnostics& diagnostics) {
  const TableAnalysis analysis = analyse(table, domains);
  if (analysis.too_large) {
    diagnostics.warning("table-unchecked", place,
                        {"决策表太大，没有检查遗漏和重叠",
                         "the table is too large to be checked for gaps and overlaps"});
    return;
  }
  const bool wants_all = coverage == Coverage::kWhole && wants_result(table);
  if (wants_all) report_gaps(analysis, place, diagnostics);
  bool matters = analysis.maybe_overlaps || (analysis.maybe_gaps && wants_all);
  for (const TableFinding& finding : analysis.findings) {
    if (finding.kind == TableFinding::Kind::kOverlap) report_overlap(table, finding, diagnostics);
    if (finding.kind == TableFinding::Kind::kMasked) {
      report_masked(table, finding.rules[0], diagnostics);
    }
    // Once is enough: the first such row.
    if (finding.kind != TableFinding::Kind::kUnchecked || !matters) continue;
    matters = false;
    report_unchecked(table, finding.rules[0], diagnostics);
  }
}

}  // namespace dandang::dmn
