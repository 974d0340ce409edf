#include "app/simulation_output.h"

#include <fmt/format.h>

#include "evaluation/explain.h"

namespace dandang::app {

namespace json = boost::json;
using evaluation::MovedSubject;
using evaluation::RuleDifference;
using evaluation::SettingMask;
using evaluation::SideFinding;
using evaluation::Simulation;
using evaluation::Verdict;

namespace {

// A, B, C …, as the settings are listed.
std::string letters(SettingMask mask) {
  std::string out;
  for (int i = 0; mask >> i != 0; ++i) {
    if ((mask >> i & 1) == 0) continue;
    out += (out.empty() ? "" : "+") + std::string(1, static_cast<char>('A' + i));
  }
  return out;
}

class Writer {
 public:
  Writer(const Simulation& simulation, const SimulationFrame& frame, Language language)
      : simulation_(simulation), frame_(frame), zh_(language == Language::kChinese) {}

  std::string write() {
    head();
    settings();
    for (const RuleDifference& rule : simulation_.rules) write_rule(rule);
    if (simulation_.untouched > 0) {
      line(0, zh_ ? fmt::format("\n其余 {} 条规则不读所改的标准，结论不变。", simulation_.untouched)
                  : fmt::format("\nThe other {} rules read nothing that was changed.",
                                simulation_.untouched));
    }
    tail();
    return std::move(out_);
  }

 private:
  const char* say(const char* zh, const char* en) const { return zh_ ? zh : en; }
  const std::string& in(const Text& text) const {
    return text.in(zh_ ? Language::kChinese : Language::kEnglish);
  }
  void line(size_t depth, const std::string& text) {
    out_ += std::string(depth * 2, ' ') + text + "\n";
  }

  void head() {
    line(0, zh_ ? fmt::format("模拟：截至 {}，资料截止第 {} 批（{}）。只作测算，什么也没有写入。",
                              frame_.as_of.to_string(), frame_.known_at, frame_.known_at_time)
                : fmt::format("Simulation as of {}, known at change set {} ({}). A trial: nothing "
                              "was written.",
                              frame_.as_of.to_string(), frame_.known_at, frame_.known_at_time));
  }

  void settings() {
    line(0, std::string("\n") + say("试改", "Tried"));
    for (size_t i = 0; i < frame_.settings.size(); ++i) {
      const TriedSetting& setting = frame_.settings[i];
      const policy::Parameter& parameter = *setting.parameter;
      const bool english = !zh_ && !parameter.label_en.empty();
      const std::string was = setting.was.empty() ? say("未设定", "not set") : setting.was;
      const char* source =
          policy::source_word(parameter.source, zh_ ? Language::kChinese : Language::kEnglish);
      line(1,
           fmt::format("{}  {}：{} → {}（{}）", letters(SettingMask{1} << i),
                       english ? parameter.label_en : parameter.name, was, setting.value, source));
      if (parameter.source != policy::ParameterSource::kText &&
          parameter.source != policy::ParameterSource::kLaw) {
        continue;
      }
      line(2, say("文件或法规原定的数，不能在本地改；这里只看改了会怎样",
                  "a figure the document or law states, not for the authority to change; only "
                  "tried here"));
    }
    for (const std::string& package : frame_.packages) {
      line(1, std::string(say("政策包草案：", "draft package: ")) + package);
    }
  }

  std::string verdict_of(std::optional<Verdict> verdict, bool is_duty) const {
    if (!verdict) return say("没有结论", "no finding");
    return in(evaluation::verdict_words(*verdict, is_duty));
  }

  void write_rule(const RuleDifference& difference) {
    const policy::Rule& rule = difference.rule();
    line(0, fmt::format("\n{}  {}", rule.id, in(rule.title)));
    if (difference.before == nullptr) line(1, say("新增的规则", "a new rule"));
    if (difference.after == nullptr) line(1, say("不再有这条规则", "the rule is gone"));
    line(1,
         fmt::format(zh_ ? fmt::runtime("进入 {}，退出 {}，保持 {}（{}：{} → {}）")
                         : fmt::runtime("enter {}, leave {}, stay {} ({}: {} → {})"),
                     difference.entered, difference.left, difference.stayed,
                     verdict_of(Verdict::kMet, rule.is_duty), difference.stayed + difference.left,
                     difference.stayed + difference.entered));
    write_transitions(difference);
    write_amounts(difference);
    write_groups(difference);
    write_settings(difference);
    write_near(difference);
    if (frame_.names) write_names(difference);
  }

  void write_transitions(const RuleDifference& difference) {
    line(1, say("结论", "verdicts"));
    for (const auto& [transition, count] : difference.transitions) {
      const auto& [was, is] = transition;
      const bool duty = difference.rule().is_duty;
      const std::string same = verdict_of(was, duty) + say("，不变", ", as before");
      line(2, fmt::format("{}  {}",
                          was == is ? same : verdict_of(was, duty) + " → " + verdict_of(is, duty),
                          count));
    }
  }

  void write_amounts(const RuleDifference& difference) {
    const auto& before = difference.amounts_before;
    const auto& after = difference.amounts_after;
    if (before.count == 0 && after.count == 0) return;
    const Text sum_before = evaluation::describe_amount(difference.rule(), feel::Value(before.sum));
    const Text sum_after = evaluation::describe_amount(difference.rule(), feel::Value(after.sum));
    line(1, fmt::format(zh_ ? fmt::runtime("数额合计 {}（{} 笔）→ {}（{} 笔），其中 {} 笔有变")
                            : fmt::runtime("amounts: {} ({}) → {} ({}), {} of them changed"),
                        in(sum_before), before.count, in(sum_after), after.count,
                        difference.amounts_changed));
  }

  void write_groups(const RuleDifference& difference) {
    const bool told =
        difference.by_group.size() > 1 ||
        (difference.by_group.size() == 1 && !difference.by_group.begin()->first.empty());
    if (!told || difference.entered + difference.left == 0) return;
    line(1, say("按", "by ") + in(simulation_.group_label));
    for (const auto& [name, count] : difference.by_group) {
      line(2, fmt::format(zh_ ? fmt::runtime("{}  {} → {}（进 {}，退 {}）")
                              : fmt::runtime("{}  {} → {} (enter {}, leave {})"),
                          name.empty() ? say("没有记载", "not on record") : name, count.before,
                          count.after, count.entered, count.left));
    }
  }

  std::string sets_text(const std::vector<SettingMask>& masks) const {
    std::string out;
    for (const SettingMask mask : masks) {
      out += (out.empty() ? "" : say(" 或 ", " or "));
      out += mask == 0 ? say("政策包草案", "the draft") : letters(mask);
    }
    return out;
  }

  void write_settings(const RuleDifference& difference) {
    if (difference.by_settings.empty() || frame_.settings.empty()) return;
    line(1, say("起作用的最少改动", "the fewest changes that do it"));
    for (const auto& [masks, count] : difference.by_settings) {
      line(2, fmt::format("{}  {}", sets_text(masks), count));
    }
  }

  void near_line(const char* when, const evaluation::NearLine& near) {
    if (near.all == 0) return;
    std::string text =
        fmt::format(zh_ ? fmt::runtime("{}：差一项事实就符合的 {}，差一项就不符合的 {}")
                        : fmt::runtime("{}: one fact from yes {}, one fact from no {}"),
                    when, near.entering, near.leaving);
    if (near.searched < near.all) {
      text += fmt::format(
          zh_ ? fmt::runtime("（{} 个中查明了 {} 个）") : fmt::runtime(" (of {}, {} were settled)"),
          near.all, near.searched);
    }
    line(1, text);
  }

  void write_near(const RuleDifference& difference) {
    near_line(say("改前", "before"), difference.near_before);
    near_line(say("改后", "after"), difference.near_after);
  }

  void write_names(const RuleDifference& difference) {
    for (const MovedSubject& moved : difference.moved) {
      const bool was = moved.was.verdict == Verdict::kMet;
      const bool is = moved.is.verdict == Verdict::kMet;
      if (was == is) continue;
      const std::string by =
          frame_.settings.empty() ? "" : say("，因 ", ", by ") + sets_text(moved.smallest);
      const std::string key = moved.key == moved.name ? "" : " " + moved.key;
      line(2, fmt::format("{} {}{}{}", is ? say("进入", "enters") : say("退出", "leaves"),
                          moved.name, key, by));
    }
  }

  void digest(const char* what, const std::string& before, const std::string& after) {
    line(1, fmt::format("{} {}", what, before == after ? before : before + " → " + after));
  }

  void tail() {
    line(0, std::string("\n") + say("重做这次模拟", "To repeat it"));
    line(1, frame_.command);
    digest(say("政策包 sha256", "packages sha256"), frame_.packages_before, frame_.packages_after);
    digest(say("标准 sha256", "parameters sha256"), frame_.parameters_before,
           frame_.parameters_after);
    digest(say("资料 sha256", "records sha256"), frame_.records, frame_.records);
    if (frame_.logged > 0) {
      line(0,
           zh_ ? fmt::format("\n查看名单已记入第 {} 批。", frame_.logged)
               : fmt::format("\nLooking at names is on record as change set {}.", frame_.logged));
    }
  }

  const Simulation& simulation_;
  const SimulationFrame& frame_;
  bool zh_;
  std::string out_;
};

// ---- JSON ----

json::value verdict_json(std::optional<Verdict> verdict) {
  if (!verdict) return nullptr;
  return json::value(evaluation::verdict_id(*verdict));
}

json::value number_json(const Decimal& number) {
  if (const auto whole = number.to_int64()) return *whole;
  return json::value(number.to_string());
}

json::array sets_json(const std::vector<SettingMask>& masks, const SimulationFrame& frame) {
  json::array out;
  for (const SettingMask mask : masks) {
    json::array names;
    for (size_t i = 0; i < frame.settings.size(); ++i) {
      if ((mask >> i & 1) != 0) names.push_back(json::value(frame.settings[i].parameter->name));
    }
    out.push_back(std::move(names));
  }
  return out;
}

json::object near_json(const evaluation::NearLine& near) {
  return {{"one_fact_from_met", near.entering},
          {"one_fact_from_not_met", near.leaving},
          {"searched", near.searched},
          {"of", near.all}};
}

json::object moved_json(const MovedSubject& moved, const SimulationFrame& frame) {
  json::object out{{"subject", moved.key}, {"name", moved.name}};
  if (!moved.identity_number.empty()) out["identity_number"] = moved.identity_number;
  out["before"] = verdict_json(moved.was.verdict);
  out["after"] = verdict_json(moved.is.verdict);
  if (moved.was.amount) out["value_before"] = number_json(*moved.was.amount);
  if (moved.is.amount) out["value_after"] = number_json(*moved.is.amount);
  out["smallest"] = sets_json(moved.smallest, frame);
  return out;
}

json::object rule_json(const RuleDifference& difference, const SimulationFrame& frame) {
  json::object out{{"rule", difference.rule().id},
                   {"entered", difference.entered},
                   {"left", difference.left},
                   {"stayed", difference.stayed}};
  json::array transitions;
  for (const auto& [transition, count] : difference.transitions) {
    transitions.push_back(json::object{{"before", verdict_json(transition.first)},
                                       {"after", verdict_json(transition.second)},
                                       {"count", count}});
  }
  out["transitions"] = std::move(transitions);
  out["amounts"] = json::object{{"count_before", difference.amounts_before.count},
                                {"sum_before", number_json(difference.amounts_before.sum)},
                                {"count_after", difference.amounts_after.count},
                                {"sum_after", number_json(difference.amounts_after.sum)},
                                {"changed", difference.amounts_changed}};
  json::array groups;
  for (const auto& [name, count] : difference.by_group) {
    groups.push_back(json::object{{"group", name},
                                  {"before", count.before},
                                  {"after", count.after},
                                  {"entered", count.entered},
                                  {"left", count.left}});
  }
  out["by_group"] = std::move(groups);
  json::array by_settings;
  for (const auto& [masks, count] : difference.by_settings) {
    by_settings.push_back(json::object{{"smallest", sets_json(masks, frame)}, {"count", count}});
  }
  out["by_settings"] = std::move(by_settings);
  out["near_before"] = near_json(difference.near_before);
  out["near_after"] = near_json(difference.near_after);
  if (!frame.names) return out;
  json::array moved;
  for (const MovedSubject& subject : difference.moved) moved.push_back(moved_json(subject, frame));
  out["moved"] = std::move(moved);
  return out;
}

}  // namespace

std::string simulation_text(const Simulation& simulation, const SimulationFrame& frame,
                            Language language) {
  return Writer(simulation, frame, language).write();
}

json::object simulation_json(const Simulation& simulation, const SimulationFrame& frame) {
  json::object out{{"as_of", frame.as_of.to_string()}};
  out["known_at"] = json::object{{"change_set", frame.known_at}, {"time", frame.known_at_time}};
  json::array settings;
  for (const TriedSetting& setting : frame.settings) {
    settings.push_back(json::object{
        {"parameter", setting.parameter->name},
        {"package", setting.parameter->package},
        {"before", setting.was.empty() ? json::value(nullptr) : json::value(setting.was)},
        {"after", setting.value},
        {"fixed_by_document", setting.parameter->source == policy::ParameterSource::kText ||
                                  setting.parameter->source == policy::ParameterSource::kLaw}});
  }
  out["settings"] = std::move(settings);
  json::array packages;
  for (const std::string& package : frame.packages) packages.push_back(json::value(package));
  out["draft_packages"] = std::move(packages);
  json::array rules;
  for (const RuleDifference& rule : simulation.rules) rules.push_back(rule_json(rule, frame));
  out["rules"] = std::move(rules);
  out["rules_untouched"] = simulation.untouched;
  out["command"] = frame.command;
  out["sha256"] = json::object{{"packages_before", frame.packages_before},
                               {"packages_after", frame.packages_after},
                               {"parameters_before", frame.parameters_before},
                               {"parameters_after", frame.parameters_after},
                               {"records", frame.records}};
  if (frame.logged > 0) out["logged_as"] = frame.logged;
  return out;
}

}  // namespace dandang::app
