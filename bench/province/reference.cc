#include "reference.h"

#include <sys/mman.h>

#include <algorithm>
#include <barrier>
#include <bit>
#include <chrono>
#include <cstring>
#include <map>
#include <numeric>
#include <thread>
#include <utility>

namespace bench::province {

// One copy of a loop for each kind of processor, chosen when the program starts. Not under a
// sanitizer, which is not ready by then.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define DD_FOR_EACH_CPU \
  __attribute__((noinline, target_clones("arch=x86-64-v4", "avx2", "default")))
#else
#define DD_FOR_EACH_CPU
#endif

namespace {

constexpr uint8_t kAbsent = 5;  // after the grades
constexpr uint16_t kNoScore = 0xffff;
constexpr size_t kPostGroups = 5;
constexpr size_t kBlock = 2048;  // persons whose bytes stay in the nearest cache
constexpr size_t kTwoMegabytes = size_t{1} << 21;

// Points fall into bins; where a cut lies is known to the bin first, then within it.
constexpr int kBinBits = 5;
constexpr int kBinWidth = 1 << kBinBits;
constexpr uint32_t kNoBin = (kHighestPoints >> kBinBits) + 1;  // of persons without points
constexpr size_t kBins = (kNoBin + 16) / 16 * 16;
static_assert(kBins > kNoBin);

// In `base_`.
constexpr uint32_t bit_of(Rule rule) {
  return 1U << (rule - 1);
}
constexpr uint8_t kPatternBits = bit_of(kExcellentThreeYears) | bit_of(kOwnUnitExcellent) |
                                 bit_of(kPointsAtTheTop) | bit_of(kPointsAtTheBottom) |
                                 bit_of(kHeadOfLastUnit);

constexpr int32_t days_at_end_of(int year) {
  return static_cast<int32_t>(
      std::chrono::sys_days(std::chrono::year(year) / 12 / 31).time_since_epoch().count());
}
constexpr int32_t kDay = days_at_end_of(kLastYear);
constexpr int32_t kHonoursAfter = days_at_end_of(kLastYear - 5);

std::chrono::year_month_day date_of(int32_t days) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(days)));
}

uint16_t year_of(int32_t days) {
  return static_cast<uint16_t>(static_cast<int>(date_of(days).year()));
}

// A day so many months later is after kDay, the last of a December, if its month is.
bool lasts(int32_t date, uint32_t months) {
  const std::chrono::year_month_day day = date_of(date);
  const int month =
      static_cast<int>(day.year()) * 12 + static_cast<int>(static_cast<unsigned>(day.month())) - 1;
  return month + static_cast<int>(months) > kLastYear * 12 + 11;
}

// The rows of evidence that follow from the mask alone.
struct Pattern {
  uint32_t count = 0;
  EvidenceRow rows[12];
};

struct Patterns {
  Pattern of[kPatternBits + 1];

  constexpr Patterns() {
    for (uint32_t bits = 0; bits <= kPatternBits; ++bits) {
      add(of[bits], bits, kExcellentThreeYears, 3);
      add(of[bits], bits, kOwnUnitExcellent, 3);
      add(of[bits], bits, kPointsAtTheTop, 2);
      add(of[bits], bits, kPointsAtTheBottom, 2);
      add(of[bits], bits, kHeadOfLastUnit, 2);
    }
  }

 private:
  static constexpr void add(Pattern& pattern, uint32_t bits, Rule rule, int years) {
    if ((bits & bit_of(rule)) == 0) return;
    for (int year = kLastYear - years + 1; year <= kLastYear; ++year) {
      pattern.rows[pattern.count++] = {0, static_cast<uint16_t>(year), rule};
    }
  }
};
constexpr Patterns kPatterns;

// Calls `see` with the place of each byte that is 1 among bytes that are 0. Whole words are read:
// `flags` has 0 up to the next multiple of eight.
template <typename See>
void for_each_flag(const uint8_t* flags, size_t count, See see) {
  for (size_t i = 0; i < count; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, flags + i, 8);
    for (; word != 0; word &= word - 1) see(i + static_cast<size_t>(std::countr_zero(word)) / 8);
  }
}

void end_flags(uint8_t* flags, size_t count) {
  std::memset(flags + count, 0, (8 - count % 8) % 8);
}

// The group of each person's points, and the counter of group and bin.
DD_FOR_EACH_CPU
void place_points(const uint16_t* __restrict points, const uint16_t* __restrict unit_at,
                  const uint8_t* __restrict post_group, const uint32_t* __restrict first_group,
                  size_t count, uint16_t* __restrict group, uint32_t* __restrict counter) {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t of = first_group[unit_at[i]] + post_group[i];
    const uint32_t bin = std::min<uint32_t>(points[i] >> kBinBits, kNoBin);
    group[i] = static_cast<uint16_t>(of);
    counter[i] = of * static_cast<uint32_t>(kBins) + bin;
  }
}

// An edge is where the bin of the upper cut begins, above 16 bits of where that of the lower cut
// ends. `side`: 1 above the upper bin, 2 below the lower; `near`: within either.
DD_FOR_EACH_CPU
void compare_with_edges(const uint16_t* __restrict points, const uint16_t* __restrict group,
                        const uint32_t* __restrict edges, size_t count, uint8_t* __restrict side,
                        uint8_t* __restrict near) {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t edge = edges[group[i]];
    const int from_above = points[i];  // kNoPoints is above whatever ends
    const int from_below = static_cast<int>((points[i] + 1U) & 0xffffU) - 1;  // and -1 here
    const int over = from_below - static_cast<int>(edge >> 16);
    const int under = static_cast<int>(edge & 0xffffU) - 1 - from_above;
    const int top = over >= kBinWidth ? 1 : 0;
    const int bottom = under >= kBinWidth ? 2 : 0;
    const int close =
        (over >= 0 && over < kBinWidth ? 1 : 0) | (under >= 0 && under < kBinWidth ? 1 : 0);
    side[i] = static_cast<uint8_t>(top | bottom);
    near[i] = static_cast<uint8_t>(close);
  }
}

struct DenseInput {
  const uint8_t* grade[3];
  const uint8_t* side[2];
  const uint8_t* near[2];
  const uint8_t* is_head;
  const uint16_t* unit;
};

// What follows from a person's own bytes. `late`: the last grade is incompetent or must be looked
// for in earlier years; `near` of either year.
DD_FOR_EACH_CPU
void join_bits(const DenseInput& input, const uint32_t* __restrict unit_bits, size_t count,
               uint8_t* __restrict base, uint8_t* __restrict late, uint8_t* __restrict near) {
  const uint8_t* __restrict grade0 = input.grade[0];
  const uint8_t* __restrict grade1 = input.grade[1];
  const uint8_t* __restrict grade2 = input.grade[2];
  const uint8_t* __restrict side0 = input.side[0];
  const uint8_t* __restrict side1 = input.side[1];
  for (size_t i = 0; i < count; ++i) {
    const auto both = static_cast<uint8_t>(side0[i] & side1[i]);
    const auto any_lower = static_cast<uint8_t>(grade0[i] | grade1[i] | grade2[i]);
    const auto excellent = static_cast<uint8_t>(any_lower == 0 ? 1 : 0);
    base[i] = static_cast<uint8_t>(excellent | ((both & 1) << 2) | ((both & 2) << 3));
    late[i] = static_cast<uint8_t>(grade2[i] >= static_cast<uint8_t>(Grade::kIncompetent) ? 1 : 0);
    near[i] = static_cast<uint8_t>(input.near[0][i] | input.near[1][i]);
  }
  for (size_t i = 0; i < count; ++i) {
    const uint32_t allowed = bit_of(kOwnUnitExcellent) |
                             (static_cast<uint32_t>(input.is_head[i]) << (kHeadOfLastUnit - 1));
    base[i] = static_cast<uint8_t>(base[i] | (unit_bits[input.unit[i]] & allowed));
  }
}

// Masks from their first eight bits; `shown`: evidence follows from the mask.
DD_FOR_EACH_CPU
void derive_bits(const uint8_t* __restrict base, size_t count, uint16_t* __restrict mask,
                 uint8_t* __restrict shown) {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t bits = base[i];
    const uint32_t promote = (bits | (bits >> 2) | (bits >> 3)) & ~(bits >> 5) & ~(bits >> 7) & 1;
    const uint32_t tilt = promote & (bits >> 1);
    const uint32_t review = ((bits >> 4) | (bits >> 5) | (bits >> 6)) & 1;
    mask[i] = static_cast<uint16_t>(bits | (promote << kPromoteBit) | (tilt << kTiltBit) |
                                    (review << kReviewDownBit));
    shown[i] = static_cast<uint8_t>((bits & kPatternBits) != 0 ? 1 : 0);
  }
}

// Places of honours that count. Written first and kept if it holds: no branch to guess.
DD_FOR_EACH_CPU
size_t find_honours(const uint8_t* __restrict level, const int32_t* __restrict date, size_t begin,
                    size_t end, uint32_t* __restrict found) {
  size_t count = 0;
  for (size_t i = begin; i < end; ++i) {
    found[count] = static_cast<uint32_t>(i);
    const bool holds = (level[i] > static_cast<uint8_t>(HonourLevel::kCounty)) &
                       (date[i] > kHonoursAfter) & (date[i] <= kDay);
    count += holds ? 1 : 0;
  }
  return count;
}

// Those that may last until after kDay.
DD_FOR_EACH_CPU
size_t find_sanctions(const uint8_t* __restrict months, const int32_t* __restrict date,
                      size_t begin, size_t end, uint32_t* __restrict found) {
  size_t count = 0;
  for (size_t i = begin; i < end; ++i) {
    found[count] = static_cast<uint32_t>(i);
    const bool holds = (date[i] <= kDay) & (date[i] + 31 * int32_t{months[i]} > kDay);
    count += holds ? 1 : 0;
  }
  return count;
}

DD_FOR_EACH_CPU
uint32_t count_higher(const uint16_t* __restrict scores, size_t count, uint16_t score) {
  uint32_t higher = 0;
  for (size_t begin = 0; begin < count; begin += kBlock) {
    const size_t end = std::min(count, begin + kBlock);
    uint16_t of_block = 0;  // narrow, so that many are counted at once
    for (size_t i = begin; i < end; ++i) {
      of_block = static_cast<uint16_t>(of_block + (scores[i] > score ? 1 : 0));
    }
    higher += of_block;
  }
  return higher;
}

// Adds 1 to each unit of a county that is among the best of it.
void count_excellent(const std::vector<uint16_t>& scores, size_t begin, size_t end,
                     std::vector<uint8_t>& years) {
  std::vector<uint16_t> ranked;
  for (size_t i = begin; i < end; ++i) {
    if (scores[i] != kNoScore) ranked.push_back(scores[i]);
  }
  for (size_t i = begin; i < end; ++i) {
    const size_t rank = 1 + count_higher(ranked.data(), ranked.size(), scores[i]);
    if (scores[i] != kNoScore && rank * 100 <= ranked.size() * 15) ++years[i];
  }
}

// Adds 1 to each unit of a group that has its least score.
void count_last(const std::vector<uint16_t>& scores, size_t begin, size_t end,
                std::vector<uint8_t>& years) {
  uint16_t least = kNoScore;
  size_t scored = 0;
  for (size_t i = begin; i < end; ++i) {
    least = std::min(least, scores[i]);
    scored += scores[i] != kNoScore ? 1 : 0;
  }
  for (size_t i = begin; i < end && scored >= 2; ++i) {
    if (scores[i] == least) ++years[i];
  }
}

// Where among counters the one lies that is the `wanted`th, and which it is within its counter.
struct Position {
  uint32_t counter = 0;
  uint32_t wanted = 0;
};

Position find_from_above(const uint32_t* counters, uint32_t size, uint32_t wanted) {
  uint32_t i = size - 1;
  for (; counters[i] < wanted; --i) wanted -= counters[i];
  return {i, wanted};
}

Position find_from_below(const uint32_t* counters, uint32_t wanted) {
  uint32_t i = 0;
  for (; counters[i] < wanted; ++i) wanted -= counters[i];
  return {i, wanted};
}

void add_counters(uint32_t* counters, const uint32_t* more, size_t size) {
  for (size_t i = 0; i < size; ++i) counters[i] += more[i];
}

std::pair<size_t, size_t> share(size_t count, unsigned place, size_t places, size_t unit) {
  const auto bound = [&](size_t i) {
    return i == places ? count : count * i / places / unit * unit;
  };
  return {bound(place), bound(place + 1)};
}

}  // namespace

void* allocate_large_pages(size_t bytes) {
  const size_t page = bytes < kTwoMegabytes / 2 ? 64 : kTwoMegabytes;
  const size_t whole = (std::max<size_t>(bytes, 1) + page - 1) / page * page;
  void* memory = std::aligned_alloc(page, whole);
  if (memory == nullptr) throw std::bad_alloc();
  if (page == kTwoMegabytes) madvise(memory, whole, MADV_HUGEPAGE);
  return memory;
}

// One thread's persons, and what it finds among them.
struct Reference::Part {
  unsigned place = 0;
  size_t begin = 0;
  size_t end = 0;
  Dense<uint32_t> counters[2];   // by group and bin
  Dense<uint32_t> fine[2];       // by group, side and place within the bin of the cut
  std::vector<uint32_t> near;    // persons in the bin of a cut
  std::vector<uint32_t> late;    // persons whose latest grade must be looked at
  std::vector<uint32_t> found;   // rows of honours or sanctions
  std::vector<uint32_t> shown;   // persons with evidence by pattern
  std::vector<EvidenceRow> own;  // evidence that no pattern gives
  size_t near_count = 0;
  size_t late_count = 0;
  size_t shown_count = 0;
  size_t evidence_count = 0;
  size_t evidence_begin = 0;
};

// Of each group: how many are wanted within the bin of a cut, and then the points of the cut.
struct Reference::Cuts {
  std::vector<uint32_t> top_left[2];
  std::vector<uint32_t> bottom_left[2];
  std::vector<int32_t> top[2];     // at least
  std::vector<int32_t> bottom[2];  // at most
};

Reference::Reference(const Province& province) : cuts_(std::make_unique<Cuts>()) {
  lay_out_units(province.units, province.unit_years);
  lay_out_persons(province);
  lay_out_yearlies(province);
  lay_out_events(province);
  base_.resize(persons_ + 8);
  answer_.mask.resize(persons_);
  for (size_t k = 0; k < 2; ++k) {
    group_[k].resize(persons_);
    edges_[k].resize(groups_);
    cuts_->top_left[k].resize(groups_);
    cuts_->bottom_left[k].resize(groups_);
    cuts_->top[k].resize(groups_);
    cuts_->bottom[k].resize(groups_);
  }
}

Reference::~Reference() = default;

void Reference::lay_out_units(const Units& units, const UnitYears& unit_years) {
  std::map<uint16_t, std::map<uint8_t, std::vector<uint16_t>>> by_county;
  for (size_t i = 0; i < units.size(); ++i) {
    by_county[units.county_id[i]][units.unit_group[i]].push_back(static_cast<uint16_t>(i));
  }
  first_group_.resize(units.size());
  std::vector<size_t> place(units.size());
  for (const auto& [county, by_group] : by_county) {
    std::vector<UnitRun> runs;
    for (const auto& [group, rows] : by_group) {
      runs.push_back({units_by_run_.size(), units_by_run_.size() + rows.size()});
      for (const uint16_t row : rows) {
        first_group_[row] = static_cast<uint32_t>(counties_.size() * kPostGroups);
        place[row] = units_by_run_.size();
        units_by_run_.push_back(row);
      }
    }
    counties_.push_back(std::move(runs));
  }
  groups_ = counties_.size() * kPostGroups;
  for (std::vector<uint16_t>& scores : scores_) scores.resize(units.size(), kNoScore);
  const std::vector<uint16_t> rows = unit_rows_of(unit_years.unit_id, units);
  for (size_t i = 0; i < unit_years.size(); ++i) {
    const int k = unit_years.year[i] - (kLastYear - 2);
    if (k < 0 || k > 2) continue;
    scores_[k][place[rows[i]]] = unit_years.score[i];
  }
  unit_bits_.resize(units.size());
}

void Reference::lay_out_persons(const Province& province) {
  const Persons& persons = province.persons;
  persons_ = persons.size();
  const std::vector<uint16_t> units = unit_rows_of(persons.unit_id, province.units);
  unit_.assign(units.begin(), units.end());
  for (size_t i = 0; i < persons_; ++i) {
    post_group_.push_back(static_cast<uint8_t>((persons.post_level[i] + 1) / 2 - 1));
    is_head_.push_back(persons.is_head[i]);
  }
}

void Reference::lay_out_yearlies(const Province& province) {
  const Yearlies& yearlies = province.yearlies;
  const std::vector<uint16_t> units = unit_rows_of(yearlies.unit_id, province.units);
  const std::vector<uint32_t> person_rows = person_rows_of_yearlies(province);
  const int first = yearlies.size() == 0 ? kLastYear : yearlies.year.front();
  const auto years = static_cast<size_t>(std::max(3, kLastYear - first + 1));
  grades_.assign(years, Dense<uint8_t>(persons_, kAbsent));
  for (size_t k = 0; k < 2; ++k) {
    points_[k].assign(persons_, kNoPoints);
    unit_at_[k].assign(persons_, 0);
  }
  for (size_t i = 0; i < yearlies.size(); ++i) {
    if (yearlies.year[i] > kLastYear) continue;
    const size_t back = static_cast<size_t>(kLastYear - yearlies.year[i]);
    const uint32_t person = person_rows[i];
    grades_[years - 1 - back][person] = static_cast<uint8_t>(yearlies.grade[i]);
    if (back > 1) continue;
    points_[1 - back][person] = yearlies.points[i];
    unit_at_[1 - back][person] = units[i];
  }
}

void Reference::lay_out_events(const Province& province) {
  const std::vector<uint32_t>& ids = province.persons.id;
  for (const uint32_t row : rows_of(province.honours.person_id, ids)) honour_person_.push_back(row);
  for (const HonourLevel level : province.honours.level) {
    honour_level_.push_back(static_cast<uint8_t>(level));
  }
  honour_date_.assign(province.honours.date.begin(), province.honours.date.end());
  for (const uint32_t row : rows_of(province.sanctions.person_id, ids)) {
    sanction_person_.push_back(row);
  }
  sanction_months_.assign(province.sanctions.months.begin(), province.sanctions.months.end());
  sanction_date_.assign(province.sanctions.date.begin(), province.sanctions.date.end());
}

std::vector<std::span<const std::byte>> Reference::needed() const {
  std::vector<std::span<const std::byte>> columns;
  const auto add = [&](const auto& column) { columns.push_back(std::as_bytes(std::span(column))); };
  add(unit_);
  add(post_group_);
  add(is_head_);
  for (size_t i = grades_.size() - 3; i < grades_.size(); ++i) add(grades_[i]);
  for (size_t k = 0; k < 2; ++k) {
    add(points_[k]);
    add(unit_at_[k]);
  }
  add(honour_person_);
  add(honour_level_);
  add(honour_date_);
  add(sanction_person_);
  add(sanction_months_);
  add(sanction_date_);
  return columns;
}

void Reference::run(unsigned threads) {
  prepare(threads);
  if (threads == 1) {
    run_part(0, [] {});
    return;
  }
  std::barrier all(static_cast<std::ptrdiff_t>(threads));
  const auto wait = [&all] { all.arrive_and_wait(); };
  std::vector<std::jthread> others;
  for (unsigned place = 1; place < threads; ++place) {
    others.emplace_back([this, place, wait] { run_part(place, wait); });
  }
  run_part(0, wait);
}

void Reference::prepare(unsigned threads) {
  if (parts_.size() == threads) return;
  parts_ = std::vector<Part>(threads);
  for (unsigned place = 0; place < threads; ++place) {
    Part& part = parts_[place];
    part.place = place;
    std::tie(part.begin, part.end) = share(persons_, place, threads, 64);
    const size_t persons = part.end - part.begin;
    part.near.resize(persons);
    part.late.resize(persons);
    part.shown.resize(persons);
    part.found.resize(std::max(honour_person_.size(), sanction_person_.size()) + 1);
    for (size_t k = 0; k < 2; ++k) {
      part.counters[k].resize(groups_ * kBins);
      part.fine[k].resize(groups_ * 2 * kBinWidth);
    }
  }
}

template <typename Wait>
void Reference::run_part(unsigned place, Wait wait) {
  Part& part = parts_[place];
  count_points(part);
  if (place + 1 == parts_.size()) judge_units();
  wait();
  find_bins(place);
  wait();
  judge_persons(part);
  count_near(part);
  judge_honours(part);
  judge_sanctions(part);
  judge_latest_grades(part);
  wait();
  find_cuts(place);
  wait();
  settle(part);
  complete_masks(part);
  wait();
  if (place == 0) {
    size_t count = 0;
    for (Part& each : parts_) {
      each.evidence_begin = count;
      count += each.evidence_count;
    }
    answer_.evidence.resize(count);
  }
  wait();
  gather_evidence(part);
}

void Reference::judge_units() {
  std::vector<uint8_t> excellent(units_by_run_.size());  // years
  std::vector<uint8_t> last(units_by_run_.size());
  for (size_t k = 0; k < 3; ++k) {
    for (const std::vector<UnitRun>& runs : counties_) {
      count_excellent(scores_[k], runs.front().begin, runs.back().end, excellent);
      if (k == 0) continue;
      for (const UnitRun& run : runs) count_last(scores_[k], run.begin, run.end, last);
    }
  }
  for (size_t i = 0; i < units_by_run_.size(); ++i) {
    unit_bits_[units_by_run_[i]] = (excellent[i] == 3 ? bit_of(kOwnUnitExcellent) : 0) |
                                   (last[i] == 2 ? bit_of(kHeadOfLastUnit) : 0);
  }
}

void Reference::count_points(Part& part) {
  uint32_t counter[kBlock];
  for (size_t k = 0; k < 2; ++k) {
    std::fill(part.counters[k].begin(), part.counters[k].end(), 0);
    uint32_t* counters = part.counters[k].data();
    for (size_t begin = part.begin; begin < part.end; begin += kBlock) {
      const size_t count = std::min(kBlock, part.end - begin);
      place_points(&points_[k][begin], &unit_at_[k][begin], &post_group_[begin],
                   first_group_.data(), count, &group_[k][begin], counter);
      for (size_t i = 0; i < count; ++i) ++counters[counter[i]];
    }
  }
}

// Adds what all threads counted, in the first one's counters, and finds the bins of the cuts.
void Reference::find_bins(unsigned place) {
  const auto [begin, end] = share(groups_, place, parts_.size(), 1);
  for (size_t k = 0; k < 2; ++k) {
    for (size_t group = begin; group < end; ++group) {
      uint32_t* bins = &parts_[0].counters[k][group * kBins];
      for (size_t part = 1; part < parts_.size(); ++part) {
        add_counters(bins, &parts_[part].counters[k][group * kBins], kBins);
      }
      const uint32_t ranked = std::accumulate(bins, bins + kNoBin, uint32_t{0});
      Position top{0, ranked / 10};
      Position bottom{0, ranked / 20};
      uint32_t edge = 0xffff0000;  // reached by nobody
      if (top.wanted > 0) {
        top = find_from_above(bins, kNoBin, top.wanted);
        edge = top.counter << (kBinBits + 16);
      }
      if (bottom.wanted > 0) {
        bottom = find_from_below(bins, bottom.wanted);
        edge |= (bottom.counter + 1) << kBinBits;
      }
      cuts_->top_left[k][group] = top.wanted;
      cuts_->bottom_left[k][group] = bottom.wanted;
      edges_[k][group] = edge;
    }
    std::fill(parts_[place].fine[k].begin(), parts_[place].fine[k].end(), 0);
  }
}

// All that a person's own row decides; lists those in the bin of a cut, not decided yet.
void Reference::judge_persons(Part& part) {
  uint8_t side[2][kBlock];
  uint8_t near[2][kBlock];
  uint8_t near_any[kBlock];
  uint8_t late[kBlock];
  const size_t last = grades_.size() - 1;
  size_t near_count = 0;
  size_t late_count = 0;
  for (size_t begin = part.begin; begin < part.end; begin += kBlock) {
    const size_t count = std::min(kBlock, part.end - begin);
    for (size_t k = 0; k < 2; ++k) {
      compare_with_edges(&points_[k][begin], &group_[k][begin], edges_[k].data(), count, side[k],
                         near[k]);
    }
    const DenseInput input = {
        {&grades_[last - 2][begin], &grades_[last - 1][begin], &grades_[last][begin]},
        {side[0], side[1]},
        {near[0], near[1]},
        &is_head_[begin],
        &unit_[begin]};
    join_bits(input, unit_bits_.data(), count, &base_[begin], late, near_any);
    end_flags(late, count);
    end_flags(near_any, count);
    for_each_flag(late, count,
                  [&](size_t i) { part.late[late_count++] = static_cast<uint32_t>(begin + i); });
    for_each_flag(near_any, count,
                  [&](size_t i) { part.near[near_count++] = static_cast<uint32_t>(begin + i); });
  }
  part.late_count = late_count;
  part.near_count = near_count;
}

// Counts the points of those in the bin of a cut by their place within it.
void Reference::count_near(Part& part) {
  for (size_t k = 0; k < 2; ++k) {
    uint32_t* fine = part.fine[k].data();
    for (size_t i = 0; i < part.near_count; ++i) {
      const uint32_t person = part.near[i];
      const uint32_t group = group_[k][person];
      const uint32_t points = points_[k][person];
      const uint32_t top = edges_[k][group] >> 16;
      const uint32_t bottom = edges_[k][group] & 0xffff;
      // Counted in either case, so that nothing is to be guessed: by 0 where the bin is another.
      uint32_t* place = fine + size_t{group} * 2 * kBinWidth + points % kBinWidth;
      place[0] += points >> kBinBits == top >> kBinBits ? 1 : 0;
      place[kBinWidth] += (points >> kBinBits) + 1 == bottom >> kBinBits ? 1 : 0;
    }
  }
}

void Reference::find_cuts(unsigned place) {
  const auto [begin, end] = share(groups_, place, parts_.size(), 1);
  for (size_t k = 0; k < 2; ++k) {
    for (size_t group = begin; group < end; ++group) {
      uint32_t* fine = &parts_[0].fine[k][group * 2 * kBinWidth];
      for (size_t part = 1; part < parts_.size(); ++part) {
        add_counters(fine, &parts_[part].fine[k][group * 2 * kBinWidth], 2 * kBinWidth);
      }
      cuts_->top[k][group] = kNoPoints;
      if (const uint32_t wanted = cuts_->top_left[k][group]; wanted > 0) {
        const uint32_t start = edges_[k][group] >> 16;
        cuts_->top[k][group] =
            static_cast<int32_t>(start + find_from_above(fine, kBinWidth, wanted).counter);
      }
      cuts_->bottom[k][group] = -1;
      if (const uint32_t wanted = cuts_->bottom_left[k][group]; wanted > 0) {
        const uint32_t start = (edges_[k][group] & 0xffff) - kBinWidth;
        cuts_->bottom[k][group] =
            static_cast<int32_t>(start + find_from_below(fine + kBinWidth, wanted).counter);
      }
    }
  }
}

// Persons in the bin of a cut, now that the cuts are exact.
void Reference::settle(Part& part) {
  for (size_t i = 0; i < part.near_count; ++i) {
    const uint32_t person = part.near[i];
    uint32_t both = bit_of(kPointsAtTheTop) | bit_of(kPointsAtTheBottom);
    for (size_t k = 0; k < 2; ++k) {
      const uint32_t group = group_[k][person];
      const int32_t points = points_[k][person];
      const bool top = (points >= cuts_->top[k][group]) & (points != kNoPoints);
      const bool bottom = points <= cuts_->bottom[k][group];
      both &= (top ? bit_of(kPointsAtTheTop) : 0) | (bottom ? bit_of(kPointsAtTheBottom) : 0);
    }
    const uint32_t others = base_[person] & ~(bit_of(kPointsAtTheTop) | bit_of(kPointsAtTheBottom));
    base_[person] = static_cast<uint8_t>(others | both);
  }
}

void Reference::judge_honours(Part& part) {
  part.own.clear();
  const auto first = honour_person_.begin();
  const auto begin = std::lower_bound(first, honour_person_.end(), part.begin) - first;
  const auto end = std::lower_bound(first, honour_person_.end(), part.end) - first;
  const size_t count =
      find_honours(honour_level_.data(), honour_date_.data(), static_cast<size_t>(begin),
                   static_cast<size_t>(end), part.found.data());
  for (size_t i = 0; i < count; ++i) {
    const uint32_t row = part.found[i];
    const uint32_t person = honour_person_[row];
    set(person, kHonoured);
    part.own.push_back({person, year_of(honour_date_[row]), kHonoured});
  }
}

void Reference::judge_sanctions(Part& part) {
  const auto first = sanction_person_.begin();
  const auto begin = std::lower_bound(first, sanction_person_.end(), part.begin) - first;
  const auto end = std::lower_bound(first, sanction_person_.end(), part.end) - first;
  const size_t count =
      find_sanctions(sanction_months_.data(), sanction_date_.data(), static_cast<size_t>(begin),
                     static_cast<size_t>(end), part.found.data());
  for (size_t i = 0; i < count; ++i) {
    const uint32_t row = part.found[i];
    if (!lasts(sanction_date_[row], sanction_months_[row])) continue;
    const uint32_t person = sanction_person_[row];
    set(person, kUnderSanction);
    part.own.push_back({person, year_of(sanction_date_[row]), kUnderSanction});
  }
}

void Reference::judge_latest_grades(Part& part) {
  for (size_t i = 0; i < part.late_count; ++i) {
    const uint32_t person = part.late[i];
    size_t year = grades_.size() - 1;
    while (year > 0 && grades_[year][person] >= static_cast<uint8_t>(Grade::kNone)) --year;
    if (grades_[year][person] != static_cast<uint8_t>(Grade::kIncompetent)) continue;
    set(person, kLatestGradeIncompetent);
    const size_t back = grades_.size() - 1 - year;
    part.own.push_back({person, static_cast<uint16_t>(kLastYear - back), kLatestGradeIncompetent});
  }
}

void Reference::complete_masks(Part& part) {
  uint8_t shown[kBlock];
  size_t shown_count = 0;
  size_t rows = part.own.size();
  for (size_t begin = part.begin; begin < part.end; begin += kBlock) {
    const size_t count = std::min(kBlock, part.end - begin);
    derive_bits(&base_[begin], count, &answer_.mask[begin], shown);
    end_flags(shown, count);
    for_each_flag(shown, count, [&](size_t i) {
      part.shown[shown_count++] = static_cast<uint32_t>(begin + i);
      rows += kPatterns.of[base_[begin + i] & kPatternBits].count;
    });
  }
  part.shown_count = shown_count;
  part.evidence_count = rows;
}

void Reference::gather_evidence(Part& part) {
  EvidenceRow* next = answer_.evidence.data() + part.evidence_begin;
  for (size_t i = 0; i < part.shown_count; ++i) {
    const uint32_t person = part.shown[i];
    const Pattern& pattern = kPatterns.of[base_[person] & kPatternBits];
    for (uint32_t row = 0; row < pattern.count; ++row) {
      *next = pattern.rows[row];
      next->person = person;
      ++next;
    }
  }
  std::copy(part.own.begin(), part.own.end(), next);
}

}  // namespace bench::province
