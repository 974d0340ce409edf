#include "policy/procedure_proof.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace dandang::policy {
namespace {

// One step from state to state; `from` is empty where a case is opened.
struct Edge {
  std::string from;
  std::string to;
  const Transition* transition = nullptr;
};

std::vector<std::string> reached_by(const Transition& transition) {
  std::vector<std::string> out;
  if (!transition.to.empty()) out.push_back(transition.to);
  for (const auto& [value, state] : transition.chosen) out.push_back(state);
  return out;
}

std::string way_text(const std::vector<const Edge*>& way) {
  std::string out = way.front()->from.empty() ? "" : way.front()->from + " ";
  for (const Edge* edge : way) out += "—" + edge->transition->name + "→ " + edge->to + " ";
  out.pop_back();
  return out;
}

class ProcedureProof {
 public:
  ProcedureProof(const Procedure& procedure, Diagnostics& diagnostics)
      : procedure_(procedure), diagnostics_(diagnostics) {
    for (const Transition& transition : procedure.transitions) {
      for (const std::string& to : reached_by(transition)) {
        if (transition.from.empty()) edges_.push_back({"", to, &transition});
        for (const std::string& from : transition.from) edges_.push_back({from, to, &transition});
      }
    }
  }

  void run() {
    prove_reached();
    prove_left();
    for (const NeverWithout& never : procedure_.never) prove_never(never);
  }

 private:
  // The states reached from these, themselves included.
  std::set<std::string> reach(std::set<std::string> from) const {
    for (bool grown = true; grown;) {
      grown = false;
      for (const Edge& edge : edges_) {
        grown = (from.contains(edge.from) && from.insert(edge.to).second) || grown;
      }
    }
    return from;
  }

  void prove_reached() {
    const std::set<std::string> reached = reach({""});
    for (const CaseState& state : procedure_.states) {
      if (reached.contains(state.name)) continue;
      diagnostics_.error("unreachable-state", state.place,
                         {"没有一条路到得了状态“" + state.name + "”",
                          "no way leads to the state \"" + state.name + "\""},
                         {"加一个到这里的动作，或者删去这个状态",
                          "add a step that leads here, or remove the state"});
    }
  }

  // To a final state; where the procedure has none, to any other.
  void prove_left() {
    std::set<std::string> ends;
    for (const CaseState& state : procedure_.states) {
      if (state.final) ends.insert(state.name);
    }
    for (const CaseState& state : procedure_.states) {
      if (state.final) continue;
      std::set<std::string> reached = reach({state.name});
      const bool leaves = ends.empty()
                              ? reached.size() > 1
                              : std::any_of(reached.begin(), reached.end(),
                                            [&](const auto& s) { return ends.contains(s); });
      if (leaves) continue;
      diagnostics_.error("dead-end-state", state.place,
                         {"从状态“" + state.name + "”走不到办结",
                          "no way leads from the state \"" + state.name + "\" to an end"},
                         {"加一个离开它的动作，或者给它写 final: true",
                          "add a step that leaves it, or make it final: true"});
    }
  }

  // The shortest way from one state to another that passes by a third; empty if there is none.
  std::vector<const Edge*> way_around(const NeverWithout& never) const {
    std::map<std::string, const Edge*> came_by;
    std::deque<std::string> open{never.from};
    std::set<std::string> seen;
    while (!open.empty()) {
      const std::string at = open.front();
      open.pop_front();
      for (const Edge& edge : edges_) {
        if (edge.from != at || edge.to == never.without || !seen.insert(edge.to).second) continue;
        came_by[edge.to] = &edge;
        if (edge.to == never.to) return way_to(never, came_by);
        open.push_back(edge.to);
      }
    }
    return {};
  }

  static std::vector<const Edge*> way_to(const NeverWithout& never,
                                         const std::map<std::string, const Edge*>& came_by) {
    std::vector<const Edge*> way;
    std::string at = never.to;
    do {  // a way may lead back to where it began
      way.push_back(came_by.at(at));
      at = way.back()->from;
    } while (at != never.from);
    std::reverse(way.begin(), way.end());
    return way;
  }

  void prove_never(const NeverWithout& never) {
    if (never.to == never.without || never.from == never.without) return;
    const std::vector<const Edge*> way = way_around(never);
    if (way.empty()) return;
    const std::string text = way_text(way);
    diagnostics_.error("never-broken", never.place,
                       {"有一条路绕过“" + never.without + "”：" + text,
                        "there is a way around \"" + never.without + "\": " + text},
                       {"改动作的 from、to，或者删去这一条 never",
                        "change from or to of a step, or drop the never"});
  }

  const Procedure& procedure_;
  Diagnostics& diagnostics_;
  std::vector<Edge> edges_;
};

// ---- cases opened by steps of others ----

std::string full_name(const Procedure& procedure, const Transition& transition) {
  return procedure.name + "." + transition.name;
}

class OpeningProof {
 public:
  OpeningProof(const PolicySet& set, Diagnostics& diagnostics)
      : set_(set), diagnostics_(diagnostics) {
    for (const Procedure& procedure : set.procedures) {
      for (const Transition& transition : procedure.transitions) {
        for (const CaseOpening& opening : transition.opens) {
          opened_[full_name(procedure, transition)].push_back(opening.procedure + "." +
                                                              opening.transition);
        }
      }
    }
  }

  void run() {
    for (const Procedure& procedure : set_.procedures) {
      for (const Transition& transition : procedure.transitions) {
        prove_mutual(procedure, transition);
        prove_no_circle(procedure, transition);
      }
    }
  }

 private:
  const Transition* find(const std::string& name) const {
    const size_t dot = name.find('.');
    const Procedure* procedure = set_.find_procedure(name.substr(0, dot));
    return procedure == nullptr || dot == std::string::npos
               ? nullptr
               : procedure->find_transition(name.substr(dot + 1));
  }

  bool opens(const std::string& opener, const std::string& opened) const {
    const auto at = opened_.find(opener);
    return at != opened_.end() &&
           std::find(at->second.begin(), at->second.end(), opened) != at->second.end();
  }

  void prove_mutual(const Procedure& procedure, const Transition& transition) {
    const std::string name = full_name(procedure, transition);
    for (const CaseOpening& opening : transition.opens) {
      const std::string target = opening.procedure + "." + opening.transition;
      const Transition* opened = find(target);
      if (opened == nullptr || !opened->from.empty()) continue;  // told by the linker
      const auto& by = opened->opened_by;
      if (std::find(by.begin(), by.end(), name) != by.end()) continue;
      diagnostics_.error("opening-not-mutual", opening.words.of("case", "", opening.place),
                         {target + " 没有写 opened_by: [" + name + "]",
                          target + " does not say opened_by: [" + name + "]"},
                         {"两边都写，或者都不写", "say it on both sides, or on neither"});
    }
    for (const std::string& opener : transition.opened_by) {
      const Place& place = transition.words.of("opened_by", opener, transition.place);
      if (!transition.from.empty()) {
        diagnostics_.error("opening-not-mutual", place,
                           {"动作 " + transition.name + " 不是开案，不能写 opened_by",
                            "step " + transition.name + " opens no case and takes no opened_by"});
      } else if (!opens(opener, name)) {
        diagnostics_.error("opening-not-mutual", place,
                           {opener + " 没有写 opens: [{case: " + name + "}]",
                            opener + " does not say opens: [{case: " + name + "}]"},
                           {"两边都写，或者都不写", "say it on both sides, or on neither"});
      }
    }
  }

  // Told once, at the step of the circle that stands first.
  void prove_no_circle(const Procedure& procedure, const Transition& transition) {
    const std::string start = full_name(procedure, transition);
    if (in_circle_.contains(start)) return;
    std::vector<std::string> way{start};
    std::set<std::string> seen;
    if (!returns(start, start, way, seen)) return;
    in_circle_.insert(way.begin(), way.end());
    const std::string text = join(way, " → ");
    diagnostics_.error("opening-circle", transition.place,
                       {"开案绕成了圈：" + text, "cases open each other in a circle: " + text},
                       {"去掉其中一处 opens", "remove one of the opens"});
  }

  bool returns(const std::string& at, const std::string& start, std::vector<std::string>& way,
               std::set<std::string>& seen) const {
    const auto opened = opened_.find(at);
    if (opened == opened_.end()) return false;
    for (const std::string& next : opened->second) {
      way.push_back(next);
      if (next == start) return true;
      if (seen.insert(next).second && returns(next, start, way, seen)) return true;
      way.pop_back();
    }
    return false;
  }

  const PolicySet& set_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::vector<std::string>> opened_;  // by step: what it opens
  std::set<std::string> in_circle_;
};

}  // namespace

void prove_procedures(const PolicySet& set, Diagnostics& diagnostics) {
  for (const Procedure& procedure : set.procedures) {
    ProcedureProof(procedure, diagnostics).run();
  }
  OpeningProof(set, diagnostics).run();
}

}  // namespace dandang::policy
