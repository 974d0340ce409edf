#include "engine/kernels.h"

#include <gtest/gtest.h>

#include <random>

// Each loop against the obvious one, on chunks of odd lengths.
namespace dandang::engine::kernels {
namespace {

constexpr State kStates[] = {state::kNull,
                             state::kTrue,
                             state::kFalse,
                             state::kMissing,
                             state::kUnset,
                             state::kAsk,
                             state::kMissing | state::kUnset};
const std::vector<size_t> kLengths = {0, 1, 7, 31, 32, 33, 100, 2047, 2048, 5000};

class KernelsTest : public testing::Test {
 protected:
  std::vector<State> states(size_t count) {
    std::vector<State> out(count);
    for (State& s : out) s = kStates[random_() % std::size(kStates)];
    return out;
  }
  // Of values: no false.
  std::vector<State> value_states_of(size_t count) {
    std::vector<State> out = states(count);
    for (State& s : out) s = s == state::kFalse ? state::kValue : s;
    return out;
  }
  template <typename T>
  std::vector<T> numbers(size_t count, uint64_t bound = ~uint64_t{0}) {
    std::vector<T> out(count);
    for (T& x : out) x = static_cast<T>(bound == ~uint64_t{0} ? random_() : random_() % bound);
    return out;
  }
  std::mt19937_64 random_{20190801};
};

template <typename T>
Vector vector_of(const std::vector<T>& values, int64_t base = 0) {
  return Vector{reinterpret_cast<const uint8_t*>(values.data()), nullptr, base, sizeof(T)};
}

bool is_open(State s) {
  return (s & state::kUndecided) != 0;
}

State open_part(State a, State b) {
  return static_cast<State>((a | b) & state::kUndecided);
}

// DMN 1.5's tables with unknown beside null (docs/decisions/0001-unknown.md).
State junction(State a, State b, State decides, State otherwise) {
  if (a == decides || b == decides) return decides;
  if (is_open(a) || is_open(b)) return open_part(a, b);
  return a == otherwise && b == otherwise ? otherwise : State{state::kNull};
}

TEST_F(KernelsTest, TruthsFollowTheTables) {
  for (const size_t count : kLengths) {
    const auto a = states(count);
    const auto b = states(count);
    std::vector<State> both(count);
    std::vector<State> either(count);
    std::vector<State> negated(count);
    std::vector<State> sure(count);
    truth_and(a.data(), b.data(), both.data(), count);
    truth_or(a.data(), b.data(), either.data(), count);
    truth_not(a.data(), negated.data(), count);
    null_as_false(a.data(), sure.data(), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(both[i], junction(a[i], b[i], state::kFalse, state::kTrue));
      EXPECT_EQ(either[i], junction(a[i], b[i], state::kTrue, state::kFalse));
      const State opposite = a[i] == state::kTrue    ? state::kFalse
                             : a[i] == state::kFalse ? state::kTrue
                                                     : a[i];
      EXPECT_EQ(negated[i], opposite);
      EXPECT_EQ(sure[i], a[i] == state::kNull ? state::kFalse : a[i]);
    }
  }
}

template <typename T>
void expect_in_range(std::mt19937_64& random, const std::vector<T>& values, int64_t base) {
  const Vector vector = vector_of(values, base);
  for (int round = 0; round < 20; ++round) {
    const auto pick = [&] {
      if (values.empty() || random() % 8 == 0) return static_cast<int64_t>(random());
      return vector.value_at(random() % values.size()) + static_cast<int64_t>(random() % 3) - 1;
    };
    const int64_t low = random() % 5 == 0 ? std::numeric_limits<int64_t>::min() : pick();
    const int64_t high = random() % 5 == 0 ? std::numeric_limits<int64_t>::max() : pick();
    for (const bool outside : {false, true}) {
      std::vector<State> out(values.size());
      in_range(vector, low, high, outside, out.data(), values.size());
      for (size_t i = 0; i < values.size(); ++i) {
        const int64_t x = vector.value_at(i);
        const bool holds = (x >= low && x <= high) != outside;
        ASSERT_EQ(out[i], holds ? state::kTrue : state::kFalse) << x << " " << low << " " << high;
      }
    }
  }
}

TEST_F(KernelsTest, RangesOfEveryWidth) {
  for (const size_t count : kLengths) {
    for (const int64_t base : {int64_t{0}, int64_t{-300}, int64_t{1} << 40}) {
      expect_in_range(random_, numbers<uint8_t>(count), base);
      expect_in_range(random_, numbers<uint16_t>(count), base);
      expect_in_range(random_, numbers<uint32_t>(count), base);
    }
    expect_in_range(random_, numbers<uint64_t>(count, uint64_t{1} << 60), 0);
    expect_in_range(random_, numbers<uint64_t>(count, uint64_t{1} << 60), -(int64_t{1} << 60));
  }
}

TEST_F(KernelsTest, ComparisonsAndTheirStates) {
  using feel::Op;
  for (const size_t count : kLengths) {
    const auto a = numbers<int64_t>(count, 5);
    const auto b = numbers<int64_t>(count, 5);
    const auto a_states = value_states_of(count);
    const auto b_states = value_states_of(count);
    for (const Op op : {Op::kEq, Op::kNe, Op::kLt, Op::kLe, Op::kGt, Op::kGe}) {
      std::vector<State> out(count);
      compare(op, a.data(), b.data(), out.data(), count);
      const auto holds = [&](size_t i) {
        switch (op) {
          case Op::kEq:
            return a[i] == b[i];
          case Op::kNe:
            return a[i] != b[i];
          case Op::kLt:
            return a[i] < b[i];
          case Op::kLe:
            return a[i] <= b[i];
          case Op::kGt:
            return a[i] > b[i];
          default:
            return a[i] >= b[i];
        }
      };
      for (size_t i = 0; i < count; ++i) {
        ASSERT_EQ(out[i], holds(i) ? state::kTrue : state::kFalse);
      }
      compare_states(op, a_states.data(), b_states.data(), out.data(), count);
      const bool equality = op == Op::kEq || op == Op::kNe;
      for (size_t i = 0; i < count; ++i) {
        const State x = a_states[i];
        const State y = b_states[i];
        State expected = state::kNull;
        if (is_open(x) || is_open(y)) {
          expected = open_part(x, y);
        } else if (x == state::kValue && y == state::kValue) {
          expected = holds(i) ? state::kTrue : state::kFalse;
        } else if (equality) {
          const bool same = x == y;
          expected = same == (op == Op::kEq) ? state::kTrue : state::kFalse;
        }
        ASSERT_EQ(out[i], expected);
      }
    }
  }
}

TEST_F(KernelsTest, LooksUpInTablesOfAnyLength) {
  for (const size_t count : kLengths) {
    const auto table = numbers<uint8_t>(256);
    for (const size_t entries : {1, 10, 16, 17, 256}) {
      const auto values = numbers<uint8_t>(count, entries);
      std::vector<uint8_t> out(count);
      look_up(values.data(), table.data(), entries, out.data(), count);
      for (size_t i = 0; i < count; ++i) ASSERT_EQ(out[i], table[values[i]]);
    }
  }
}

TEST_F(KernelsTest, ArithmeticAndWidening) {
  for (const size_t count : kLengths) {
    const auto a = numbers<int64_t>(count, uint64_t{1} << 30);
    const auto b = numbers<int64_t>(count, uint64_t{1} << 30);
    std::vector<int64_t> sum(count);
    std::vector<int64_t> difference(count);
    std::vector<int64_t> product(count);
    std::vector<int64_t> scaled(count);
    add(a.data(), b.data(), sum.data(), count);
    subtract(a.data(), b.data(), difference.data(), count);
    multiply(a.data(), b.data(), product.data(), count);
    scale(a.data(), -100, scaled.data(), count);
    const auto narrow = numbers<uint16_t>(count);
    std::vector<int64_t> wide(count);
    widen(vector_of(narrow, -7), wide.data(), count);
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(sum[i], a[i] + b[i]);
      ASSERT_EQ(difference[i], a[i] - b[i]);
      ASSERT_EQ(product[i], a[i] * b[i]);
      ASSERT_EQ(scaled[i], a[i] * -100);
      ASSERT_EQ(wide[i], int64_t{narrow[i]} - 7);
    }
  }
}

template <typename T, typename I>
void expect_gathered(const std::vector<T>& source, const std::vector<I>& index,
                     const std::vector<State>& states) {
  const size_t count = index.size();
  Vector at = vector_of(index);
  for (const bool lacking : {false, true}) {
    at.states = lacking ? states.data() : nullptr;
    std::vector<T> out(count);
    gather(vector_of(source), at, reinterpret_cast<uint8_t*>(out.data()), count);
    for (size_t i = 0; i < count; ++i) {
      const bool there = !lacking || states[i] == state::kValue;
      ASSERT_EQ(out[i], there ? source[index[i]] : T{0});
    }
  }
}

TEST_F(KernelsTest, GathersFromEveryWidthByEveryWidth) {
  for (const size_t count : kLengths) {
    const auto known = value_states_of(count);
    const auto near = numbers<uint8_t>(count, 200);
    const auto far = numbers<uint32_t>(count, 200);
    expect_gathered(numbers<uint8_t>(200), near, known);
    expect_gathered(numbers<uint16_t>(200), far, known);
    expect_gathered(numbers<uint32_t>(200), near, known);
    expect_gathered(numbers<uint64_t>(200), far, known);
    const auto source = states(200);
    Vector at = vector_of(near);
    at.states = known.data();
    std::vector<State> out(count);
    gather_states(source.data(), at, out.data(), count);
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(out[i], known[i] == state::kValue ? source[near[i]] : known[i]);
    }
  }
}

// As rows picked from one period are: in a row, with some that are not.
TEST_F(KernelsTest, GathersRowsThatFollowOneAnother) {
  for (const size_t count : kLengths) {
    const auto source = numbers<uint8_t>(count + 100);
    for (const uint64_t one_of : {3, 50, 100'000}) {
      std::vector<uint32_t> index(count);
      std::vector<State> known(count, state::kValue);
      for (size_t i = 0; i < count; ++i) {
        const bool follows = random_() % one_of != 0;
        index[i] = static_cast<uint32_t>(follows ? i + 90 : random_() % source.size());
        if (random_() % one_of == 0) known[i] = state::kNull;
      }
      expect_gathered(source, index, known);
    }
  }
}

TEST_F(KernelsTest, ListsSettleOnWhatDecides) {
  for (const size_t count : kLengths) {
    std::vector<State> complete = states(count);
    for (State& s : complete) s = s == state::kFalse || s == state::kNull ? State{state::kTrue} : s;
    std::vector<State> seen(count);
    for (State& s : seen) s = static_cast<State>(random_() % 64 & ~uint64_t{state::kAsk});
    auto some = seen;
    auto every = seen;
    settle_some(complete.data(), some.data(), count);
    settle_every(complete.data(), every.data(), count);
    for (size_t i = 0; i < count; ++i) {
      const State open = static_cast<State>((seen[i] & state::kUndecided) |
                                            (complete[i] == state::kTrue ? 0 : complete[i]));
      const auto expected = [&](State decides, State otherwise) -> State {
        if ((seen[i] & decides) != 0) return decides;
        if (open != 0) return open;
        return (seen[i] & kSomeNull) != 0 ? State{state::kNull} : otherwise;
      };
      ASSERT_EQ(some[i], expected(state::kTrue, state::kFalse));
      ASSERT_EQ(every[i], expected(state::kFalse, state::kTrue));
    }
  }
}

TEST_F(KernelsTest, AStreaksNextPeriod) {
  for (const size_t count : kLengths) {
    const auto holds = states(count);
    const auto absent = states(count);
    const auto present = numbers<uint8_t>(count, 2);
    auto all = states(count);
    for (State& s : all) s = s == state::kNull ? State{state::kTrue} : s;
    for (const bool same : {false, true}) {
      auto out = all;
      streak_and(holds.data(), present.data(), same ? nullptr : absent.data(), state::kMissing,
                 out.data(), count);
      for (size_t i = 0; i < count; ++i) {
        const State none = same ? State{state::kMissing} : absent[i];
        const State here = holds[i] == state::kNull ? State{state::kFalse} : holds[i];
        ASSERT_EQ(out[i],
                  junction(all[i], present[i] != 0 ? here : none, state::kFalse, state::kTrue));
      }
    }
  }
}

// Groups of four bytes or of two.
std::vector<uint16_t> narrowed(const std::vector<uint32_t>& groups) {
  std::vector<uint16_t> out(groups.size());
  narrow(groups.data(), out.data(), groups.size());
  return out;
}

template <typename T>
void expect_places(std::mt19937_64& random, const std::vector<T>& values) {
  constexpr uint32_t kGroups = 9;
  constexpr int kShift = 3;
  constexpr uint32_t kBins = 32;
  const size_t count = values.size();
  std::vector<uint32_t> groups(count);
  for (uint32_t& group : groups) group = static_cast<uint32_t>(random() % kGroups);
  std::vector<uint32_t> cuts(kGroups);
  std::vector<uint32_t> edges(kGroups);
  for (size_t g = 0; g < kGroups; ++g) {
    cuts[g] = static_cast<uint32_t>(random() % 256);
    edges[g] = static_cast<uint32_t>(random() % kBins);
    edges[g] |= (random() % 3 == 0 ? kNoEdge : static_cast<uint32_t>(random() % kBins)) << 16;
  }
  std::vector<uint32_t> histogram(kGroups * kBins, 0);
  count_bins(vector_of(values), groups.data(), kShift, kBins, histogram.data(), count);
  for (size_t i = 0; i < count; ++i) --histogram[groups[i] * kBins + (values[i] >> kShift)];
  for (const uint32_t left : histogram) ASSERT_EQ(left, 0U);
  const auto short_groups = narrowed(groups);
  for (const Vector& of_row : {vector_of(groups), vector_of(short_groups)}) {
    std::vector<State> above(count);
    std::vector<State> below(count);
    at_least_cut(vector_of(values), of_row, cuts.data(), above.data(), count);
    below_cut(vector_of(values), of_row, cuts.data(), below.data(), count);
    std::vector<uint32_t> selected(count);
    selected.resize(
        select_edges(vector_of(values), of_row, kShift, edges.data(), selected.data(), count));
    std::vector<uint32_t> expected;
    for (size_t i = 0; i < count; ++i) {
      const bool holds = values[i] >= cuts[groups[i]];
      ASSERT_EQ(above[i], holds ? state::kTrue : state::kFalse);
      ASSERT_EQ(below[i], holds ? state::kFalse : state::kTrue);
      const auto bin = static_cast<uint32_t>(values[i] >> kShift);
      const uint32_t both = edges[groups[i]];
      if (bin == both % 65536 || bin == both / 65536) expected.push_back(static_cast<uint32_t>(i));
    }
    EXPECT_EQ(selected, expected);
  }
}

TEST_F(KernelsTest, PlacesByGroup) {
  for (const size_t count : kLengths) {
    expect_places(random_, numbers<uint8_t>(count));
    expect_places(random_, numbers<uint16_t>(count, 256));
    expect_places(random_, numbers<uint32_t>(count, 256));
  }
}

TEST_F(KernelsTest, FindsABitAmongBytes) {
  for (const size_t count : kLengths) {
    std::vector<uint8_t> bytes(count, 0x0f);
    EXPECT_FALSE(any_has(bytes.data(), 0x10, count));
    if (count == 0) continue;
    bytes[random_() % count] |= 0x10;
    EXPECT_TRUE(any_has(bytes.data(), 0x10, count));
  }
}

TEST_F(KernelsTest, SelectsTheRowsOfOneByte) {
  for (const size_t count : kLengths) {
    const auto bytes = states(count);
    std::vector<uint32_t> selected(count);
    const size_t found = select(bytes.data(), state::kTrue, selected.data(), count);
    size_t next = 0;
    for (size_t i = 0; i < count; ++i) {
      if (bytes[i] != state::kTrue) continue;
      ASSERT_LT(next, found);
      ASSERT_EQ(selected[next++], i);
    }
    EXPECT_EQ(next, found);
  }
}

}  // namespace
}  // namespace dandang::engine::kernels
