#include "ledger/report.h"

#include <algorithm>

namespace dandang::ledger {
namespace {

Text kind_text(FindingKind kind) {
  switch (kind) {
    case FindingKind::kRecordAltered:
      return {"记录被改动", "the record was altered"};
    case FindingKind::kCommitmentDamaged:
      return {"记录无误，旁边的承诺值损坏",
              "the record is sound, the commitment beside it damaged"};
    case FindingKind::kRecordDiffers:
      return {"记录与承诺值不符，账本对两者都不能证实",
              "record and commitment disagree, and the ledger bears out neither"};
    case FindingKind::kEntryOutOfPlace:
      return {"账本里没有这条记录的位置", "the ledger has no place for this record"};
    case FindingKind::kEntriesMissing:
      return {"记录少于账本所记", "fewer records than the ledger says"};
    case FindingKind::kEntriesAdded:
      return {"记录多于账本所记", "more records than the ledger says"};
    case FindingKind::kEntriesDiffer:
      return {"记录的清单与账本不符", "the list of records is not the ledger's"};
    case FindingKind::kChangeSetAltered:
      return {"变更集的说明被改动", "what is said of the change set was altered"};
    case FindingKind::kChangeSetMissing:
      return {"账本有此条，变更集不在", "a leaf without its change set"};
    case FindingKind::kLeafMissing:
      return {"账本缺此条", "the ledger lacks this leaf"};
    case FindingKind::kLeafOutOfPlace:
      return {"账本此条的序号不对", "this leaf does not stand where its number says"};
    case FindingKind::kLeafUnreadable:
      return {"账本此条无法读取", "this leaf cannot be read"};
    case FindingKind::kLeafAltered:
      return {"账本此条被改动", "this leaf was altered"};
    case FindingKind::kLeafHashDamaged:
      return {"账本此条无误，所存杂凑值损坏", "this leaf is sound, the hash kept of it damaged"};
    case FindingKind::kLeafDiffers:
      return {"账本此条与所存杂凑值不符，没有检查点可以证实",
              "this leaf and the hash kept of it disagree, and no checkpoint bears out either"};
  }
  return {};
}

Text status_text(CheckpointStatus status) {
  switch (status) {
    case CheckpointStatus::kMatches:
      return {"与账本相符", "the ledger matches"};
    case CheckpointStatus::kDiffers:
      return {"与账本不符：账本分叉，或者条目被改动",
              "the ledger does not match: a fork, or leaves altered"};
    case CheckpointStatus::kLogShorter:
      return {"账本比检查点短：已签的条目丢失",
              "the ledger is shorter than the checkpoint: signed leaves are lost"};
    case CheckpointStatus::kLogShorterButTrue:
      return {"账本比检查点短，但确是其前段（例如从备份恢复）",
              "the ledger is shorter than the checkpoint, and truly its beginning (a backup, say)"};
    case CheckpointStatus::kOtherLog:
      return {"检查点属于另一个账本", "the checkpoint is of another ledger"};
  }
  return {};
}

void append(Text& text, const std::string& zh, const std::string& en) {
  text.zh += zh;
  text.en += en;
}

}  // namespace

Text Finding::describe() const {
  Text text = kind_text(kind);
  const std::string number = std::to_string(leaf);
  append(text, "：账本第 " + number + " 条", ": leaf " + number);
  if (change_set != 0) {
    append(text, "，变更集 " + std::to_string(change_set),
           ", change set " + std::to_string(change_set));
  }
  if (!table.empty()) {
    append(text, "，" + table + " 版本 " + std::to_string(id),
           ", " + table + " version " + std::to_string(id));
  }
  if (!subject.empty()) append(text, "（" + subject + "）", " (" + subject + ")");
  return text;
}

Text CheckpointResult::describe() const {
  Text text = status_text(status);
  append(text, "：" + label + "，" + std::to_string(size) + " 条",
         ": " + label + ", " + std::to_string(size) + " leaves");
  if (!signed_by_log) append(text, "，没有账本的有效签名", ", without a good signature of the log");
  return text;
}

bool Report::sound() const {
  return findings.empty() && findings_dropped == 0 &&
         std::all_of(checkpoints.begin(), checkpoints.end(), [](const CheckpointResult& c) {
           return c.signed_by_log && c.status == CheckpointStatus::kMatches;
         });
}

}  // namespace dandang::ledger
