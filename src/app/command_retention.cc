#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

#include "app/command.h"
#include "app/record_words.h"
#include "app/snapshot_cache.h"
#include "app/workspace.h"
#include "evaluation/retention.h"
#include "store/sha256.h"

namespace dandang::app {
namespace {

using evaluation::DueRecord;
using evaluation::RetentionOfType;
using policy::Retention;

// A type's due records, with the hold that keeps each, by place.
struct Due {
  RetentionOfType of_type;
  std::map<size_t, int64_t> held;
};

Result<std::vector<Due>> find_all(const Workspace& workspace, Date as_of) {
  DD_ASSIGN_OR_RETURN(
      std::vector<RetentionOfType> types,
      evaluation::find_due(*workspace.policy, *workspace.data, *workspace.store, as_of));
  std::vector<Due> out;
  for (RetentionOfType& of_type : types) {
    std::vector<record::RecordName> names;
    for (const DueRecord& due : of_type.due) names.push_back({of_type.type->name, due.key});
    DD_ASSIGN_OR_RETURN(auto held, workspace.store->held(names, as_of));
    out.push_back({std::move(of_type), std::move(held)});
  }
  return out;
}

std::string from_words(const Retention& retention, Language language) {
  const bool zh = language == Language::kChinese;
  switch (retention.from) {
    case Retention::From::kField:
      return join(retention.path, ".");
    case Retention::From::kWithdrawn:
      return zh ? "撤回之日" : "its withdrawal";
    case Retention::From::kSuperseded:
      return zh ? "被新版本取代之日（只删旧版本）" : "its replacement (former versions only)";
  }
  return {};
}

const char* then_words(const Retention& retention, Language language) {
  const bool zh = language == Language::kChinese;
  if (retention.then == Retention::Then::kDelete) return zh ? "到期删除" : "then deleted";
  return zh ? "到期逐条研究" : "then decided on one by one";
}

std::string clock_words(const RetentionOfType& of_type, Language language) {
  const bool zh = language == Language::kChinese;
  const Retention& retention = *of_type.retention;
  const std::string basis = retention.basis.in(language);
  const std::string keep = trimmed(retention.keep.source.text);
  const std::string from = from_words(retention, language);
  if (!of_type.unset.empty()) {
    const std::string unset = join(of_type.unset, zh ? "、" : ", ");
    return zh ? "期限未设定（" + unset + "），不删除（" + basis + "）"
              : "not configured (" + unset + "), nothing is due (" + basis + ")";
  }
  if (of_type.unusable) {
    return zh ? "期限“" + keep + "”不是整年数或时长，不删除（" + basis + "）"
              : "\"" + keep + "\" is no whole number of years and no duration, nothing is due (" +
                    basis + ")";
  }
  const std::string then = then_words(retention, language);
  return zh ? "保存“" + keep + "”，自" + from + "起，" + then + "（" + basis + "）"
            : "kept for \"" + keep + "\" from " + from + ", " + then + " (" + basis + ")";
}

std::string table_text(const std::vector<Due>& types, bool list, Date as_of, Language language) {
  const bool zh = language == Language::kChinese;
  std::string out =
      zh ? "截至 " + as_of.to_string() + "：\n" : "as of " + as_of.to_string() + ":\n";
  size_t for_ever = 0;
  size_t records_for_ever = 0;
  for (const Due& due : types) {
    const RetentionOfType& of_type = due.of_type;
    if (of_type.retention == nullptr) {
      ++for_ever;
      records_for_ever += of_type.records;
      continue;
    }
    const std::string all = std::to_string(of_type.records);
    const std::string going = std::to_string(of_type.due.size() - due.held.size());
    const std::string held = std::to_string(due.held.size());
    const std::string clock = clock_words(of_type, language);
    out += of_type.type->name;
    out += zh ? "  共 " + all + " 条，到期可删 " + going + "，到期而冻结 " + held + "；" + clock
              : "  " + all + " on record, " + going + " due, " + held + " due but held; " + clock;
    out += '\n';
    if (!list) continue;
    for (size_t i = 0; i < of_type.due.size(); ++i) {
      const DueRecord& record = of_type.due[i];
      out += "    " + record::key_for_display(record.key) + "  " + record.since.to_string();
      const std::string versions = std::to_string(record.versions);
      if (record.ended_by != 0) out += zh ? "  旧版本 " + versions : "  versions: " + versions;
      if (const auto held_by = due.held.find(i); held_by != due.held.end()) {
        const std::string number = std::to_string(held_by->second);
        out += zh ? "  第 " + number + " 号冻结" : "  hold " + number;
      }
      out += '\n';
    }
  }
  const std::string kinds = std::to_string(for_ever);
  const std::string records = std::to_string(records_for_ever);
  out += zh ? "其余 " + kinds + " 种记录没有声明保存期限，永久保存：共 " + records + " 条\n"
            : kinds + " other types declare no retention and are kept for ever: " + records +
                  " records\n";
  return out;
}

boost::json::object json_of(const Due& due, bool list) {
  const RetentionOfType& of_type = due.of_type;
  boost::json::object out{{"type", of_type.type->name}, {"records", of_type.records}};
  if (of_type.retention == nullptr) {
    out["clock"] = "none";
    return out;
  }
  out["clock"] = of_type.configured() ? "runs" : "not_configured";
  if (!of_type.unset.empty()) {
    boost::json::array unset;
    for (const std::string& name : of_type.unset) unset.emplace_back(name);
    out["unset"] = std::move(unset);
  }
  out["then"] = of_type.retention->then == Retention::Then::kDelete ? "delete" : "review";
  out["due"] = of_type.due.size() - due.held.size();
  out["held"] = due.held.size();
  if (!list) return out;
  boost::json::array records;
  for (size_t i = 0; i < of_type.due.size(); ++i) {
    const DueRecord& record = of_type.due[i];
    boost::json::object item{{"key", record::key_for_display(record.key)},
                             {"since", record.since.to_string()}};
    if (record.ended_by != 0) item["versions"] = record.versions;
    if (const auto held_by = due.held.find(i); held_by != due.held.end()) {
      item["hold"] = held_by->second;
    }
    records.push_back(std::move(item));
  }
  out["list"] = std::move(records);
  return out;
}

Result<std::string> retention(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const Workspace workspace,
                      open_workspace(arguments.positional[0], std::nullopt));
  DD_ASSIGN_OR_RETURN(const std::vector<Due> types, find_all(workspace, as_of));
  const bool list = arguments.has("--list");
  if (!arguments.has("--json")) return table_text(types, list, as_of, language);
  std::string out;
  for (const Due& due : types) out += boost::json::serialize(json_of(due, list)) + "\n";
  return out;
}

// ---- delete ----

Error not_due(const std::string& type, const std::string& key, const Text& why) {
  return {ErrorCode::kBadInput,
          {"这条记录不能删除：" + why.zh, "this record cannot be deleted: " + why.en},
          type + (key.empty() ? "" : ":" + record::key_for_display(key)),
          {"用 dandang retention DIR --as-of DATE --list 查看",
           "look with dandang retention DIR --as-of DATE --list"}};
}

// What of the type is asked to go: the named records, or all that are due and not held.
Result<void> add_deletions(const Due& due, std::set<std::string>& named, bool by_key,
                           std::vector<record::Deletion>& out) {
  const RetentionOfType& of_type = due.of_type;
  const std::string& type = of_type.type->name;
  if (of_type.retention == nullptr) {
    return not_due(type, "",
                   {"这种记录没有声明保存期限，永久保存",
                    "its type declares no retention and is kept for ever"});
  }
  if (!of_type.configured()) {
    return not_due(type, "", {"保存期限没有设定", "how long it is kept is not set"});
  }
  if (of_type.retention->then == Retention::Then::kReview && !by_key) {
    return not_due(type, "",
                   {"这种记录到期后要逐条研究，用 --key 指明",
                    "records of this type are decided on one by one: name them by --key"});
  }
  for (size_t i = 0; i < of_type.due.size(); ++i) {
    const DueRecord& record = of_type.due[i];
    if (by_key && named.erase(record.key) == 0) continue;
    if (due.held.contains(i)) {
      const std::string hold = std::to_string(due.held.at(i));
      if (by_key) {
        return not_due(type, record.key,
                       {"第 " + hold + " 号冻结保全", "hold " + hold + " keeps it"});
      }
      continue;
    }
    out.push_back({type, record.key, record.ended_by});
  }
  return {};
}

// Says that exactly these were shown before they are deleted.
std::string token_of(const std::vector<record::Deletion>& deletions) {
  store::Sha256 digest;
  for (const record::Deletion& deletion : deletions) {
    digest.add(deletion.type);
    digest.add(deletion.key);
    digest.add(deletion.ended_by);
  }
  constexpr size_t kDigits = 12;
  return std::to_string(deletions.size()) + "-" + digest.hex().substr(0, kDigits);
}

Result<record::ChangeSet> asked_deletion(const Arguments& arguments, const Workspace& workspace,
                                         Date as_of) {
  record::ChangeSet set;
  set.recorded_at = utc_now();
  set.author = arguments.value("--by");
  set.approver = arguments.value("--second");
  set.reason = arguments.value("--reason");
  set.basis = arguments.value("--basis");
  set.due_on = as_of;
  DD_ASSIGN_OR_RETURN(const std::vector<Due> all, find_all(workspace, as_of));
  std::set<std::string> named;
  for (const std::string& key : arguments.list("--key")) named.insert(key_from_words(key));
  for (const std::string& type : arguments.list("--type")) {
    const auto due = std::find_if(all.begin(), all.end(), [&](const Due& candidate) {
      return candidate.of_type.type->name == type;
    });
    if (due == all.end()) return no_such_type(*workspace.policy->catalogue, type);
    DD_RETURN_IF_ERROR(add_deletions(*due, named, arguments.has("--key"), set.deletions));
  }
  if (!named.empty()) {
    return not_due(join(arguments.list("--type"), "/"), *named.begin(),
                   {"没有到期，或者没有这条记录", "it is not due, or not there"});
  }
  return set;
}

std::string shown(const std::vector<record::Deletion>& deletions, Language language) {
  constexpr size_t kShown = 50;
  std::string out;
  for (size_t i = 0; i < std::min(deletions.size(), kShown); ++i) {
    out += "  " + deletions[i].type + ":" + record::key_for_display(deletions[i].key);
    if (deletions[i].ended_by != 0) {
      out += language == Language::kChinese ? "（旧版本）" : " (former versions)";
    }
    out += '\n';
  }
  if (deletions.size() <= kShown) return out;
  const std::string more = std::to_string(deletions.size() - kShown);
  return out + Text{"  另有 " + more + " 条", "  and " + more + " more"}.in(language) + "\n";
}

Result<std::string> delete_due(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_RETURN_IF_ERROR(need_words(arguments, {"--type", "--by", "--second", "--reason", "--basis"}));
  DD_ASSIGN_OR_RETURN(const Workspace workspace,
                      open_workspace(arguments.positional[0], std::nullopt));
  DD_ASSIGN_OR_RETURN(const record::ChangeSet set, asked_deletion(arguments, workspace, as_of));
  if (set.deletions.empty()) {
    return Text{"没有到期可删的记录", "nothing is due"}.in(language) + "\n";
  }
  const record::Catalogue& catalogue = *workspace.policy->catalogue;
  const std::string token = token_of(set.deletions);
  const std::string count = std::to_string(set.deletions.size());
  if (!arguments.has("--confirm")) {
    DD_ASSIGN_OR_RETURN(const record::ApplyOutcome outcome,
                        workspace.store->rehearse(catalogue, set));
    const std::string versions = std::to_string(outcome.deleted);
    const Text would{"将删除 " + count + " 条记录的 " + versions +
                         " 个版本，删除后不能恢复。核对后加 --confirm " + token + " 再运行：",
                     "would delete " + versions + " versions of " + count +
                         " records, for good. Look through them, then add --confirm " + token +
                         ":"};
    return would.in(language) + "\n" + shown(set.deletions, language);
  }
  if (arguments.value("--confirm") != token) {
    return Error{ErrorCode::kConflict,
                 {"要删除的已不是当时列出的那些，什么也没有删除",
                  "what would be deleted is not what was shown; nothing was deleted"},
                 arguments.value("--confirm"),
                 {"去掉 --confirm 重新查看", "leave --confirm out and look again"}};
  }
  DD_ASSIGN_OR_RETURN(const record::ApplyOutcome outcome, workspace.store->apply(catalogue, set));
  DD_RETURN_IF_ERROR(drop_snapshot(arguments.positional[0]));
  const std::string id = std::to_string(outcome.id);
  const std::string versions = std::to_string(outcome.deleted);
  std::string out =
      Text{"已删除 " + count + " 条记录的 " + versions + " 个版本（第 " + id + " 批）",
           "deleted " + versions + " versions of " + count + " records (change set " + id + ")"}
          .in(language) +
      "\n";
  if (outcome.erasure_pending) {
    out += Text{"数据库文件正被别的进程使用，删除的字节尚未清除；下次打开时再清",
                "another process is using the database's files: the deleted bytes are still in "
                "them, and go when the store is next opened"}
               .in(language) +
           "\n";
  }
  return out;
}

int run(const CommandShape& shape, const Words& words, Language language,
        Result<std::string> (*answer)(const Arguments&, Language)) {
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto text = answer(*arguments, language);
  if (!text) return fail(text.error(), language);
  std::printf("%s", text->c_str());
  return kDone;
}

}  // namespace

int run_retention(const Words& words, Language language) {
  return run(
      {"retention DIR --as-of DATE [--list] [--json]", 1, 1, {"--as-of"}, {}, {"--list", "--json"}},
      words, language, retention);
}

int run_delete(const Words& words, Language language) {
  return run(
      {"delete DIR --as-of DATE --type TYPE… [--key KEY…] --by WHO --second WHO --reason TEXT "
       "--basis TEXT [--confirm TOKEN]",
       1,
       1,
       {"--as-of", "--by", "--second", "--reason", "--basis", "--confirm"},
       {"--type", "--key"},
       {}},
      words, language, delete_due);
}

}  // namespace dandang::app
