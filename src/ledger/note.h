#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/key.h"

namespace dandang::ledger {

// Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of signatures over the text.
constexpr size_t kMaxNoteBytes = size_t{256} * 1024;
constexpr size_t kMaxNoteSignatures = 64;

struct Note {
  std::string text;  // with its last line feed
  std::vector<NoteSignature> signatures;

  std::string to_string() const;
};

// Takes what the specification allows and nothing else: UTF-8, no control characters, at least one
// signature, canonical base64. What it takes, Note::to_string writes again byte for byte.
Result<Note> parse_note(std::string_view bytes);

// Adds the key's signature to the note. kExists where the note has one of this key already.
Result<void> sign(Note& note, const SigningKey& key);

enum class SignatureStatus { kGood, kBad, kUnknownKey };

struct CheckedSignature {
  std::string name;
  uint32_t key_id = 0;
  SignatureStatus status = SignatureStatus::kUnknownKey;

  bool operator==(const CheckedSignature&) const = default;
};

// Every signature of the note, in its order, against the keys known.
std::vector<CheckedSignature> check_signatures(const Note& note,
                                               const std::vector<VerifierKey>& keys);
// At least one good signature and none that is bad. An unknown key's says nothing either way.
bool is_trusted(const std::vector<CheckedSignature>& signatures);

}  // namespace dandang::ledger
