#include <cstdio>

#include "app/command.h"
#include "app/ledger_files.h"
#include "ledger/key_file.h"
#include "ledger/leaf_body.h"
#include "ledger/receipt.h"
#include "ledger/witness.h"

namespace dandang::app {
namespace {

Error wrong_usage(const CommandShape& shape, const std::string& where) {
  return {ErrorCode::kBadUsage,
          {"用法有误", "wrong usage"},
          where,
          {"用法：dandang " + shape.usage, "usage: dandang " + shape.usage}};
}

int print_or_fail(const Result<Text>& said, Language language) {
  if (!said) return fail(said.error(), language);
  std::printf("%s\n", said->in(language).c_str());
  return kDone;
}

Result<std::string> out_path(const Arguments& arguments) {
  return required_value(arguments, "--out", {"没有写存到哪里", "where to write is missing"});
}

Result<ledger::SigningKey> signing_key(const Arguments& arguments) {
  DD_ASSIGN_OR_RETURN(
      const std::string path,
      required_value(arguments, "--key", {"没有给签名的密钥", "no key to sign with"}));
  return read_signing_key(path);
}

Result<Text> make_key(const Arguments& arguments) {
  DD_ASSIGN_OR_RETURN(const std::string path, out_path(arguments));
  const ledger::KeyKind kind =
      arguments.has("--sm2") ? ledger::KeyKind::kSm2 : ledger::KeyKind::kEd25519;
  DD_ASSIGN_OR_RETURN(const ledger::SigningKey key,
                      ledger::SigningKey::generate(arguments.positional[1], kind));
  DD_RETURN_IF_ERROR(ledger::write_private_key(path, key));
  const std::string verifier = key.verifier().to_string();
  DD_RETURN_IF_ERROR(write_new_file(public_key_path(path), verifier + "\n"));
  return Text{verifier, verifier};
}

// With --since: a request to countersign, which carries the proof that nothing was taken back.
Result<Text> make_checkpoint(const Arguments& arguments) {
  DD_ASSIGN_OR_RETURN(const std::string path, out_path(arguments));
  DD_ASSIGN_OR_RETURN(const ledger::SigningKey key, signing_key(arguments));
  DD_ASSIGN_OR_RETURN(store::LedgerReader reader, open_ledger(arguments.positional[0]));
  DD_ASSIGN_OR_RETURN(const ledger::Checkpoint now, reader.checkpoint(key.verifier().name()));
  DD_ASSIGN_OR_RETURN(ledger::SignedCheckpoint checkpoint, ledger::sign_checkpoint(now, key));
  DD_RETURN_IF_ERROR(write_new_file(path, checkpoint.note.to_string()));
  if (arguments.has("--request")) {
    ledger::WitnessRequest request;
    if (arguments.has("--since")) {
      DD_ASSIGN_OR_RETURN(const ledger::SignedCheckpoint since,
                          read_checkpoint(arguments.value("--since")));
      request.old_size = since.checkpoint.size;
      DD_ASSIGN_OR_RETURN(request.proof, reader.consistency(request.old_size));
    }
    request.checkpoint = std::move(checkpoint);
    DD_RETURN_IF_ERROR(write_new_file(arguments.value("--request"), request.to_string()));
  }
  const std::string size = std::to_string(now.size);
  const std::string root = ledger::to_base64(ledger::bytes_of(now.root));
  return Text{"检查点已写入 " + path + "：" + size + " 条，根 " + root,
              "checkpoint written to " + path + ": " + size + " leaves, root " + root};
}

Result<Text> make_countersignature(const Arguments& arguments) {
  DD_ASSIGN_OR_RETURN(const std::string path, out_path(arguments));
  DD_ASSIGN_OR_RETURN(const ledger::SigningKey key, signing_key(arguments));
  DD_ASSIGN_OR_RETURN(const auto log_keys, read_verifier_keys(arguments, "--log-key"));
  DD_ASSIGN_OR_RETURN(const std::string bytes,
                      read_small_file(arguments.positional[0], ledger::kMaxWitnessRequestBytes));
  DD_ASSIGN_OR_RETURN(const ledger::WitnessRequest request, ledger::parse_witness_request(bytes));
  std::optional<ledger::SignedCheckpoint> last;
  if (arguments.has("--since")) {
    DD_ASSIGN_OR_RETURN(last, read_checkpoint(arguments.value("--since")));
  }
  DD_ASSIGN_OR_RETURN(const ledger::Note note, ledger::countersign(request, last, log_keys, key));
  DD_RETURN_IF_ERROR(write_new_file(path, note.to_string()));
  return Text{"已会签，写入 " + path + "；请留存一份，下次用 --since 给出",
              "countersigned, written to " + path + "; keep a copy, to be given as --since next"};
}

Result<Text> make_receipt(const Arguments& arguments) {
  DD_ASSIGN_OR_RETURN(const std::string path, out_path(arguments));
  DD_ASSIGN_OR_RETURN(const ledger::SigningKey key, signing_key(arguments));
  DD_ASSIGN_OR_RETURN(const std::string number,
                      required_value(arguments, "--change-set",
                                     {"没有写是第几次写入", "the change set is missing"}));
  const auto change_set = ledger::from_decimal(number, INT64_MAX);
  if (!change_set) {
    return Error{ErrorCode::kBadUsage, {"不是编号", "not a number"}, number, {"例如 3", "write 3"}};
  }
  DD_ASSIGN_OR_RETURN(store::LedgerReader reader, open_ledger(arguments.positional[0]));
  DD_ASSIGN_OR_RETURN(const ledger::Checkpoint now, reader.checkpoint(key.verifier().name()));
  DD_ASSIGN_OR_RETURN(store::LedgerReader::Leaf leaf,
                      reader.leaf_of(static_cast<int64_t>(*change_set)));
  ledger::Receipt receipt;
  receipt.extra = leaf.body;
  receipt.index = leaf.index;
  receipt.proof = std::move(leaf.inclusion);
  DD_ASSIGN_OR_RETURN(receipt.checkpoint, ledger::sign_checkpoint(now, key));
  DD_RETURN_IF_ERROR(write_new_file(path, receipt.to_string()));
  return Text{"第 " + number + " 次写入的回执已写入 " + path,
              "receipt for change set " + number + " written to " + path};
}

Result<Text> check_receipt(const Arguments& arguments) {
  DD_ASSIGN_OR_RETURN(const auto keys, read_verifier_keys(arguments, "--key"));
  DD_ASSIGN_OR_RETURN(const std::string bytes,
                      read_small_file(arguments.positional[1], ledger::kMaxReceiptBytes));
  DD_ASSIGN_OR_RETURN(const ledger::Receipt receipt, ledger::parse_receipt(bytes));
  DD_RETURN_IF_ERROR(ledger::verify_receipt(receipt, receipt.extra, keys));
  DD_ASSIGN_OR_RETURN(const ledger::LeafBody body, ledger::decode_leaf_body(receipt.extra));
  const std::string number = std::to_string(body.change_set);
  const std::string entries = std::to_string(body.entries);
  return Text{
      "回执有效：第 " + number + " 次写入，" + body.recorded_at + "，" + entries + " 条记录",
      "the receipt holds: change set " + number + ", " + body.recorded_at + ", " + entries +
          " entries"};
}

}  // namespace

int run_key(const Words& words, Language language) {
  const CommandShape shape{"key new NAME --out FILE [--sm2]", 2, 2, {"--out"}, {}, {"--sm2"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  if (arguments->positional[0] != "new") {
    return fail(wrong_usage(shape, arguments->positional[0]), language);
  }
  return print_or_fail(make_key(*arguments), language);
}

int run_checkpoint(const Words& words, Language language) {
  const CommandShape shape{
      "checkpoint DIR --out FILE --key KEY-FILE [--request FILE [--since OLD-CHECKPOINT]]",
      1,
      1,
      {"--out", "--key", "--request", "--since"},
      {},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  return print_or_fail(make_checkpoint(*arguments), language);
}

int run_countersign(const Words& words, Language language) {
  const CommandShape shape{
      "countersign REQUEST --key KEY-FILE --log-key PUBLIC-KEY-FILE --out FILE "
      "[--since OLD-CHECKPOINT]",
      1,
      1,
      {"--out", "--key", "--since"},
      {"--log-key"},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto said = make_countersignature(*arguments);
  const int code = print_or_fail(said, language);
  return !said && said.error().code == ErrorCode::kConflict ? kAnswerIsNo : code;
}

int run_receipt(const Words& words, Language language) {
  const CommandShape shape{
      "receipt DIR --change-set N --out FILE --key KEY-FILE | receipt verify FILE --key "
      "PUBLIC-KEY-FILE…",
      1,
      2,
      {"--change-set", "--out"},
      {"--key"},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  if (arguments->positional.size() == 1) {
    return print_or_fail(make_receipt(*arguments), language);
  }
  if (arguments->positional[0] != "verify") {
    return fail(wrong_usage(shape, arguments->positional[0]), language);
  }
  return print_or_fail(check_receipt(*arguments), language);
}

}  // namespace dandang::app
