// Opens a store as a restart does and holds what is in it against what was acknowledged:
//   fault_reader STORE [--acks FILE] [--from ID]
// FILE has a writer's lines; other lines than "ack ID DIGEST" are passed over. Of all change sets
// it is checked what of them is still current, of those from ID on also what was known at them.
// Prints one line of "name=value" and says on standard error what is wrong. Exit 0: all there; 1:
// something acknowledged is lost, half there or altered, or ids have gaps; 2: the store cannot be
// opened; 4: the store or its database says that it is unsound.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "store_address.h"
#include "workload.h"

namespace dandang::faults {
namespace {

constexpr int64_t kRestartMilliseconds = 3000;  // what is promised

struct Found {
  size_t sets = 0;
  size_t acknowledged = 0;
  size_t lost = 0;      // acknowledged and not there
  size_t altered = 0;   // there, and not as written
  size_t disorder = 0;  // ids with gaps
  int64_t restart_milliseconds = 0;
};

using Acks = std::map<record::ChangeSetId, std::string>;

Acks read_acks(const std::string& path) {
  Acks out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word;
    record::ChangeSetId id = 0;
    std::string digest;
    // A line without its end was cut by the kill in the middle of being printed.
    if (words >> word >> id >> digest && word == "ack" && digest.size() == 16) out[id] = digest;
  }
  return out;
}

int failed(const Error& error) {
  std::fprintf(stderr, "fault_reader: %s\n", error.to_string(Language::kEnglish).c_str());
  return error.code == ErrorCode::kUnsoundStore ? 4 : 2;
}

void complain(record::ChangeSetId id, const char* what) {
  std::fprintf(stderr, "fault_reader: change set %lld %s\n", static_cast<long long>(id), what);
}

// What the change set named by its reason wrote, as known at it.
Result<bool> is_as_said(record::RecordStore& store, record::ChangeSetId id, const Work& work,
                        const Acks& acks) {
  DD_ASSIGN_OR_RETURN(const record::Dataset dataset, store.load(catalogue(), id));
  const std::vector<std::string> lines = Told(dataset).lines_of(id, work, Which::kAll);
  const auto ack = acks.find(id);
  return lines == lines_of(work, Which::kAll) &&
         (ack == acks.end() || ack->second == digest(lines));
}

Result<void> check_sets(record::RecordStore& store,
                        const std::vector<record::ChangeSetSummary>& sets, const Acks& acks,
                        record::ChangeSetId from, Found& found) {
  if (sets.empty()) return {};
  DD_ASSIGN_OR_RETURN(const record::Dataset last, store.load(catalogue(), sets.back().id));
  const Told told(last);
  for (const record::ChangeSetSummary& set : sets) {
    const auto work = work_of(set.reason);
    bool good =
        work && told.lines_of(set.id, *work, Which::kLasting) == lines_of(*work, Which::kLasting);
    if (good && set.id >= from) {
      DD_ASSIGN_OR_RETURN(good, is_as_said(store, set.id, *work, acks));
    }
    if (good) continue;
    ++found.altered;
    complain(set.id, "is not as it was written");
  }
  return {};
}

Result<Found> check(const std::string& address, const Acks& acks, record::ChangeSetId from) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  Found found;
  DD_ASSIGN_OR_RETURN(const auto store, open_store(address));
  DD_RETURN_IF_ERROR(store->define(*catalogue()));
  DD_ASSIGN_OR_RETURN(const auto sets, store->change_sets());
  found.restart_milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
  found.sets = sets.size();
  found.acknowledged = acks.size();
  for (size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].id != static_cast<record::ChangeSetId>(i) + 1) {
      ++found.disorder;
      complain(sets[i].id, "is out of order");
    }
  }
  DD_RETURN_IF_ERROR(check_sets(*store, sets, acks, from, found));
  for (const auto& [id, digest] : acks) {
    if (id >= 1 && id <= static_cast<record::ChangeSetId>(sets.size())) continue;
    ++found.lost;
    complain(id, "was acknowledged and is lost");
  }
  return found;
}

int run(const std::string& address, const Acks& acks, record::ChangeSetId from) {
  const auto found = check(address, acks, from);
  if (!found) return failed(found.error());
  const auto database = database_check(address);
  if (!database) return failed(database.error());
  std::printf("sets=%zu acknowledged=%zu lost=%zu altered=%zu disorder=%zu restart_ms=%lld\n",
              found->sets, found->acknowledged, found->lost, found->altered, found->disorder,
              static_cast<long long>(found->restart_milliseconds));
  if (*database != "ok") {
    std::fprintf(stderr, "fault_reader: integrity_check or ledger: %s\n", database->c_str());
    return 4;
  }
  if (found->restart_milliseconds >= kRestartMilliseconds) {
    std::fprintf(stderr, "fault_reader: the restart took %lld ms, not under %lld\n",
                 static_cast<long long>(found->restart_milliseconds),
                 static_cast<long long>(kRestartMilliseconds));
    return 1;
  }
  return found->lost + found->altered + found->disorder == 0 ? 0 : 1;
}

}  // namespace
}  // namespace dandang::faults

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::string address;
  std::string acks;
  long long from = 1;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--acks" && i + 1 < words.size()) {
      acks = words[++i];
    } else if (words[i] == "--from" && i + 1 < words.size()) {
      from = std::atoll(words[++i].c_str());
    } else if (address.empty()) {
      address = words[i];
    }
  }
  if (address.empty()) {
    std::fprintf(stderr, "usage: fault_reader STORE [--acks FILE] [--from ID]\n");
    return 2;
  }
  return dandang::faults::run(address, dandang::faults::read_acks(acks), from);
}
