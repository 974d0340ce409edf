#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "app/command.h"
#include "app/record_words.h"
#include "app/recording_time.h"
#include "app/workspace.h"
#include "base/text.h"
#include "record/undo.h"

namespace dandang::app {
namespace {

using record::ChangeSetId;
using record::ChangeSetSummary;
using record::KeptVersion;
using record::NewVersion;
using record::RecordChange;
using record::RecordType;

// A line of an answer, in the language of the command.
class Lines {
 public:
  explicit Lines(Language language) : language_(language) {}
  void add(const Text& line) { out_ += line.in(language_) + "\n"; }
  const std::string& text() const { return out_; }

 private:
  Language language_;
  std::string out_;
};

std::string validity_of(const NewVersion& version) {
  return (version.valid_from ? version.valid_from->to_string() : "…") + " – " +
         (version.valid_to ? version.valid_to->to_string() : "…");
}

std::string shown(const RecordType& type, const NewVersion& version, size_t field) {
  const std::string text = record::to_display(type.fields[field], version.cells[field]);
  return text.empty() ? "（空）" : text;
}

std::string source_of(const NewVersion& version) {
  if (version.source.file.empty()) return "";
  std::string out = "  " + version.source.file;
  if (!version.source.sheet.empty()) out += ":" + version.source.sheet;
  if (version.source.row > 0) out += ":" + std::to_string(version.source.row);
  return out;
}

// What differs between two versions; without the former, all that has a value.
void add_differences(Lines& out, const RecordType& type, const NewVersion* before,
                     const NewVersion& after) {
  for (size_t f = 0; f < type.fields.size(); ++f) {
    const std::string name = "    " + type.fields[f].name + ": ";
    const std::string now = shown(type, after, f);
    if (before == nullptr) {
      if (!is_blank(after.cells[f])) out.add({name + now, name + now});
    } else if (before->cells[f] != after.cells[f]) {
      const std::string line = name + shown(type, *before, f) + " → " + now;
      out.add({line, line});
    }
  }
  const std::string holds = validity_of(after);
  if (before == nullptr ? after.valid_from || after.valid_to : validity_of(*before) != holds) {
    out.add({"    有效期: " + holds, "    holds: " + holds});
  }
}

Result<std::string> history(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Workspace workspace,
                      open_workspace(arguments.positional[0], std::nullopt));
  const record::Catalogue& catalogue = *workspace.policy->catalogue;
  const std::string& type_name = arguments.positional[1];
  const RecordType* type = catalogue.find_type(type_name);
  if (type == nullptr) return no_such_type(catalogue, type_name);
  DD_ASSIGN_OR_RETURN(
      const std::vector<KeptVersion> versions,
      workspace.store->history(catalogue, type_name, key_from_words(arguments.positional[2])));
  if (versions.empty()) {
    return Error{ErrorCode::kNotFound,
                 {"没有这条记录", "there is no such record"},
                 type_name + ":" + arguments.positional[2],
                 {"主键各部分之间写“/”，次序是：" + join(type->key, "/"),
                  "write the parts of the key with / between them: " + join(type->key, "/")}};
  }
  Lines out(language);
  const NewVersion* before = nullptr;
  for (const KeptVersion& kept : versions) {
    out.add(heading_of(kept.recorded));
    if (kept.deleted) {
      const std::string by = std::to_string(kept.deleted->id);
      out.add(
          {"    内容已删除（第 " + by + " 批）", "    content deleted (change set " + by + ")"});
      before = nullptr;
      continue;
    }
    const std::string source = source_of(kept.version);
    if (!source.empty()) out.add({"  来源" + source, "  from" + source});
    add_differences(out, *type, before, kept.version);
    before = &kept.version;
    if (!kept.withdrawn) continue;
    out.add(heading_of(*kept.ended));
    out.add({"    撤回", "    withdrawn"});
    before = nullptr;
  }
  return out.text();
}

Text counted(size_t added, size_t changed, size_t withdrawn) {
  return {"新增 " + std::to_string(added) + " 条，修改 " + std::to_string(changed) + " 条，撤回 " +
              std::to_string(withdrawn) + " 条",
          std::to_string(added) + " new, " + std::to_string(changed) + " changed, " +
              std::to_string(withdrawn) + " withdrawn"};
}

Result<ChangeSetId> change_set_number(const std::string& text) {
  const bool digits =
      !text.empty() && text.size() <= 9 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits) return ChangeSetId{std::stoll(text)};
  return Error{ErrorCode::kBadUsage,
               {"这不是写入的批号", "this is not the number of a change set"},
               text,
               {"用 dandang changes DIR 查批号", "look it up with dandang changes DIR"}};
}

// What is left of the versions that the change set deleted, or that were deleted since: by type
// and change set, with the numbers of the records.
Result<void> add_tombstones(Lines& out, const Workspace& workspace, ChangeSetId number) {
  DD_ASSIGN_OR_RETURN(const auto tombstones, workspace.store->tombstones(number));
  std::map<std::pair<std::string, ChangeSetId>, std::vector<std::string>> versions;
  for (const record::Tombstone& tombstone : tombstones) {
    versions[{tombstone.type, tombstone.deleted_in}].push_back(
        std::to_string(tombstone.record) + "/" + std::to_string(tombstone.version));
  }
  constexpr size_t kShown = 20;
  for (auto& [of, numbers] : versions) {
    const std::string count = std::to_string(numbers.size());
    const bool more = numbers.size() > kShown;
    if (more) numbers.resize(kShown);
    const std::string shown = join(numbers, " ") + (more ? " …" : "");
    const std::string by = std::to_string(of.second);
    out.add({"† " + of.first + "：" + count + " 个版本，内容已删除（第 " + by +
                 " 批）：记录/版本 " + shown,
             "† " + of.first + ": " + count + " versions, content deleted (change set " + by +
                 "): record/version " + shown});
  }
  return {};
}

Result<std::string> changes_of(const Workspace& workspace, ChangeSetId number, Language language) {
  const record::Catalogue& catalogue = *workspace.policy->catalogue;
  Lines out(language);
  size_t added = 0;
  size_t changed = 0;
  size_t withdrawn = 0;
  DD_RETURN_IF_ERROR(workspace.store->versions_of(
      catalogue, number, [&](const RecordChange& change) -> Result<void> {
        const RecordType& type = *catalogue.find_type(change.type);
        const std::string id = change.type + ":" + record::key_for_display(change.key);
        if (!change.after) {
          ++withdrawn;
          out.add({"撤回 " + id, "withdrawn " + id});
          return {};
        }
        const NewVersion* before = change.before ? &*change.before : nullptr;
        before == nullptr ? ++added : ++changed;
        out.add(before == nullptr ? Text{"新增 " + id, "new " + id}
                                  : Text{"修改 " + id, "changed " + id});
        add_differences(out, type, before, *change.after);
        return {};
      }));
  out.add(counted(added, changed, withdrawn));
  DD_RETURN_IF_ERROR(add_tombstones(out, workspace, number));
  return out.text();
}

Result<std::string> changes(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Workspace workspace,
                      open_workspace(arguments.positional[0], std::nullopt));
  if (arguments.positional.size() == 2) {
    DD_ASSIGN_OR_RETURN(const ChangeSetId number, change_set_number(arguments.positional[1]));
    return changes_of(workspace, number, language);
  }
  DD_ASSIGN_OR_RETURN(const std::vector<ChangeSetSummary> all, workspace.store->change_sets());
  Lines out(language);
  for (const ChangeSetSummary& summary : all) out.add(heading_of(summary));
  return out.text();
}

// What stands in the way, a line each, up to a readable number.
void add_obstacles(Lines& out, const std::vector<record::UndoObstacle>& obstacles) {
  constexpr size_t kShown = 20;
  for (size_t i = 0; i < std::min(obstacles.size(), kShown); ++i) {
    const record::UndoObstacle& one = obstacles[i];
    const std::string id = one.type + ":" + record::key_for_display(one.key);
    if (one.changed_in != 0) {
      const std::string later = std::to_string(one.changed_in);
      out.add({"  保留 " + id + "：第 " + later + " 批又改过",
               "  left: " + id + ", changed again in change set " + later});
    } else if (one.referred_by.empty()) {
      out.add({"  保留 " + id + "：原来的内容已删除",
               "  left: " + id + ", what it was before is deleted"});
    } else {
      out.add({"  保留 " + id + "：" + one.referred_by + " 还用着它",
               "  left: " + id + ", still used by " + one.referred_by});
    }
  }
  if (obstacles.size() <= kShown) return;
  const std::string more = std::to_string(obstacles.size() - kShown);
  out.add({"  另有 " + more + " 条", "  and " + more + " more"});
}

Result<std::string> undo(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const ChangeSetId number, change_set_number(arguments.positional[1]));
  for (const char* option : {"--by", "--basis"}) {
    if (!arguments.value(option).empty()) continue;
    return Error{ErrorCode::kBadUsage,
                 {"撤销一批写入要写明经办人和依据", "an undo names its author and its basis"},
                 option,
                 {"补上 " + std::string(option), "add " + std::string(option)}};
  }
  DD_ASSIGN_OR_RETURN(const Workspace workspace,
                      open_workspace(arguments.positional[0], std::nullopt));
  record::ChangeSet by;
  by.author = arguments.value("--by");
  by.reason = "undo " + std::to_string(number);
  by.basis = arguments.value("--basis");
  const auto scope =
      arguments.has("--untouched") ? record::UndoScope::kUntouched : record::UndoScope::kAll;
  DD_ASSIGN_OR_RETURN(
      record::Undo made,
      record::make_undo(*workspace.store, workspace.policy->catalogue, number, by, scope));
  Lines out(language);
  const std::string which = std::to_string(number);
  if (arguments.has("--dry-run")) {
    out.add({"将撤销第 " + which + " 批：恢复 " + std::to_string(made.change_set.versions.size()) +
                 " 条，撤回 " + std::to_string(made.change_set.withdrawals.size()) + " 条",
             "would undo change set " + which + ": " +
                 std::to_string(made.change_set.versions.size()) + " put back, " +
                 std::to_string(made.change_set.withdrawals.size()) + " withdrawn"});
    add_obstacles(out, made.left);
    return out.text();
  }
  DD_RETURN_IF_ERROR(stamp(*workspace.store, arguments, made.change_set));
  DD_ASSIGN_OR_RETURN(const record::ApplyOutcome outcome,
                      workspace.store->apply(*workspace.policy->catalogue, made.change_set));
  const std::string as = std::to_string(outcome.id);
  const Text counts = counted(outcome.added, outcome.changed, outcome.withdrawn);
  out.add({"已撤销第 " + which + " 批（记为第 " + as + " 批）：" + counts.zh,
           "change set " + which + " undone as change set " + as + ": " + counts.en});
  add_obstacles(out, made.left);
  return out.text();
}

using Answer = Result<std::string> (*)(const Arguments&, Language);

int run(const CommandShape& shape, const Words& words, Language language, Answer answer) {
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto text = answer(*arguments, language);
  if (!text) return fail(text.error(), language);
  std::printf("%s", text->c_str());
  return kDone;
}

}  // namespace

int run_history(const Words& words, Language language) {
  return run({"history DIR TYPE KEY", 3, 3, {}, {}, {}}, words, language, history);
}

int run_changes(const Words& words, Language language) {
  return run({"changes DIR [NUMBER]", 1, 2, {}, {}, {}}, words, language, changes);
}

int run_undo(const Words& words, Language language) {
  return run({"undo DIR NUMBER --by WHO --basis TEXT [--untouched] [--dry-run]",
              2,
              2,
              {"--by", "--basis", kAfterClockFault},
              {},
              {"--untouched", "--dry-run"}},
             words, language, undo);
}

}  // namespace dandang::app
