#include "ledger/proof_text.h"

namespace dandang::ledger {
namespace {

Error malformed(Text what, std::string_view where) {
  return Error{ErrorCode::kBadInput,
               std::move(what),
               std::string(where.substr(0, 80)),
               {"请原样取回文件，不要编辑", "fetch the file again, unedited"}};
}

}  // namespace

std::string proof_lines(const Proof& proof) {
  std::string out;
  for (const Hash& hash : proof) out += to_base64(bytes_of(hash)) + "\n";
  return out;
}

Result<Proof> take_proof_lines(std::string_view& rest) {
  Proof proof;
  while (const auto line = take_line(rest)) {
    if (line->empty()) return proof;
    if (proof.size() == kMaxProofHashes) {
      return Error{ErrorCode::kLimit,
                   {"证明超过 63 行", "a proof has at most 63 lines"},
                   std::string(line->substr(0, 80)),
                   {}};
    }
    const auto bytes = from_base64(*line);
    const auto hash = to_hash(bytes.value_or(""));
    if (!hash) return malformed({"证明的每行应为一个杂凑值", "a proof is a hash a line"}, *line);
    proof.push_back(*hash);
  }
  return malformed({"证明之后缺空行", "no blank line behind the proof"}, rest);
}

Result<uint64_t> take_number_line(std::string_view& rest, std::string_view word) {
  const std::string_view line = take_line(rest).value_or("");
  const std::string prefix = std::string(word) + " ";
  const auto number = line.substr(0, prefix.size()) == prefix
                          ? from_decimal(line.substr(prefix.size()), kMaxTreeSize)
                          : std::nullopt;
  if (number) return *number;
  return malformed({"这一行应写成“" + prefix + "数字”", "the line reads '" + prefix + "number'"},
                   line);
}

}  // namespace dandang::ledger
