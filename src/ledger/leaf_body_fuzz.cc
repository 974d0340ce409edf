// Any bytes as the body of a leaf, alone and under the verifier. What is taken is written again
// byte for byte.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "ledger/leaf_body.h"
#include "ledger/verifier.h"

namespace dandang::ledger {
namespace {

void run(std::string_view bytes) {
  const auto body = decode_leaf_body(bytes);
  if (body) DD_VERIFY(encode_leaf_body(*body).value() == bytes);

  auto verifier = Verifier::create(HashKind::kSha256, "log", {}, {}).value();
  verifier.begin_leaf({0, bytes, {}, {}});
  verifier.entry({body && !body->tables.empty() ? body->tables[0] : "r:表彰", 1, "", {}, Hash{}});
  verifier.end_leaf();
  const Report report = verifier.finish();
  // A leaf without a change set is never sound.
  DD_VERIFY(report.leaves == 1 && !report.sound());
}

}  // namespace
}  // namespace dandang::ledger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dandang::ledger::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
