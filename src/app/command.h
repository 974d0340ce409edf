#pragma once

#include <string>
#include <vector>

#include "app/arguments.h"
#include "base/text.h"

namespace dandang::app {

// Exit codes of the contract (DESIGN §8).
enum ExitCode : int {
  kDone = 0,
  kAnswerIsNo = 1,
  kBad = 2,
  kPartlyRefused = 3,
  kStoreUnsound = 4,
};

// Prints "dandang: what, where, what to do" to standard error and gives the exit code.
int fail(const Error& error, Language language);

// A progress bar on standard error, on a terminal only; silent in a pipe.
class Progress {
 public:
  Progress(std::string label, bool enabled);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void update(size_t done, size_t all);
  // Takes the bar away; the destructor does so too.
  void finish();

 private:
  std::string label_;
  bool enabled_;
  int shown_ = -1;
};

using Words = std::vector<std::string>;

int run_init(const Words& words, Language language);
int run_import(const Words& words, Language language);
int run_parameter(const Words& words, Language language);
int run_changes(const Words& words, Language language);
int run_history(const Words& words, Language language);
int run_undo(const Words& words, Language language);
int run_hold(const Words& words, Language language);
int run_retention(const Words& words, Language language);
int run_delete(const Words& words, Language language);
int run_evaluate(const Words& words, Language language);
int run_duties(const Words& words, Language language);
int run_list(const Words& words, Language language);
int run_explain(const Words& words, Language language);
int run_simulate(const Words& words, Language language);
int run_case(const Words& words, Language language);
int run_case_document(const Words& words, Language language);
int run_summary(const Words& words, Language language);
int run_report(const Words& words, Language language);
int run_policy(const Words& words, Language language);
int run_policy_attach(const Words& words, Language language);
int run_policy_export(const Words& words, Language language);
int run_policy_publish(const Words& words, Language language);
int run_verify(const Words& words, Language language);
int run_checkpoint(const Words& words, Language language);
int run_countersign(const Words& words, Language language);
int run_backup(const Words& words, Language language);
int run_restore(const Words& words, Language language);
int run_doctor(const Words& words, Language language);
int run_key(const Words& words, Language language);
int run_receipt(const Words& words, Language language);
int run_feel(const Words& words, Language language);
int run_feel_tck(const Words& words, Language language);

}  // namespace dandang::app
