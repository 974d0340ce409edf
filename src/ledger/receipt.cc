#include "ledger/receipt.h"

#include <algorithm>

#include "ledger/proof.h"
#include "ledger/proof_text.h"

namespace dandang::ledger {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";

Error refused(ErrorCode code, Text what, std::string_view where) {
  return Error{code,
               std::move(what),
               std::string(where.substr(0, 80)),
               {"请账本的主管单位重新出具回执", "ask the keeper of the log for a new receipt"}};
}

}  // namespace

std::string Receipt::to_string() const {
  std::string out(kHeader);
  out += '\n';
  if (!extra.empty()) out += std::string(kExtra) + to_base64(extra) + "\n";
  out += "index " + std::to_string(index) + "\n";
  out += proof_lines(proof) + "\n";
  out += checkpoint.note.to_string();
  return out;
}

Result<Receipt> parse_receipt(std::string_view bytes) {
  if (bytes.size() > kMaxReceiptBytes) {
    return refused(ErrorCode::kLimit, {"回执超过 2 MiB", "a receipt is at most 2 MiB"}, "");
  }
  const auto header = take_line(bytes);
  if (header != kHeader) {
    return refused(
        ErrorCode::kBadInput,
        {"回执第一行应为 c2sp.org/tlog-proof@v1", "a receipt begins with c2sp.org/tlog-proof@v1"},
        header.value_or(""));
  }
  Receipt receipt;
  if (bytes.substr(0, kExtra.size()) == kExtra) {
    const std::string_view line = take_line(bytes).value_or("");
    const auto extra = from_base64(line.substr(std::min(line.size(), kExtra.size())));
    if (!extra || extra->empty() || extra->size() > kMaxExtraBytes) {
      return refused(ErrorCode::kBadInput,
                     {"回执的附带内容应为 base64，最多 1 MiB",
                      "what a receipt carries is base64 of at most 1 MiB"},
                     line);
    }
    receipt.extra = *extra;
  }
  DD_ASSIGN_OR_RETURN(receipt.index, take_number_line(bytes, "index"));
  DD_ASSIGN_OR_RETURN(receipt.proof, take_proof_lines(bytes));
  DD_ASSIGN_OR_RETURN(receipt.checkpoint, parse_signed_checkpoint(bytes));
  return receipt;
}

Result<std::vector<CheckedSignature>> verify_receipt(const Receipt& receipt,
                                                     std::string_view leaf_data,
                                                     const std::vector<VerifierKey>& keys) {
  const Checkpoint& checkpoint = receipt.checkpoint.checkpoint;
  if (!is_signed_by_log(receipt.checkpoint, keys)) {
    return refused(ErrorCode::kBadInput,
                   {"回执里的检查点没有账本的有效签名",
                    "the checkpoint of the receipt has no good signature of the log"},
                   checkpoint.origin);
  }
  DD_ASSIGN_OR_RETURN(auto hasher, Hasher::create(checkpoint.hash));
  if (!verify_inclusion(hasher, receipt.index, checkpoint.size, hasher.leaf(leaf_data),
                        receipt.proof, checkpoint.root)) {
    return refused(ErrorCode::kBadInput,
                   {"内容与账本不符：这一条不在所签的账本里",
                    "the content is not what stands at this place of the signed log"},
                   std::to_string(receipt.index) + " / " + std::to_string(checkpoint.size));
  }
  return check_signatures(receipt.checkpoint.note, keys);
}

}  // namespace dandang::ledger
