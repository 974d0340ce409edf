#include "store/group_writer.h"

#include <utility>
#include <vector>

namespace dandang::store {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;

GroupWriter::GroupWriter(std::unique_ptr<SqlStore> store, std::function<std::string()> now,
                         Limits limits)
    : store_(std::move(store)),
      now_(std::move(now)),
      limits_(limits),
      thread_([this] { write_all(); }) {}

GroupWriter::~GroupWriter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  handed_in_.notify_one();
  thread_.join();
}

Result<ApplyOutcome> GroupWriter::apply(std::shared_ptr<const Catalogue> catalogue,
                                        ChangeSet change_set) {
  std::future<Result<ApplyOutcome>> outcome;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= limits_.waiting) {
      const std::string count = std::to_string(limits_.waiting);
      return Error{ErrorCode::kLimit,
                   {"等待写入的已有 " + count + " 批", count + " change sets are waiting already"},
                   "",
                   {"稍后重试", "try again a little later"}};
    }
    waiting_.push_back({std::move(catalogue), std::move(change_set), {}});
    outcome = waiting_.back().outcome.get_future();
  }
  handed_in_.notify_one();
  return outcome.get();
}

void GroupWriter::write_all() {
  while (true) {
    std::deque<Waiting> group = next_group();
    if (group.empty()) return;
    write(std::move(group));
  }
}

// Waits for the first; none when it is over.
std::deque<GroupWriter::Waiting> GroupWriter::next_group() {
  std::unique_lock lock(mutex_);
  handed_in_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
  std::deque<Waiting> group;
  while (!waiting_.empty() && group.size() < limits_.group) {
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void GroupWriter::write(std::deque<Waiting> group) {
  const std::string time = now_();
  std::vector<GroupItem> items;
  for (Waiting& waiting : group) {
    waiting.change_set.recorded_at = time;
    items.push_back({waiting.catalogue.get(), &waiting.change_set});
  }
  std::vector<Result<ApplyOutcome>> outcomes = store_->apply_group(items);
  for (size_t i = 0; i < group.size(); ++i) group[i].outcome.set_value(std::move(outcomes[i]));
}

}  // namespace dandang::store
