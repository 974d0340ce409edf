// Writes change sets and says of each, once it is acknowledged, that it is:
//   fault_writer STORE [--create] [--writer W] [--from N] [--count M] [--versions V]
//                [--reopen K] [--ack-early] [--go-on]
// Prints "created" when the store is there, "ready" when it is open, "ack ID DIGEST" after apply()
// returned. --reopen closes the store after every K change sets, which empties the write-ahead log.
// --ack-early says so before apply(): the control that the reader must find out. --go-on does not
// stop at a failed change set. Exit 0, or 2 after any failure.

#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store_address.h"
#include "workload.h"

namespace dandang::faults {
namespace {

struct Job {
  std::string address;
  bool create = false;
  bool ack_early = false;
  bool go_on = false;
  int64_t from = 1;
  int64_t count = 1;
  int64_t reopen = 0;
  Work work;
};

int failed(const Error& error) {
  std::fprintf(stderr, "fault_writer: %s\n", error.to_string(Language::kEnglish).c_str());
  return 2;
}

void acknowledge(record::ChangeSetId id, const std::vector<std::string>& lines) {
  std::printf("ack %lld %s\n", static_cast<long long>(id), digest(lines).c_str());
}

Result<std::unique_ptr<record::RecordStore>> open_defined(const std::string& address, bool create) {
  DD_ASSIGN_OR_RETURN(auto store, create ? create_store(address) : open_store(address));
  DD_RETURN_IF_ERROR(store->define(*catalogue()));
  return store;
}

Result<record::ChangeSetId> last_id(record::RecordStore& store) {
  DD_ASSIGN_OR_RETURN(const auto last, store.change_set_at(std::nullopt));
  return last ? last->id : 0;
}

Result<void> write_one(record::RecordStore& store, const Job& job) {
  const record::ChangeSet set = change_set(job.work);
  if (job.ack_early) {
    DD_ASSIGN_OR_RETURN(const record::ChangeSetId last, last_id(store));
    acknowledge(last + 1, lines_of(job.work, Which::kAll));
  }
  DD_ASSIGN_OR_RETURN(const record::ApplyOutcome outcome, store.apply(*catalogue(), set));
  if (!job.ack_early) acknowledge(outcome.id, lines_of(job.work, Which::kAll));
  return {};
}

int run(Job job) {
  auto store = open_defined(job.address, job.create);
  if (!store) return failed(store.error());
  // One call of the kernel a line, as several writers share a file: puts() would make two.
  if (job.create) std::fputs("created\n", stdout);
  std::fputs("ready\n", stdout);
  int code = 0;
  for (int64_t i = 0; i < job.count; ++i) {
    if (job.reopen > 0 && i > 0 && i % job.reopen == 0) {
      *store = nullptr;
      auto again = open_defined(job.address, false);
      if (!again) return failed(again.error());
      *store = std::move(again).value();
    }
    job.work.number = job.from + i;
    if (const auto done = write_one(**store, job); !done) {
      code = failed(done.error());
      if (!job.go_on) return code;
    }
  }
  return code;
}

int usage() {
  std::fprintf(stderr,
               "usage: fault_writer STORE [--create] [--writer W] [--from N] [--count M] "
               "[--versions V] [--reopen K] [--ack-early] [--go-on]\n");
  return 2;
}

int main_of(const std::vector<std::string>& words) {
  Job job;
  int64_t writer = 0;
  int64_t versions = job.work.versions;
  const std::map<std::string, bool*> switches = {
      {"--create", &job.create}, {"--ack-early", &job.ack_early}, {"--go-on", &job.go_on}};
  const std::map<std::string, int64_t*> numbers = {{"--writer", &writer},
                                                   {"--from", &job.from},
                                                   {"--count", &job.count},
                                                   {"--versions", &versions},
                                                   {"--reopen", &job.reopen}};
  for (size_t i = 0; i < words.size(); ++i) {
    if (const auto found = switches.find(words[i]); found != switches.end()) {
      *found->second = true;
    } else if (const auto number = numbers.find(words[i]);
               number != numbers.end() && i + 1 < words.size()) {
      *number->second = std::atoll(words[++i].c_str());
    } else if (job.address.empty() && !words[i].starts_with("--")) {
      job.address = words[i];
    } else {
      return usage();
    }
  }
  if (job.address.empty() || versions < 2) return usage();
  job.work.writer = static_cast<int>(writer);
  job.work.versions = static_cast<int>(versions);
  return run(std::move(job));
}

}  // namespace
}  // namespace dandang::faults

int main(int argc, char** argv) {
  // What is printed is out when printf returns: nobody may flush after a kill.
  std::setvbuf(stdout, nullptr, _IONBF, 0);
  return dandang::faults::main_of(std::vector<std::string>(argv + 1, argv + argc));
}
