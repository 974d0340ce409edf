#include <cstdio>

#include "app/backup_files.h"
#include "app/command.h"
#include "app/ledger_files.h"
#include "app/snapshot_cache.h"
#include "app/workspace.h"
#include "ledger/bytes.h"
#include "ledger/witness.h"

namespace dandang::app {
namespace {

using ledger::Finding;

// The ledger's tables as people call them.
Text table_name(const std::string& table) {
  const auto behind = [&](const std::string& prefix) { return table.substr(prefix.size()); };
  if (table == "change_set") return {"写入的结果", "outcome of the change set"};
  if (table == "coverage") return {"完整清单", "complete list"};
  if (table == "coverage:ended") return {"完整清单的终止", "end of a complete list"};
  if (table == "parameter") return {"标准", "parameter"};
  if (table == "parameter:ended") return {"标准的终止", "end of a parameter"};
  if (table == "change_set:erased") return {"写入结果的余留", "what is left of an outcome"};
  if (table == "deletion") return {"删除", "deletion"};
  if (table == "erasure") return {"删除的审批", "approval of a deletion"};
  if (table == "hold") return {"冻结", "hold"};
  if (table == "package_file") return {"政策包文件", "package file"};
  if (table.starts_with("record:")) return {behind("record:"), behind("record:")};
  if (table.starts_with("withdrawal:")) {
    return {"撤回" + behind("withdrawal:"), "withdrawal of " + behind("withdrawal:")};
  }
  return {table, table};
}

void print_findings(const ledger::Report& report, Language language) {
  for (Finding finding : report.findings) {
    finding.table = table_name(finding.table).in(language);
    std::printf("✗ %s\n", finding.describe().in(language).c_str());
  }
  if (report.findings_dropped == 0) return;
  const Text rest{"另有 " + std::to_string(report.findings_dropped) + " 处未列出",
                  std::to_string(report.findings_dropped) + " more are not listed"};
  std::printf("  %s\n", rest.in(language).c_str());
}

void print_checkpoints(const ledger::Report& report, Language language) {
  for (const ledger::CheckpointResult& checkpoint : report.checkpoints) {
    const bool good =
        checkpoint.signed_by_log && checkpoint.status == ledger::CheckpointStatus::kMatches;
    std::printf("%s %s\n", good ? "✓" : "✗", checkpoint.describe().in(language).c_str());
    for (const ledger::CheckedSignature& signature : checkpoint.signatures) {
      const Text status =
          signature.status == ledger::SignatureStatus::kGood ? Text{"签名有效", "good signature"}
          : signature.status == ledger::SignatureStatus::kBad ? Text{"签名无效", "bad signature"}
                                                              : Text{"公钥未知", "key unknown"};
      std::printf("    %s：%s\n", signature.name.c_str(), status.in(language).c_str());
    }
  }
}

void print_head(const store::LedgerCheck& check, Language language) {
  const ledger::Report& report = check.report;
  const std::string size = std::to_string(report.leaves);
  const std::string entries = std::to_string(report.entries);
  const std::string root = ledger::to_base64(ledger::bytes_of(check.root));
  const std::string hash(ledger::hash_name(check.hash));
  const Text head{
      "账本 " + size + " 条，记录 " + entries + " 条，根 " + root + "（" + hash + "）",
      "ledger: " + size + " leaves, " + entries + " entries, root " + root + " (" + hash + ")"};
  std::printf("%s\n", head.in(language).c_str());
  if (report.deleted > 0) {
    const std::string deleted = std::to_string(report.deleted);
    const Text gone{"其中 " + deleted + " 条已依规删除，只核对了承诺值和删除的记载",
                    deleted +
                        " of the entries were deleted: their commitments and the change sets "
                        "that say so were checked"};
    std::printf("%s\n", gone.in(language).c_str());
  }
  const std::string anchored = std::to_string(report.anchored);
  const Text borne_out =
      report.anchored == 0
          ? Text{"没有账本签名的检查点为证：只说明库与它自己的账本是否相符",
                 "no checkpoint signed by the log bears it out: this says only whether the store "
                 "agrees with its own ledger"}
          : Text{"前 " + anchored + " 条有签名的检查点为证",
                 "the first " + anchored + " leaves are borne out by a signed checkpoint"};
  std::printf("%s\n", borne_out.in(language).c_str());
}

Result<std::vector<ledger::KnownCheckpoint>> known_checkpoints(const Arguments& arguments) {
  std::vector<ledger::KnownCheckpoint> out;
  for (const std::string& path : arguments.list("--checkpoint")) {
    DD_ASSIGN_OR_RETURN(const std::string bytes,
                        read_small_file(path, ledger::kMaxWitnessRequestBytes));
    // A request to countersign holds a checkpoint too, and the proof of what it goes on from.
    if (bytes.starts_with("old ")) {
      DD_ASSIGN_OR_RETURN(ledger::WitnessRequest request, ledger::parse_witness_request(bytes));
      out.push_back({path, std::move(request.checkpoint), std::move(request.proof)});
      continue;
    }
    DD_ASSIGN_OR_RETURN(ledger::SignedCheckpoint checkpoint,
                        ledger::parse_signed_checkpoint(bytes));
    out.push_back({path, std::move(checkpoint), {}});
  }
  return out;
}

// A backup is first read whole, and held against its own head.
Result<store::LedgerReader> open_given(const Arguments& arguments) {
  const std::string& path = arguments.positional[0];
  if (!is_backup(path)) return open_ledger(path);
  DD_ASSIGN_OR_RETURN(const auto backup, open_backup(path, arguments));
  DD_RETURN_IF_ERROR(backup->read_all(nullptr, nullptr));
  return store::LedgerReader::open_bytes(backup);
}

struct Checked {
  store::LedgerCheck ledger;
  std::optional<SnapshotCheck> snapshot;

  bool sound() const { return ledger.sound() && (!snapshot || snapshot->sound); }
};

// A directory may have a snapshot beside its store, from which commands evaluate.
Result<std::optional<SnapshotCheck>> check_its_snapshot(const std::string& directory,
                                                        store::LedgerReader& reader) {
  const Result<StorePlace> place = store_place(directory);
  if (!place) return std::optional<SnapshotCheck>();  // a file
  return check_snapshot(directory, place_text(*place), reader);
}

Result<Checked> check(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const std::vector<ledger::VerifierKey> keys,
                      read_verifier_keys(arguments, "--key"));
  DD_ASSIGN_OR_RETURN(std::vector<ledger::KnownCheckpoint> checkpoints,
                      known_checkpoints(arguments));
  DD_ASSIGN_OR_RETURN(store::LedgerReader reader, open_given(arguments));
  Progress progress(language == Language::kChinese ? "核对" : "verifying", true);
  Checked out;
  DD_ASSIGN_OR_RETURN(
      out.ledger, reader.check(keys, std::move(checkpoints),
                               [&](uint64_t done, uint64_t all) { progress.update(done, all); }));
  progress.finish();
  DD_ASSIGN_OR_RETURN(out.snapshot, check_its_snapshot(arguments.positional[0], reader));
  return out;
}

}  // namespace

int run_verify(const Words& words, Language language) {
  const CommandShape shape{
      "verify DIR|FILE [--checkpoint FILE…] [--key PUBLIC-KEY-FILE…] [--passphrase-file FILE | "
      "--key-file FILE]",
      1,
      1,
      {"--passphrase-file", "--key-file"},
      {"--checkpoint", "--key"},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto checked = check(*arguments, language);
  if (!checked) {
    // A store that cannot be read to its end is no better than one that is damaged.
    const int code = fail(checked.error(), language);
    return checked.error().code == ErrorCode::kIo ? kStoreUnsound : code;
  }
  for (const std::string& damage : checked->ledger.damage) {
    const Text what{"数据库文件损坏：" + damage, "the database file is damaged: " + damage};
    std::printf("✗ %s\n", what.in(language).c_str());
  }
  print_findings(checked->ledger.report, language);
  print_checkpoints(checked->ledger.report, language);
  print_head(checked->ledger, language);
  if (checked->snapshot) {
    std::printf("%s %s\n", checked->snapshot->sound ? "✓" : "✗",
                checked->snapshot->words.in(language).c_str());
  }
  const Text verdict = checked->sound() ? Text{"相符", "sound"} : Text{"不相符", "not sound"};
  std::printf("%s\n", verdict.in(language).c_str());
  if (!checked->ledger.damage.empty()) return kStoreUnsound;
  return checked->sound() ? kDone : kAnswerIsNo;
}

}  // namespace dandang::app
