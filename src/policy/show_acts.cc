#include "policy/show_acts.h"

#include <fmt/format.h>

#include <algorithm>

namespace dandang::policy {
namespace {

class ActText {
 public:
  ActText(const PolicySet& set, const Package& package, const Clause& clause, Language language)
      : set_(set), package_(package), clause_(clause), language_(language) {}

  std::string text() {
    for (const Role& role : set_.roles) {
      if (is_here(role)) add(word("身份", "role"), named(role), role.holds.source.text);
    }
    for (const WorkCalendar& calendar : set_.calendars) {
      if (is_here(calendar)) add(word("工作日历", "calendar"), named(calendar), calendar.over);
    }
    for (const Procedure& procedure : set_.procedures) {
      if (is_here(procedure)) add_procedure(procedure);
    }
    for (const Guard& guard : set_.guards) {
      if (!is_here(guard)) continue;
      add(word("防线", "guard"), guard.name,
          fmt::format("{}  ({})", guard.message.in(language_), join(guard.on, ", ")));
    }
    for (const ListDeclaration& list : set_.lists) {
      if (is_here(list)) add(word("名单", "list"), named(list), list.of);
    }
    for (const DocumentDeclaration& document : set_.documents) {
      if (!is_here(document)) continue;
      add(word("文书", "document"), named(document),
          document.of + (document.is_public ? word("，公开", ", public") : ""));
    }
    return std::move(out_);
  }

 private:
  template <typename T>
  bool is_here(const T& declared) const {
    return declared.package == package_.id && declared.clause == clause_.id;
  }
  const char* word(const char* zh, const char* en) const {
    return language_ == Language::kChinese ? zh : en;
  }
  template <typename T>
  std::string named(const T& declared) const {
    if (language_ == Language::kChinese || declared.label_en.empty()) return declared.name;
    return fmt::format("{} ({})", declared.name, declared.label_en);
  }

  void add(const char* kind, const std::string& name, const std::string& rest) {
    out_ += fmt::format("    {} {}{}{}\n", kind, name, rest.empty() ? "" : "  ", rest);
  }

  void add_procedure(const Procedure& procedure) {
    add(word("程序", "procedure"), named(procedure),
        fmt::format("({}, {} {}, {} {})", procedure.cases, procedure.states.size(),
                    word("个状态", "states"), procedure.transitions.size(),
                    word("个动作", "steps")));
    for (const Transition& transition : procedure.transitions)
      add_transition(procedure, transition);
  }

  void add_transition(const Procedure& procedure, const Transition& transition) {
    std::vector<std::string> to;
    if (!transition.to.empty()) to.push_back(transition.to);
    for (const auto& [value, state] : transition.chosen) to.push_back(value + ": " + state);
    std::vector<std::string> guards;
    const std::string name = procedure.name + "." + transition.name;
    for (const Guard& guard : set_.guards) {
      const bool on = guard.kind == Guard::Kind::kTransition &&
                      std::find(guard.on.begin(), guard.on.end(), name) != guard.on.end();
      if (on) guards.push_back(guard.name);
    }
    const std::string from = join(transition.from, "|");
    out_ += fmt::format("        {}{}—{}→ {}  {}{}{}\n", from, from.empty() ? "" : " ",
                        transition.name, join(to, " | "),
                        join(transition.by.empty() ? transition.opened_by : transition.by, ", "),
                        guards.empty() ? "" : word("  防线：", "  guards: "), join(guards, ", "));
  }

  const PolicySet& set_;
  const Package& package_;
  const Clause& clause_;
  Language language_;
  std::string out_;
};

}  // namespace

std::string show_acts(const PolicySet& set, const Package& package, const Clause& clause,
                      Language language) {
  return ActText(set, package, clause, language).text();
}

}  // namespace dandang::policy
