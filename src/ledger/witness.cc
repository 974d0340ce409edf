#include "ledger/witness.h"

#include <algorithm>

#include "ledger/proof.h"
#include "ledger/proof_text.h"

namespace dandang::ledger {
namespace {

Error refused(ErrorCode code, Text what, const std::string& where, Text hint) {
  return Error{code, std::move(what), where, std::move(hint)};
}

// The witness's own record is worth what its own signature on it is.
bool is_signed_by(const Note& note, const VerifierKey& key) {
  const auto checked = check_signatures(note, {key});
  return std::any_of(checked.begin(), checked.end(),
                     [](const CheckedSignature& s) { return s.status == SignatureStatus::kGood; });
}

Result<void> check_last(const SignedCheckpoint& last, const Checkpoint& now,
                        const VerifierKey& witness) {
  if (!is_signed_by(last.note, witness)) {
    return refused(ErrorCode::kBadUsage,
                   {"上次的检查点没有本单位的有效签名",
                    "the last checkpoint has no good signature of this witness"},
                   witness.name(), {"给出本单位上次会签的文件", "give the file signed last"});
  }
  if (last.checkpoint.origin != now.origin || last.checkpoint.hash != now.hash) {
    return refused(ErrorCode::kBadUsage,
                   {"上次的检查点属于另一个账本", "the last checkpoint is of another log"},
                   last.checkpoint.origin + " / " + now.origin,
                   {"给出同一账本上次会签的文件", "give the file signed last for this log"});
  }
  return {};
}

}  // namespace

std::string WitnessRequest::to_string() const {
  return "old " + std::to_string(old_size) + "\n" + proof_lines(proof) + "\n" +
         checkpoint.note.to_string();
}

Result<WitnessRequest> parse_witness_request(std::string_view bytes) {
  if (bytes.size() > kMaxWitnessRequestBytes) {
    return refused(ErrorCode::kLimit,
                   {"会签请求超过 260 KiB", "a request to countersign is at most 260 KiB"},
                   std::to_string(bytes.size()), {});
  }
  WitnessRequest request;
  DD_ASSIGN_OR_RETURN(request.old_size, take_number_line(bytes, "old"));
  DD_ASSIGN_OR_RETURN(request.proof, take_proof_lines(bytes));
  DD_ASSIGN_OR_RETURN(request.checkpoint, parse_signed_checkpoint(bytes));
  return request;
}

Result<Note> countersign(const WitnessRequest& request, const std::optional<SignedCheckpoint>& last,
                         const std::vector<VerifierKey>& log_keys, const SigningKey& witness) {
  const Checkpoint& now = request.checkpoint.checkpoint;
  if (!is_signed_by_log(request.checkpoint, log_keys)) {
    return refused(ErrorCode::kBadInput,
                   {"检查点没有账本的有效签名", "the checkpoint has no good signature of the log"},
                   now.origin, {"核对账本的公钥", "compare the log's public key"});
  }
  DD_ASSIGN_OR_RETURN(auto hasher, Hasher::create(now.hash));
  Checkpoint before;
  before.root = hasher.empty_root();
  if (last) {
    DD_RETURN_IF_ERROR(check_last(*last, now, witness.verifier()));
    before = last->checkpoint;
  }
  if (request.old_size != before.size && now.size >= before.size) {
    return refused(ErrorCode::kBadInput,
                   {"请求不是从本单位上次会签之处接起",
                    "the request does not begin where this witness signed last"},
                   std::to_string(request.old_size) + " / " + std::to_string(before.size),
                   {"请对方按此条数重新出具", "ask for one that begins at the second number"});
  }
  if (!verify_consistency(hasher, before.size, now.size, before.root, request.proof, now.root)) {
    return refused(
        ErrorCode::kConflict,
        {"账本不是上次会签的账本的延续，不予会签",
         "the log does not continue the one signed last; not signed"},
        now.origin + " " + std::to_string(before.size) + " / " + std::to_string(now.size),
        {"保存两份文件：它们就是证据", "keep both files: they are the proof"});
  }
  Note note = request.checkpoint.note;
  DD_RETURN_IF_ERROR(sign(note, witness));
  return note;
}

}  // namespace dandang::ledger
