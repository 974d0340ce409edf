#pragma once

#include <string>
#include <vector>

#include "app/arguments.h"
#include "ledger/checkpoint.h"
#include "ledger/key.h"
#include "store/ledger_reader.h"

namespace dandang::app {

// The ledger of a data directory, or of a copy of its records.sqlite; read only.
Result<store::LedgerReader> open_ledger(const std::string& path);

// A file of at most `limit` bytes.
Result<std::string> read_small_file(const std::string& path, size_t limit);
// A new file; kExists where there is one: evidence is never written over.
Result<void> write_new_file(const std::string& path, const std::string& bytes);

// A private key and its name, which stands in the file beside it, PATH.pub.
Result<ledger::SigningKey> read_signing_key(const std::string& path);
std::string public_key_path(const std::string& path);
// The public keys of all the files that follow the option.
Result<std::vector<ledger::VerifierKey>> read_verifier_keys(const Arguments& arguments,
                                                            const std::string& option);
Result<ledger::SignedCheckpoint> read_checkpoint(const std::string& path);
// The option's value; kBadUsage, with the reason, where it is missing.
Result<std::string> required_value(const Arguments& arguments, const std::string& option,
                                   const Text& why);

}  // namespace dandang::app
