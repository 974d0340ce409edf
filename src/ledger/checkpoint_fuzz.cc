// Any bytes as each of the texts that come from outside: note, checkpoint, receipt, request to
// countersign, public keys. What is taken is written again byte for byte, and nothing anybody can
// make up bears the signature of the one key known.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "ledger/key.h"
#include "ledger/receipt.h"
#include "ledger/witness.h"

namespace dandang::ledger {
namespace {

const std::vector<VerifierKey>& keys() {
  static const std::vector<VerifierKey> kKeys = {
      VerifierKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
          .value()};
  return kKeys;
}

void check(const SignedCheckpoint& read) {
  DD_VERIFY(read.checkpoint.text() == read.note.text);
  DD_VERIFY(!is_signed_by_log(read, keys()));
}

void run(std::string_view bytes) {
  if (const auto note = parse_note(bytes)) DD_VERIFY(note->to_string() == bytes);
  if (const auto read = parse_signed_checkpoint(bytes)) check(*read);
  if (const auto receipt = parse_receipt(bytes)) {
    DD_VERIFY(receipt->to_string() == bytes);
    check(receipt->checkpoint);
    DD_VERIFY(!verify_receipt(*receipt, receipt->extra, keys()).has_value());
  }
  if (const auto request = parse_witness_request(bytes)) {
    DD_VERIFY(request->to_string() == bytes);
    check(request->checkpoint);
  }
  if (const auto key = VerifierKey::parse(bytes)) {
    DD_VERIFY(VerifierKey::parse(key->to_string()).has_value());
  }
}

}  // namespace
}  // namespace dandang::ledger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dandang::ledger::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
