#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/calendar.h"
#include "engine/plan.h"

namespace dandang::engine {

// Memory that keeps its size between runs and is not cleared.
class Buffer {
 public:
  template <typename T>
  T* of(size_t count) {
    reserve(count * sizeof(T));
    return reinterpret_cast<T*>(bytes_.get());
  }
  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(bytes_.get());
  }
  size_t bytes() const { return size_; }

 private:
  void reserve(size_t bytes);
  std::unique_ptr<std::byte[]> bytes_;
  size_t size_ = 0;
};

// Runs plans: columns in, a state and a value a row out. May be run again over the same columns;
// its memory is used again. Chunks of rows are computed one at a time so that what lies between the
// steps stays near; threads take chunks in turn, and the results do not depend on how many there
// are.
class Executor {
 public:
  static constexpr size_t kChunk = 8192;

  Executor(const Plan& plan, const Tables& tables, unsigned threads);
  ~Executor();

  // Told about each chunk of rows that is done, while it is near, by the thread that has computed
  // it: the outputs of that table can be asked about on these rows, with at() and states(). Chunks
  // come in no order.
  struct Done {
    uint32_t table = 0;
    size_t begin = 0;
    size_t count = 0;
    unsigned worker = 0;  // below the number of threads; one thread, one number
  };
  using Sink = std::function<void(const Done&)>;

  // Computes the nodes for all rows of their tables and keeps them.
  void run(const std::vector<const Node*>& outputs, const Sink& sink = {});

  // Of a node that was computed by run().
  const State* states(const Node& node) const;
  // A row's state and value.
  using Cell = std::pair<State, int64_t>;
  // The node's value on one row; anything run() or ready() has made ready. A sink passes on the
  // number it was given, so that threads do not share memory.
  Cell at(const Node& node, size_t row, unsigned worker = 0);
  // Makes the node's value on single rows ready, without computing all of them.
  void ready(const Node& node);

  size_t rows(uint32_t table) const { return tables_.rows(table); }
  const Tables& tables() const { return tables_; }
  // What it holds beside the columns.
  size_t bytes() const;

 private:
  struct Kept {
    Buffer states;
    Buffer values;
    bool ready = false;
    bool output = false;  // of the run that goes on: ready on chunks that are done
    bool has_states = false;
    // Of a node that depends on one column of a byte: its value for each of the column's.
    const Node* table_of = nullptr;
    std::array<uint8_t, 256> table = {};
    size_t entries = 0;
    int64_t table_base = 0;
  };
  struct Memo {
    size_t begin = 0;
    size_t count = 0;
    uint64_t epoch = 0;
    Vector vector;
  };
  // One thread's memory.
  struct Worker {
    Scratch scratch;
    std::vector<Memo> memo;
    uint64_t epoch = 1;
    Done done;                                     // the chunk a sink is told about, else empty
    std::array<std::vector<State>, 32> constants;  // a chunk of each state
    std::vector<uint32_t> histogram;
    std::vector<std::vector<std::pair<uint32_t, uint32_t>>> edges;  // by test: group, value
    bool some_lack = false;
    bool some_ask = false;
  };
  // A part of a table: one period of a panel, or all of it.
  struct Span {
    uint32_t table = 0;
    std::optional<size_t> slice;
  };
  struct Cut;
  struct Places;
  struct Folded;
  struct Grouping;

  void start();
  void prepare(const Node& node, Span span);
  void tabulate(const Node& node);
  void prepare_list(const ListPlan& list, const Node* combined, const Node* latest);
  void prepare_streak(const StreakPlan& streak);
  void keep_all(const Node& node);
  void keep_chunk(const Node& node, size_t begin, size_t count, Worker& worker);
  size_t begin_of(Span span) const;
  size_t size_of(Span span) const;
  void over_chunks(size_t begin, size_t count,
                   const std::function<void(size_t, size_t, Worker&)>& body);
  void over_span(Span span, const std::function<void(size_t, size_t, Worker&)>& body);

  Vector eval(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector compute(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_constant(const Node& node, size_t count, Worker& worker);
  Vector eval_owner(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_gather(const Node& node, const Vector& index, size_t count, Worker& worker);
  Vector eval_compare(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_if(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_choose(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_number(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_streak(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_streak_list(const StreakPlan& streak, size_t begin, size_t count, Worker& worker);
  Vector eval_pick(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_pick_panel(const PickPlan& pick, size_t begin, size_t count, Worker& worker);
  Vector eval_quantified(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_fold(const Node& node, size_t begin, size_t count, Worker& worker);
  Vector eval_place(const Node& node, size_t begin, size_t count, Worker& worker);
  const State* truth(const Node& node, size_t begin, size_t count, Worker& worker);
  const int64_t* wide(const Vector& vector, size_t count, Worker& worker);

  const State* constant_states(State known, size_t count, Worker& worker);
  bool is_done(const Node& node, size_t row, const Worker& worker) const;
  Cell cell(const Node& node, size_t row, Worker& worker);
  State junction_at(const Node& node, size_t row, Worker& worker);
  Cell choice_at(const Node& node, size_t row, Worker& worker);
  Cell number_at(const Node& node, size_t row, Worker& worker);

  const uint8_t* presence(uint32_t table) const;
  Grouping& grouping(const GroupPlan& plan, Span span);
  void fill_groups(Grouping& grouping, const GroupPlan& plan, Span span);
  void prepare_cut(const Node& test, Span span);
  void find_cuts(Grouping& grouping, Span span);
  std::vector<uint32_t> places_met(const Grouping& grouping, const Node& test);
  void prepare_places(const RankPlan& rank, Span span);
  void prepare_aggregate(const AggregatePlan& aggregate, Span span);
  Span span_of(const GroupPlan& plan, size_t begin) const;

  const Plan& plan_;
  const Tables& tables_;
  unsigned threads_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Kept> kept_;  // by node
  std::unordered_set<uint64_t> prepared_;
  std::vector<std::unique_ptr<Grouping>> groupings_;
  Calendar calendar_;
  // While a table is made, the column whose every value is asked about.
  const Node* asked_column_ = nullptr;
  // While a rank's test is asked what places meet it, the places asked about.
  const int64_t* asked_places_ = nullptr;
  const int64_t* asked_counts_ = nullptr;
};

}  // namespace dandang::engine
