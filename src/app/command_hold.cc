#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "app/command.h"
#include "app/record_words.h"
#include "app/workspace.h"

namespace dandang::app {
namespace {

using record::Hold;
using record::HoldReach;
using record::NewHold;

const char* const kUsage =
    "hold place DIR --on 'TYPE KEY' | --person IDENTITY_NUMBER | --type TYPE --reason TEXT --basis "
    "TEXT --by WHO [--from DATE] | hold lift DIR NUMBER --reason TEXT --basis TEXT --by WHO "
    "[--from "
    "DATE] | hold list DIR [--known-at TIME] [--json]";

Error wrong_usage(const std::string& where) {
  return {ErrorCode::kBadUsage,
          {"用法有误", "wrong usage"},
          where,
          {"用法：dandang " + std::string(kUsage), "usage: dandang " + std::string(kUsage)}};
}

// The type whose single key is an identity number.
const record::RecordType* person_type(const record::Catalogue& catalogue) {
  for (const record::RecordType& type : catalogue.types) {
    if (type.key.size() != 1) continue;
    const record::Field* field = type.find_field(type.key.front());
    if (field != nullptr && field->kind == record::FieldKind::kIdentityNumber) return &type;
  }
  return nullptr;
}

Result<NewHold> asked_hold(const Arguments& arguments, const record::Catalogue& catalogue) {
  NewHold hold;
  if (arguments.has("--person")) {
    const record::RecordType* type = person_type(catalogue);
    if (type == nullptr) return wrong_usage("--person");
    hold = {HoldReach::kReferring, type->name, record::key_text({arguments.value("--person")}), {}};
  } else if (arguments.has("--type")) {
    hold = {HoldReach::kType, arguments.value("--type"), "", {}};
  } else {
    const std::string on = trimmed(arguments.value("--on"));
    const size_t blank = on.find(' ');
    if (blank == std::string::npos) return wrong_usage("--on");
    hold = {HoldReach::kRecord, on.substr(0, blank), key_from_words(trimmed(on.substr(blank))), {}};
  }
  if (catalogue.find_type(hold.type) == nullptr) return no_such_type(catalogue, hold.type);
  return hold;
}

Result<std::string> place_or_lift(const Arguments& arguments, Language language) {
  const bool lift = arguments.positional[0] == "lift";
  DD_RETURN_IF_ERROR(need_words(arguments, {"--reason", "--basis", "--by"}));
  Date from = today();
  if (arguments.has("--from")) {
    DD_ASSIGN_OR_RETURN(from, required_date(arguments, "--from"));
  }
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  const record::Catalogue& catalogue = *workspace.policy->catalogue;
  record::ChangeSet set;
  set.recorded_at = utc_now();
  set.author = arguments.value("--by");
  set.reason = arguments.value("--reason");
  set.basis = arguments.value("--basis");
  std::string number;
  if (lift) {
    number = arguments.positional[2];
    const bool digits =
        !number.empty() && number.size() <= 9 &&
        std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return wrong_usage(number);
    set.lifts.push_back({std::stoll(number), from});
  } else {
    DD_ASSIGN_OR_RETURN(NewHold hold, asked_hold(arguments, catalogue));
    hold.from = from;
    set.holds.push_back(std::move(hold));
  }
  DD_ASSIGN_OR_RETURN(const record::ApplyOutcome outcome, workspace.store->apply(catalogue, set));
  const std::string id = std::to_string(outcome.id);
  if (!lift) {
    DD_ASSIGN_OR_RETURN(const std::vector<Hold> holds, workspace.store->holds(outcome.id));
    number = std::to_string(holds.back().number);
  }
  const std::string day = from.to_string();
  const Text done =
      lift ? Text{"第 " + number + " 号冻结自 " + day + " 起解除（第 " + id + " 批）",
                  "hold " + number + " lifted from " + day + " on (change set " + id + ")"}
           : Text{"第 " + number + " 号冻结自 " + day + " 起（第 " + id + " 批）",
                  "hold " + number + " from " + day + " on (change set " + id + ")"};
  return done.in(language) + "\n";
}

Text covered(const Hold& hold) {
  const std::string key = hold.key.empty() ? "†" : record::key_for_display(hold.key);
  switch (hold.reach) {
    case HoldReach::kRecord:
      return {hold.type + " " + key, hold.type + " " + key};
    case HoldReach::kReferring:
      return {hold.type + " " + key + " 及指向它的全部记录",
              hold.type + " " + key + " and all that refers to it"};
    case HoldReach::kType:
      return {"全部 " + hold.type, "all of " + hold.type};
  }
  return {};
}

boost::json::object hold_json(const Hold& hold) {
  constexpr const char* kReach[] = {"record", "referring", "type"};
  const auto summary = [](const record::ChangeSetSummary& s) {
    return boost::json::object{{"change_set", s.id},
                               {"recorded_at", s.recorded_at},
                               {"by", s.author},
                               {"reason", s.reason},
                               {"basis", s.basis}};
  };
  boost::json::object out{{"hold", hold.number},
                          {"reach", kReach[static_cast<size_t>(hold.reach)]},
                          {"type", hold.type},
                          {"key", record::key_for_display(hold.key)},
                          {"from", hold.from.to_string()},
                          {"placed", summary(hold.placed)}};
  if (hold.to) out["to"] = hold.to->to_string();
  if (hold.lifted) out["lifted"] = summary(*hold.lifted);
  return out;
}

Result<std::string> list(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  DD_ASSIGN_OR_RETURN(const auto store, open_store(arguments.positional[1]));
  DD_ASSIGN_OR_RETURN(const auto at, store->change_set_at(known_at));
  DD_ASSIGN_OR_RETURN(const std::vector<Hold> holds, store->holds(at ? at->id : 0));
  std::string out;
  for (const Hold& hold : holds) {
    if (arguments.has("--json")) {
      out += boost::json::serialize(hold_json(hold)) + "\n";
      continue;
    }
    const std::string number = std::to_string(hold.number);
    const std::string days = hold.from.to_string() + " – " + (hold.to ? hold.to->to_string() : "…");
    const Text line{"第 " + number + " 号  " + covered(hold).zh + "  " + days,
                    "hold " + number + "  " + covered(hold).en + "  " + days};
    out += line.in(language) + "\n    " + heading_of(hold.placed).in(language) + "\n";
    if (hold.lifted) out += "    " + heading_of(*hold.lifted).in(language) + "\n";
  }
  if (out.empty() && !arguments.has("--json")) {
    out = Text{"没有冻结", "no holds"}.in(language) + "\n";
  }
  return out;
}

}  // namespace

int run_hold(const Words& words, Language language) {
  const CommandShape shape{
      kUsage, 2,
      3,      {"--on", "--person", "--type", "--reason", "--basis", "--by", "--from", "--known-at"},
      {},     {"--json"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const std::string& what = arguments->positional[0];
  const size_t count = arguments->positional.size();
  const size_t targets = (arguments->has("--on") ? 1U : 0U) +
                         (arguments->has("--person") ? 1U : 0U) +
                         (arguments->has("--type") ? 1U : 0U);
  Result<std::string> text = wrong_usage(what);
  if (what == "list" && count == 2) text = list(*arguments, language);
  if (what == "place" && count == 2 && targets == 1) text = place_or_lift(*arguments, language);
  if (what == "lift" && count == 3) text = place_or_lift(*arguments, language);
  if (!text) return fail(text.error(), language);
  std::printf("%s", text->c_str());
  return kDone;
}

}  // namespace dandang::app
