#include "engine/kernels.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

// The same loop compiled for the processors that have AVX2 and for those that do not. Sanitizers
// and clang do not take such functions.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && \
    !defined(__SANITIZE_ADDRESS__) && defined(__OPTIMIZE__)
#define DD_FOR_EACH_CPU __attribute__((target_clones("avx2", "default")))
#else
#define DD_FOR_EACH_CPU
#endif

#if defined(__x86_64__)
#include <immintrin.h>
#define DD_HAS_AVX2
#endif

namespace dandang::engine::kernels {
namespace {

constexpr State kFalseAndTrue = state::kTrue | state::kFalse;

template <typename T>
const T* data_as(const Vector& vector) {
  return reinterpret_cast<const T*>(vector.data);
}

// Calls `body` with the unsigned type as wide as the vector's values.
template <typename Body>
void with_width(const Vector& vector, const Body& body) {
  switch (vector.width) {
    case 1:
      return body(uint8_t{});
    case 2:
      return body(uint16_t{});
    case 4:
      return body(uint32_t{});
    default:
      return body(uint64_t{});
  }
}

}  // namespace

DD_FOR_EACH_CPU void truth_and(const State* a, const State* b, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const auto either = static_cast<State>(a[i] | b[i]);
    const auto rest =
        static_cast<State>((a[i] & b[i] & state::kTrue) | (either & state::kUndecided));
    out[i] = (either & state::kFalse) != 0 ? state::kFalse : rest;
  }
}

DD_FOR_EACH_CPU void truth_or(const State* a, const State* b, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const auto either = static_cast<State>(a[i] | b[i]);
    const auto rest =
        static_cast<State>((a[i] & b[i] & state::kFalse) | (either & state::kUndecided));
    out[i] = (either & state::kTrue) != 0 ? state::kTrue : rest;
  }
}

DD_FOR_EACH_CPU void truth_not(const State* a, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    out[i] = static_cast<State>((a[i] & ~kFalseAndTrue) | (a[i] & state::kTrue) << 1 |
                                (a[i] & state::kFalse) >> 1);
  }
}

DD_FOR_EACH_CPU void null_as_false(const State* a, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = a[i] == state::kNull ? state::kFalse : a[i];
}

DD_FOR_EACH_CPU void is_null(const State* states, State null, State value, State* out,
                             size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const auto undecided = static_cast<State>(states[i] & state::kUndecided);
    const State known = states[i] == state::kNull ? null : value;
    out[i] = undecided != 0 ? undecided : known;
  }
}

DD_FOR_EACH_CPU void replace_where(const State* instead, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = instead[i] != 0 ? instead[i] : out[i];
}

template <State decides, State otherwise>
DD_FOR_EACH_CPU static void settle(const State* complete, State* seen, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const State open = complete[i] == state::kTrue ? state::kNull : complete[i];
    const auto undecided = static_cast<State>((seen[i] & state::kUndecided) | open);
    const State without = (seen[i] & kSomeNull) != 0 ? state::kNull : otherwise;
    const State rest = undecided != 0 ? undecided : without;
    seen[i] = (seen[i] & decides) != 0 ? decides : rest;
  }
}

void settle_some(const State* complete, State* seen, size_t count) {
  settle<state::kTrue, state::kFalse>(complete, seen, count);
}

void settle_every(const State* complete, State* seen, size_t count) {
  settle<state::kFalse, state::kTrue>(complete, seen, count);
}

DD_FOR_EACH_CPU void add_bit(const State* truths, uint16_t bit, uint16_t* masks, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const uint16_t set = (truths[i] & state::kTrue) != 0 ? bit : uint16_t{0};
    masks[i] = static_cast<uint16_t>(masks[i] | set);
  }
}

DD_FOR_EACH_CPU void add(const int64_t* a, const int64_t* b, int64_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = a[i] + b[i];
}

DD_FOR_EACH_CPU void subtract(const int64_t* a, const int64_t* b, int64_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = a[i] - b[i];
}

DD_FOR_EACH_CPU void multiply(const int64_t* a, const int64_t* b, int64_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = a[i] * b[i];
}

DD_FOR_EACH_CPU void scale(const int64_t* a, int64_t factor, int64_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = a[i] * factor;
}

#ifdef DD_HAS_AVX2
static bool has_avx2() {
  static const bool kFast = __builtin_cpu_supports("avx2") != 0;
  return kFast;
}

// A table of sixteen bytes fits a register.
__attribute__((target("avx2"))) static size_t look_up_sixteen(const uint8_t* values,
                                                              const uint8_t* table, uint8_t* out,
                                                              size_t count) {
  const __m256i both =
      _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const __m256i run = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), _mm256_shuffle_epi8(both, run));
  }
  return i;
}
#endif

void look_up(const uint8_t* values, const uint8_t* table, size_t entries, uint8_t* out,
             size_t count) {
  size_t i = 0;
#ifdef DD_HAS_AVX2
  if (entries <= 16 && has_avx2()) i = look_up_sixteen(values, table, out, count);
#endif
  for (; i < count; ++i) out[i] = table[values[i]];
}

DD_FOR_EACH_CPU void fill(State* out, State value, size_t count) {
  std::fill_n(out, count, value);
}

DD_FOR_EACH_CPU void or_into(const State* in, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] |= in[i];
}

DD_FOR_EACH_CPU static void streak_and_same(const State* holds, const uint8_t* present,
                                            State absent, State* all, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const State here = holds[i] == state::kNull ? state::kFalse : holds[i];
    const State one = present[i] != 0 ? here : absent;
    const auto either = static_cast<State>(all[i] | one);
    const auto rest =
        static_cast<State>((all[i] & one & state::kTrue) | (either & state::kUndecided));
    all[i] = (either & state::kFalse) != 0 ? state::kFalse : rest;
  }
}

void streak_and(const State* holds, const uint8_t* present, const State* absent, State absent_all,
                State* all, size_t count) {
  if (absent == nullptr) return streak_and_same(holds, present, absent_all, all, count);
  for (size_t i = 0; i < count; ++i) {
    const State none = absent[i];
    streak_and_same(holds + i, present + i, none, all + i, 1);
  }
}

template <typename T>
DD_FOR_EACH_CPU static void in_range_of(const T* values, T low, T width, State yes, State no,
                                        State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    out[i] = static_cast<T>(values[i] - low) <= width ? yes : no;
  }
}

void in_range(const Vector& values, int64_t low, int64_t high, bool outside, State* out,
              size_t count) {
  const State yes = outside ? state::kFalse : state::kTrue;
  const State no = outside ? state::kTrue : state::kFalse;
  with_width(values, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (sizeof(T) == 8) {
      // Whole 64 bits are signed: shifted so that the order is that of unsigned numbers.
      if (low > high) return fill(out, no, count);
      const auto from = static_cast<T>(low) - static_cast<T>(values.base);
      in_range_of<T>(data_as<T>(values), from, static_cast<T>(high) - static_cast<T>(low), yes, no,
                     out, count);
    } else {
      const auto most = static_cast<int64_t>(std::numeric_limits<T>::max());
      const Int128 from = std::max<Int128>(static_cast<Int128>(low) - values.base, 0);
      const Int128 to = std::min<Int128>(static_cast<Int128>(high) - values.base, most);
      if (from > to) return fill(out, no, count);
      in_range_of<T>(data_as<T>(values), static_cast<T>(from), static_cast<T>(to - from), yes, no,
                     out, count);
    }
  });
}

template <typename Compare>
static inline void compare_by(const int64_t* a, const int64_t* b, State* out, size_t count,
                              Compare holds) {
  for (size_t i = 0; i < count; ++i) out[i] = holds(a[i], b[i]) ? state::kTrue : state::kFalse;
}

DD_FOR_EACH_CPU void compare(feel::Op op, const int64_t* a, const int64_t* b, State* out,
                             size_t count) {
  using feel::Op;
  switch (op) {
    case Op::kEq:
      return compare_by(a, b, out, count, [](int64_t x, int64_t y) { return x == y; });
    case Op::kNe:
      return compare_by(a, b, out, count, [](int64_t x, int64_t y) { return x != y; });
    case Op::kLt:
      return compare_by(a, b, out, count, [](int64_t x, int64_t y) { return x < y; });
    case Op::kLe:
      return compare_by(a, b, out, count, [](int64_t x, int64_t y) { return x <= y; });
    case Op::kGt:
      return compare_by(a, b, out, count, [](int64_t x, int64_t y) { return x > y; });
    default:
      return compare_by(a, b, out, count, [](int64_t x, int64_t y) { return x >= y; });
  }
}

DD_FOR_EACH_CPU static void compare_states_of(const State* a, const State* b, State one_null,
                                              State both_null, State* truth, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const auto undecided = static_cast<State>((a[i] | b[i]) & state::kUndecided);
    const auto values = static_cast<State>(a[i] & b[i] & state::kValue);
    const auto any = static_cast<State>((a[i] | b[i]) & state::kValue);
    const State without = any != 0 ? one_null : both_null;
    const State known = values != 0 ? truth[i] : without;
    truth[i] = undecided != 0 ? undecided : known;
  }
}

void compare_states(feel::Op op, const State* a, const State* b, State* truth, size_t count) {
  if (a == nullptr && b == nullptr) return;
  static const std::vector<State> kAll(4096, state::kValue);
  const bool equality = op == feel::Op::kEq || op == feel::Op::kNe;
  State one_null = state::kNull;
  State both_null = state::kNull;
  if (equality) {
    one_null = op == feel::Op::kEq ? state::kFalse : state::kTrue;
    both_null = op == feel::Op::kEq ? state::kTrue : state::kFalse;
  }
  for (size_t from = 0; from < count; from += kAll.size()) {
    const size_t n = std::min(kAll.size(), count - from);
    compare_states_of(a == nullptr ? kAll.data() : a + from, b == nullptr ? kAll.data() : b + from,
                      one_null, both_null, truth + from, n);
  }
}

DD_FOR_EACH_CPU void value_states(const State* a, const State* b, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const auto undecided = static_cast<State>((a[i] | b[i]) & state::kUndecided);
    out[i] = undecided != 0 ? undecided : static_cast<State>(a[i] & b[i]);
  }
}

template <typename T>
DD_FOR_EACH_CPU static void widen_from(const T* values, int64_t base, int64_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = base + static_cast<int64_t>(values[i]);
}

void widen(const Vector& values, int64_t* out, size_t count) {
  with_width(values, [&](auto zero) {
    widen_from(data_as<decltype(zero)>(values), values.base, out, count);
  });
}

template <typename T, typename I>
DD_FOR_EACH_CPU static void gather_from(const T* source, const I* index, int64_t base, T* out,
                                        size_t count) {
  for (size_t i = 0; i < count; ++i) {
    out[i] = source[static_cast<size_t>(base + static_cast<int64_t>(index[i]))];
  }
}

// Of rows that nearly all follow one another, as those picked from one period do: sixteen that do
// are copied.
template <typename T, typename I>
DD_FOR_EACH_CPU static void gather_known(const T* source, const I* index, const State* known,
                                         int64_t base, T* out, size_t count) {
  constexpr size_t kRun = 16;
  size_t i = 0;
  for (; i + kRun <= count; i += kRun) {
    I broken = 0;
    State lacking = 0;
    for (size_t k = 0; k < kRun; ++k) {
      broken |= static_cast<I>(index[i + k] - index[i] - k);
      lacking |= known[i + k] ^ state::kValue;
    }
    const T* from = source + base;
    if (broken == 0 && lacking == 0) {
      std::memcpy(out + i, from + index[i], kRun * sizeof(T));
      continue;
    }
    for (size_t k = i; k < i + kRun; ++k) {
      out[k] = known[k] == state::kValue ? from[static_cast<size_t>(index[k])] : T{0};
    }
  }
  for (; i < count; ++i) {
    out[i] = known[i] == state::kValue
                 ? source[static_cast<size_t>(base + static_cast<int64_t>(index[i]))]
                 : T{0};
  }
}

void gather(const Vector& source, const Vector& index, uint8_t* out, size_t count) {
  with_width(source, [&](auto value) {
    using T = decltype(value);
    with_width(index, [&](auto place) {
      using I = decltype(place);
      const T* from = data_as<T>(source);
      T* to = reinterpret_cast<T*>(out);
      const I* at = data_as<I>(index);
      if (index.states == nullptr) return gather_from<T, I>(from, at, index.base, to, count);
      gather_known<T, I>(from, at, index.states, index.base, to, count);
    });
  });
}

void gather_states(const State* source, const Vector& index, State* out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (index.state_at(i) != state::kValue) {
      out[i] = index.state_at(i);
    } else if (source == nullptr) {
      out[i] = state::kValue;
    } else {
      out[i] = source[static_cast<size_t>(index.value_at(i))];
    }
  }
}

template <typename T>
static void count_bins_of(const T* values, const uint32_t* groups, int shift, size_t bins,
                          uint32_t* histogram, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    ++histogram[groups[i] * bins + (static_cast<size_t>(values[i]) >> shift)];
  }
}

void count_bins(const Vector& values, const uint32_t* groups, int shift, size_t bins,
                uint32_t* histogram, size_t count) {
  with_width(values, [&](auto zero) {
    count_bins_of(data_as<decltype(zero)>(values), groups, shift, bins, histogram, count);
  });
}

DD_FOR_EACH_CPU void add_lack(const State* states, State* lack, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const State without = states[i] == state::kNull ? state::kMissing : states[i];
    lack[i] |= states[i] == state::kValue ? State{0} : without;
  }
}

DD_FOR_EACH_CPU void add_absent(const uint8_t* present, State* lack, size_t count) {
  for (size_t i = 0; i < count; ++i) lack[i] = present[i] == 0 ? state::kMissing : lack[i];
}

DD_FOR_EACH_CPU void assign_none(const State* lack, uint32_t none, uint32_t* groups, size_t count) {
  for (size_t i = 0; i < count; ++i) groups[i] = lack[i] != 0 ? none : groups[i];
}

DD_FOR_EACH_CPU void narrow(const uint32_t* groups, uint16_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<uint16_t>(groups[i]);
}

namespace {

// What is asked of a row's value and its group's bound.
enum class Ask { kAtLeast, kBelow };

template <Ask ask, typename T, typename G>
void ask_rows(const T* values, const G* groups, const uint32_t* bounds, State* out, size_t from,
              size_t count) {
  for (size_t i = from; i < count; ++i) {
    const bool at_least = static_cast<uint32_t>(values[i]) >= bounds[groups[i]];
    out[i] = at_least == (ask == Ask::kAtLeast) ? state::kTrue : state::kFalse;
  }
}

#ifdef DD_HAS_AVX2
template <typename T>
__attribute__((target("avx2"))) inline __m256i eight(const T* values) {
  if constexpr (sizeof(T) == 1) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(values)));
  } else if constexpr (sizeof(T) == 2) {
    return _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(values)));
  } else {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(values));
  }
}

// Bounds are fetched eight at a time, which the compiler does not find by itself.
template <Ask ask, typename T, typename G>
__attribute__((target("avx2"))) size_t ask_eights(const T* values, const G* groups,
                                                  const uint32_t* bounds, State* out,
                                                  size_t count) {
  constexpr State kYes = ask == Ask::kAtLeast ? state::kTrue : state::kFalse;
  constexpr State kNo = ask == Ask::kAtLeast ? state::kFalse : state::kTrue;
  const __m256i no_all = _mm256_set1_epi32(kNo);
  const __m256i change = _mm256_set1_epi32(kYes ^ kNo);
  const auto* table = reinterpret_cast<const int*>(bounds);
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m256i value = eight(values + i);
    const __m256i bound = _mm256_i32gather_epi32(table, eight(groups + i), 4);
    const __m256i holds = _mm256_cmpeq_epi32(_mm256_max_epu32(value, bound), value);
    const __m256i answer = _mm256_xor_si256(no_all, _mm256_and_si256(holds, change));
    const __m128i low = _mm256_castsi256_si128(answer);
    const __m128i high = _mm256_extracti128_si256(answer, 1);
    const __m128i words = _mm_packus_epi32(low, high);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i), _mm_packus_epi16(words, words));
  }
  return i;
}

template <typename T, typename G>
__attribute__((target("avx2"))) size_t select_edges_by_eights(const T* values, const G* groups,
                                                              int shift, const uint32_t* edges,
                                                              uint32_t* selected, size_t count,
                                                              size_t& done) {
  const auto* table = reinterpret_cast<const int*>(edges);
  const __m128i by = _mm_cvtsi32_si128(shift);
  const __m256i lower = _mm256_set1_epi32(kNoEdge);
  size_t found = 0;
  for (; done + 8 <= count; done += 8) {
    const __m256i bin = _mm256_srl_epi32(eight(values + done), by);
    const __m256i both = _mm256_i32gather_epi32(table, eight(groups + done), 4);
    const __m256i hit = _mm256_or_si256(_mm256_cmpeq_epi32(bin, _mm256_and_si256(both, lower)),
                                        _mm256_cmpeq_epi32(bin, _mm256_srli_epi32(both, 16)));
    auto hits = static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(hit)));
    while (hits != 0) {
      selected[found++] = static_cast<uint32_t>(done) + static_cast<uint32_t>(__builtin_ctz(hits));
      hits &= hits - 1;
    }
  }
  return found;
}
#endif

// Calls `body` with the values' and the groups' types; ranked values have four bytes at the most.
template <typename Body>
void with_groups(const Vector& values, const Vector& groups, const Body& body) {
  with_width(values, [&](auto value) {
    using T = decltype(value);
    if (groups.width == 2) {
      body(data_as<T>(values), data_as<uint16_t>(groups));
    } else {
      body(data_as<T>(values), data_as<uint32_t>(groups));
    }
  });
}

template <Ask ask>
void ask_all(const Vector& values, const Vector& groups, const uint32_t* bounds, State* out,
             size_t count) {
  with_groups(values, groups, [&](const auto* value, const auto* group) {
    size_t done = 0;
#ifdef DD_HAS_AVX2
    if constexpr (sizeof(*value) <= 4) {
      if (has_avx2()) done = ask_eights<ask>(value, group, bounds, out, count);
    }
#endif
    ask_rows<ask>(value, group, bounds, out, done, count);
  });
}

}  // namespace

void at_least_cut(const Vector& values, const Vector& groups, const uint32_t* cuts, State* out,
                  size_t count) {
  ask_all<Ask::kAtLeast>(values, groups, cuts, out, count);
}

void below_cut(const Vector& values, const Vector& groups, const uint32_t* cuts, State* out,
               size_t count) {
  ask_all<Ask::kBelow>(values, groups, cuts, out, count);
}

template <typename T>
DD_FOR_EACH_CPU static void add_group_key_of(const T* values, uint32_t shift, uint32_t stride,
                                             uint32_t* groups, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    groups[i] += (static_cast<uint32_t>(values[i]) + shift) * stride;
  }
}

template <typename T>
DD_FOR_EACH_CPU static void set_group_key_of(const T* values, uint32_t shift, uint32_t stride,
                                             uint32_t* groups, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    groups[i] = (static_cast<uint32_t>(values[i]) + shift) * stride;
  }
}

void add_group_key(const Vector& values, int64_t low, uint32_t stride, bool first, uint32_t* groups,
                   size_t count) {
  const auto shift = static_cast<uint32_t>(values.base - low);
  with_width(values, [&](auto zero) {
    using T = decltype(zero);
    if (first) return set_group_key_of(data_as<T>(values), shift, stride, groups, count);
    add_group_key_of(data_as<T>(values), shift, stride, groups, count);
  });
}

DD_FOR_EACH_CPU void is_true_and_present(const State* truths, const uint8_t* present, uint8_t* out,
                                         size_t count) {
  if (truths == nullptr) {
    for (size_t i = 0; i < count; ++i) out[i] = present[i] != 0 ? 1 : 0;
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    out[i] = static_cast<uint8_t>(truths[i] == state::kTrue ? 1 : 0) &
             static_cast<uint8_t>(present[i] != 0 ? 1 : 0);
  }
}

#ifdef DD_HAS_AVX2
__attribute__((target("avx2"))) static size_t select_runs(const uint8_t* bytes, uint8_t wanted,
                                                          uint32_t* selected, size_t count,
                                                          size_t& done) {
  const __m256i pattern = _mm256_set1_epi8(static_cast<char>(wanted));
  size_t found = 0;
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const __m256i run = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
    auto hits = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(run, pattern)));
    while (hits != 0) {
      selected[found++] = static_cast<uint32_t>(i) + static_cast<uint32_t>(__builtin_ctz(hits));
      hits &= hits - 1;
    }
  }
  done = i;
  return found;
}
#endif

size_t select(const uint8_t* bytes, uint8_t wanted, uint32_t* selected, size_t count) {
  size_t found = 0;
  size_t i = 0;
#ifdef DD_HAS_AVX2
  if (has_avx2()) found = select_runs(bytes, wanted, selected, count, i);
#endif
  for (; i < count; ++i) {
    if (bytes[i] == wanted) selected[found++] = static_cast<uint32_t>(i);
  }
  return found;
}

DD_FOR_EACH_CPU bool any_has(const uint8_t* bytes, uint8_t bit, size_t count) {
  uint8_t any = 0;
  for (size_t i = 0; i < count; ++i) any |= bytes[i];
  return (any & bit) != 0;
}

size_t select_edges(const Vector& values, const Vector& groups, int shift, const uint32_t* edges,
                    uint32_t* selected, size_t count) {
  size_t found = 0;
  with_groups(values, groups, [&](const auto* value, const auto* group) {
    size_t i = 0;
#ifdef DD_HAS_AVX2
    if constexpr (sizeof(*value) <= 4) {
      if (has_avx2()) {
        found = select_edges_by_eights(value, group, shift, edges, selected, count, i);
      }
    }
#endif
    for (; i < count; ++i) {
      const auto bin = static_cast<uint32_t>(value[i]) >> shift;
      const uint32_t both = edges[group[i]];
      if (bin == (both & kNoEdge) || bin == both >> 16) {
        selected[found++] = static_cast<uint32_t>(i);
      }
    }
  });
  return found;
}

}  // namespace dandang::engine::kernels
