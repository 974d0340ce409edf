#include "ledger/note.h"

#include <algorithm>

#include "ledger/bytes.h"

namespace dandang::ledger {
namespace {

constexpr std::string_view kDash = "— ";
constexpr size_t kKeyIdSize = 4;

Error malformed(Text what, std::string_view where) {
  return Error{ErrorCode::kBadInput,
               std::move(what),
               std::string(where),
               {"请原样取回文件，不要编辑", "fetch the file again, unedited"}};
}

// A line that is no signature is shown to whoever must mend it; a long one only begins.
std::string_view shown(std::string_view line) {
  return line.substr(0, 60);
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && byte != '\n';
  });
}

Result<NoteSignature> parse_signature(std::string_view line) {
  const Error error = malformed(
      {"签名行应写成“— 名称 签名”", "a signature line reads '— name signature'"}, shown(line));
  if (line.substr(0, kDash.size()) != kDash) return error;
  line.remove_prefix(kDash.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return error;
  const std::string_view name = line.substr(0, space);
  const auto bytes = from_base64(line.substr(space + 1));
  if (!is_key_name(name) || !bytes || bytes->size() <= kKeyIdSize) return error;
  return NoteSignature{std::string(name),
                       static_cast<uint32_t>(read_be(std::string_view(*bytes).substr(0, 4))),
                       bytes->substr(kKeyIdSize)};
}

}  // namespace

std::string Note::to_string() const {
  std::string out = text + "\n";
  for (const NoteSignature& signature : signatures) {
    std::string bytes;
    append_be(bytes, signature.key_id, kKeyIdSize);
    out += std::string(kDash) + signature.name + " " + to_base64(bytes + signature.bytes) + "\n";
  }
  return out;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) {
    return Error{ErrorCode::kLimit,
                 {"签名文本超过 256 KiB", "a signed note is at most 256 KiB"},
                 std::to_string(bytes.size()),
                 {}};
  }
  if (!is_valid_utf8(bytes) || has_control_character(bytes)) {
    return malformed(
        {"签名文本应为 UTF-8，且没有控制字符", "a signed note is UTF-8 without control characters"},
        "");
  }
  const size_t blank = bytes.rfind("\n\n");
  if (blank == std::string_view::npos || bytes.back() != '\n') {
    return malformed({"签名文本应为正文、空行、签名行",
                      "a signed note is text, a blank line, "
                      "signature lines"},
                     shown(bytes));
  }
  Note note;
  note.text = std::string(bytes.substr(0, blank + 1));
  std::string_view rest = bytes.substr(blank + 2);
  while (const auto line = take_line(rest)) {
    if (note.signatures.size() == kMaxNoteSignatures) {
      return Error{ErrorCode::kLimit,
                   {"签名超过 64 个", "a signed note has at most 64 signatures"},
                   std::string(shown(*line)),
                   {}};
    }
    DD_ASSIGN_OR_RETURN(auto signature, parse_signature(*line));
    note.signatures.push_back(std::move(signature));
  }
  if (note.signatures.empty()) {
    return malformed({"签名文本没有签名", "the note has no signature"}, shown(bytes));
  }
  return note;
}

Result<void> sign(Note& note, const SigningKey& key) {
  const VerifierKey& own = key.verifier();
  for (const NoteSignature& there : note.signatures) {
    if (there.name == own.name() && there.key_id == own.id()) {
      return Error{ErrorCode::kExists,
                   {"已有这把密钥的签名", "this key has signed already"},
                   own.name(),
                   {}};
    }
  }
  if (note.signatures.size() == kMaxNoteSignatures) {
    return Error{ErrorCode::kLimit,
                 {"签名超过 64 个", "a signed note has at most 64 signatures"},
                 own.name(),
                 {}};
  }
  DD_ASSIGN_OR_RETURN(auto signature, key.sign(note.text));
  note.signatures.push_back(std::move(signature));
  return {};
}

std::vector<CheckedSignature> check_signatures(const Note& note,
                                               const std::vector<VerifierKey>& keys) {
  std::vector<CheckedSignature> checked;
  for (const NoteSignature& signature : note.signatures) {
    CheckedSignature& entry = checked.emplace_back();
    entry.name = signature.name;
    entry.key_id = signature.key_id;
    for (const VerifierKey& key : keys) {
      if (key.name() != signature.name || key.id() != signature.key_id) continue;
      entry.status =
          key.verify(note.text, signature.bytes) ? SignatureStatus::kGood : SignatureStatus::kBad;
      if (entry.status == SignatureStatus::kGood) break;
    }
  }
  return checked;
}

bool is_trusted(const std::vector<CheckedSignature>& signatures) {
  const auto is = [](SignatureStatus status) {
    return [status](const CheckedSignature& s) { return s.status == status; };
  };
  return std::any_of(signatures.begin(), signatures.end(), is(SignatureStatus::kGood)) &&
         std::none_of(signatures.begin(), signatures.end(), is(SignatureStatus::kBad));
}

}  // namespace dandang::ledger
