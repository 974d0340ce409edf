#pragma once

#include <cstddef>
#include <cstdint>

#include "base/decimal.h"
#include "engine/vector.h"
#include "feel/ast.h"

// The loops over rows. Each works on one chunk; outputs are as long as the chunk and do not overlap
// inputs unless they are the same.
namespace dandang::engine::kernels {

// Truths (docs/decisions/0001-unknown.md): false decides `and`, true decides `or`, then unknown.
void truth_and(const State* a, const State* b, State* out, size_t count);
void truth_or(const State* a, const State* b, State* out, size_t count);
void truth_not(const State* a, State* out, size_t count);
// Null as false.
void null_as_false(const State* a, State* out, size_t count);
// Whether there is no value: `null` where there is none, `value` where there is one.
void is_null(const State* states, State null, State value, State* out, size_t count);
// States of rows, where any, over what was answered.
void replace_where(const State* instead, State* out, size_t count);
// What all rows of a list together say: `seen` holds which truths there are among them, kSomeNull
// for null, and becomes the answer.
constexpr State kSomeNull = 32;
void settle_some(const State* complete, State* seen, size_t count);
void settle_every(const State* complete, State* seen, size_t count);
// masks[i] |= bit where the truth is true.
void add_bit(const State* truths, uint16_t bit, uint16_t* masks, size_t count);
// A streak's next period: null and, where a row is there, false decide.
void streak_and(const State* holds, const uint8_t* present, const State* absent, State absent_all,
                State* all, size_t count);
void fill(State* out, State value, size_t count);
void or_into(const State* in, State* out, size_t count);

// Whether the value lies in [low, high], or not if `outside`; true or false, states not looked at.
void in_range(const Vector& values, int64_t low, int64_t high, bool outside, State* out,
              size_t count);
void compare(feel::Op op, const int64_t* a, const int64_t* b, State* out, size_t count);
// Where an operand has no value the comparison's truth is what FEEL says; states may be null.
void compare_states(feel::Op op, const State* a, const State* b, State* truth, size_t count);
// States of an operation that has a value where both operands have.
void value_states(const State* a, const State* b, State* out, size_t count);

// Sums, differences and products, and quotients cut down to whole numbers.
void add(const int64_t* a, const int64_t* b, int64_t* out, size_t count);
void subtract(const int64_t* a, const int64_t* b, int64_t* out, size_t count);
void multiply(const int64_t* a, const int64_t* b, int64_t* out, size_t count);
void scale(const int64_t* a, int64_t factor, int64_t* out, size_t count);
// table[values[i]], of values one byte wide and lower than `entries`; the table has 256.
void look_up(const uint8_t* values, const uint8_t* table, size_t entries, uint8_t* out,
             size_t count);
void widen(const Vector& values, int64_t* out, size_t count);
// values[index[i]], as wide as the source; null or unknown indexes give 0.
void gather(const Vector& source, const Vector& index, uint8_t* out, size_t count);
void gather_states(const State* source, const Vector& index, State* out, size_t count);

// bins[group * width + (value >> shift)] += 1, and the group's place noted.
void count_bins(const Vector& values, const uint32_t* groups, int shift, size_t bins,
                uint32_t* histogram, size_t count);
// Why rows have no place: those without a value, and those that are not there.
void add_lack(const State* states, State* lack, size_t count);
void add_absent(const uint8_t* present, State* lack, size_t count);
// Rows without a place go into the group `none`.
void assign_none(const State* lack, uint32_t none, uint32_t* groups, size_t count);
// Groups whose numbers fit two bytes.
void narrow(const uint32_t* groups, uint16_t* out, size_t count);
// value >= cuts[group], or value < cuts[group]; values relative to their base, groups two or four
// bytes wide.
void at_least_cut(const Vector& values, const Vector& groups, const uint32_t* cuts, State* out,
                  size_t count);
void below_cut(const Vector& values, const Vector& groups, const uint32_t* cuts, State* out,
               size_t count);
// groups[i] += (value[i] - low) * stride; the first key sets it.
void add_group_key(const Vector& values, int64_t low, uint32_t stride, bool first, uint32_t* groups,
                   size_t count);
// Whether a row is there and its truth, if truths are given, is true: 1 or 0.
void is_true_and_present(const State* truths, const uint8_t* present, uint8_t* out, size_t count);
// Rows whose byte is the wanted one; returns how many.
size_t select(const uint8_t* bytes, uint8_t wanted, uint32_t* selected, size_t count);
// Whether some byte has the bit.
bool any_has(const uint8_t* bytes, uint8_t bit, size_t count);
// Rows whose bin is an edge of their group; returns how many. A group has two edges, in the lower
// and the upper half of its number; no bin is as high as kNoEdge.
constexpr uint32_t kNoEdge = 0xffff;
size_t select_edges(const Vector& values, const Vector& groups, int shift, const uint32_t* edges,
                    uint32_t* selected, size_t count);

}  // namespace dandang::engine::kernels
