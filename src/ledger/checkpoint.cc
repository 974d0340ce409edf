#include "ledger/checkpoint.h"

#include <algorithm>

#include "ledger/tree.h"

namespace dandang::ledger {
namespace {

constexpr std::string_view kSm3Line = "hash SM3";

Error malformed(Text what, std::string_view where) {
  return Error{ErrorCode::kBadInput,
               std::move(what),
               std::string(where.substr(0, 80)),
               {"请原样取回检查点文件", "fetch the checkpoint again, unedited"}};
}

// Lines are kept apart by line feeds alone, so none may hold one.
bool is_line(std::string_view line, size_t max) {
  return !line.empty() && line.size() <= max && is_valid_utf8(line) &&
         std::none_of(line.begin(), line.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

std::string Checkpoint::text() const {
  std::string out = origin + "\n" + std::to_string(size) + "\n" + to_base64(bytes_of(root)) + "\n";
  if (hash == HashKind::kSm3) out += std::string(kSm3Line) + "\n";
  for (const std::string& line : extensions) out += line + "\n";
  return out;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  Checkpoint checkpoint;
  const auto origin = take_line(text);
  if (!origin || !is_line(*origin, kMaxOriginBytes)) {
    return malformed({"检查点第一行应为账本名称，最长 256 字节",
                      "the first line is the log's origin, 1 to 256 bytes"},
                     origin.value_or(""));
  }
  checkpoint.origin = std::string(*origin);
  const auto size_line = take_line(text);
  const auto size = from_decimal(size_line.value_or(""), kMaxTreeSize);
  if (!size) {
    return malformed({"检查点第二行应为条数，最多 2^48",
                      "the second line is the number of leaves, at most 2^48"},
                     size_line.value_or(""));
  }
  checkpoint.size = *size;
  const auto root_line = take_line(text);
  const auto root_bytes = from_base64(root_line.value_or(""));
  const auto root = to_hash(root_bytes.value_or(""));
  if (!root) {
    return malformed({"检查点第三行应为根杂凑值", "the third line is the root hash in base64"},
                     root_line.value_or(""));
  }
  checkpoint.root = *root;
  if (text.substr(0, kSm3Line.size() + 1) == std::string(kSm3Line) + "\n") {
    checkpoint.hash = HashKind::kSm3;
    text.remove_prefix(kSm3Line.size() + 1);
  }
  while (const auto line = take_line(text)) {
    if (!is_line(*line, kMaxExtensionBytes) || checkpoint.extensions.size() == kMaxExtensionLines) {
      return malformed({"检查点的附加行最多 16 行，每行 1 至 1024 字节",
                        "a checkpoint has at most 16 extension lines of 1 to 1024 bytes"},
                       *line);
    }
    checkpoint.extensions.emplace_back(*line);
  }
  if (!text.empty()) {
    return malformed({"检查点最后一行没有换行", "the last line has no line feed"}, text);
  }
  return checkpoint;
}

Result<SignedCheckpoint> parse_signed_checkpoint(std::string_view bytes) {
  SignedCheckpoint parsed;
  DD_ASSIGN_OR_RETURN(parsed.note, parse_note(bytes));
  DD_ASSIGN_OR_RETURN(parsed.checkpoint, parse_checkpoint(parsed.note.text));
  return parsed;
}

Result<SignedCheckpoint> sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  if (key.verifier().name() != checkpoint.origin) {
    return Error{ErrorCode::kBadUsage,
                 {"密钥名称应与账本名称相同", "the key's name must be the log's origin"},
                 key.verifier().name() + " / " + checkpoint.origin,
                 {"用账本自己的密钥签", "sign with the log's own key"}};
  }
  SignedCheckpoint signed_checkpoint{checkpoint, {checkpoint.text(), {}}};
  // What could not be read back is not signed.
  DD_ASSIGN_OR_RETURN(const Checkpoint read, parse_checkpoint(signed_checkpoint.note.text));
  if (read != checkpoint) {
    return malformed({"检查点的附加行有歧义", "an extension line would be read as another"},
                     signed_checkpoint.note.text);
  }
  DD_RETURN_IF_ERROR(sign(signed_checkpoint.note, key));
  return signed_checkpoint;
}

bool is_signed_by_log(const SignedCheckpoint& checkpoint, const std::vector<VerifierKey>& keys) {
  const auto checked = check_signatures(checkpoint.note, keys);
  const auto good = [&](const CheckedSignature& s) {
    return s.name == checkpoint.checkpoint.origin && s.status == SignatureStatus::kGood;
  };
  return is_trusted(checked) && std::any_of(checked.begin(), checked.end(), good);
}

}  // namespace dandang::ledger
