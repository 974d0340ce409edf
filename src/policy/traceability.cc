#include "policy/traceability.h"

#include <fmt/format.h>

#include <algorithm>

namespace dandang::policy {
namespace {

// What a table says where there is nothing.
constexpr const char* kNone = "–";

class Table {
 public:
  Table(const PolicySet& set, const Package& package, Language language)
      : set_(set),
        package_(package),
        chinese_(language == Language::kChinese),
        language_(language) {}

  std::string write() const {
    std::string out =
        fmt::format("## {}{}\n\n", package_.title.in(language_),
                    package_.document_number.empty() ? "" : " " + package_.document_number);
    out +=
        chinese_
            ? "| 条款 | 规则 | 职责 | 防线 | 流程（步骤数） | 名单、文书 | 测试 |\n"
            : "| clause | rules | duties | guards | procedures (steps) | lists, papers | tests |\n";
    out += "|---|---|---|---|---|---|---|\n";
    std::vector<const Clause*> clauses;
    for (const Clause& clause : package_.clauses) clauses.push_back(&clause);
    std::stable_sort(clauses.begin(), clauses.end(),
                     [](const Clause* a, const Clause* b) { return a->number < b->number; });
    for (const Clause* clause : clauses) out += row(*clause);
    return out;
  }

 private:
  template <typename Declaration, typename Words>
  std::string names(const std::vector<Declaration>& all, const Clause& clause, Words words) const {
    std::vector<std::string> out;
    for (const Declaration& one : all) {
      if (one.package != package_.id || one.clause != clause.id) continue;
      if (std::string text = words(one); !text.empty()) out.push_back(std::move(text));
    }
    return out.empty() ? kNone : join(out, chinese_ ? "、" : ", ");
  }

  std::string row(const Clause& clause) const {
    const auto rules = [&](bool duties) {
      return names(set_.rules, clause, [duties](const Rule& rule) {
        return rule.is_duty == duties ? rule.id : std::string();
      });
    };
    const std::string guards =
        names(set_.guards, clause, [](const Guard& guard) { return guard.name; });
    const std::string procedures =
        names(set_.procedures, clause, [this](const Procedure& procedure) {
          return procedure.name + (chinese_ ? "（" : " (") +
                 std::to_string(procedure.transitions.size()) + (chinese_ ? "）" : ")");
        });
    std::string papers =
        names(set_.lists, clause, [](const ListDeclaration& list) { return list.name; });
    const std::string documents = names(
        set_.documents, clause, [](const DocumentDeclaration& document) { return document.name; });
    if (papers == kNone) {
      papers = documents;
    } else if (documents != kNone) {
      papers += (chinese_ ? "、" : ", ") + documents;
    }
    const auto tests =
        std::count_if(set_.tests.begin(), set_.tests.end(), [&](const TestCase& test) {
          return test.package == package_.id && test.clause == clause.id;
        });
    return fmt::format("| {} {} | {} | {} | {} | {} | {} | {} |\n", clause.id,
                       clause.title.in(language_), rules(false), rules(true), guards, procedures,
                       papers, tests);
  }

  const PolicySet& set_;
  const Package& package_;
  bool chinese_;
  Language language_;
};

}  // namespace

std::string traceability(const PolicySet& set, Language language) {
  std::string out;
  for (const Package& package : set.packages) {
    out += (out.empty() ? "" : "\n") + Table(set, package, language).write();
  }
  return out;
}

}  // namespace dandang::policy
