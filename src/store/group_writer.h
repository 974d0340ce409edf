#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_type.h"
#include "store/sql_store.h"

namespace dandang::store {

// Many small change sets from many threads, committed together: a sync to disk takes as long for
// fifty as for one. One thread writes; whoever hands one in waits until it is on disk.
class GroupWriter {
 public:
  struct Limits {
    size_t group = 50;       // change sets a commit
    size_t waiting = 1'000;  // handed in and not yet taken; one more is kLimit
  };

  // `now` gives the time a group is recorded at, by which the order of time is the order of writing
  // whatever thread is slow. Called by the writing thread.
  GroupWriter(std::unique_ptr<SqlStore> store, std::function<std::string()> now, Limits limits);
  // Writes what was handed in before.
  ~GroupWriter();
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  // As RecordStore::apply, from any thread; the change set's recorded_at is set here.
  Result<record::ApplyOutcome> apply(std::shared_ptr<const record::Catalogue> catalogue,
                                     record::ChangeSet change_set);

 private:
  struct Waiting {
    std::shared_ptr<const record::Catalogue> catalogue;
    record::ChangeSet change_set;
    std::promise<Result<record::ApplyOutcome>> outcome;
  };

  void write_all();
  std::deque<Waiting> next_group();
  void write(std::deque<Waiting> group);

  std::unique_ptr<SqlStore> store_;
  std::function<std::string()> now_;
  Limits limits_;
  std::mutex mutex_;  // of the two below
  std::condition_variable handed_in_;
  std::deque<Waiting> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace dandang::store
