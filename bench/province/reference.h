#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "answer.h"
#include "province.h"

namespace bench::province {

// Columns of many persons lie on large pages where the system has them.
template <typename T>
struct LargePages {
  using value_type = T;
  LargePages() = default;
  template <typename Other>
  LargePages(const LargePages<Other>&) {}  // NOLINT: allocators convert

  T* allocate(size_t count);
  void deallocate(T* memory, size_t) { std::free(memory); }
  bool operator==(const LargePages&) const = default;
};

void* allocate_large_pages(size_t bytes);

template <typename T>
T* LargePages<T>::allocate(size_t count) {
  return static_cast<T*>(allocate_large_pages(count * sizeof(T)));
}

template <typename T>
using Dense = std::vector<T, LargePages<T>>;

// The rules written by hand for this one workload: what the engine is measured against. Making it
// lays the tables out as dense columns, a value for each person; running it computes everything
// from those, and gives the answer the same memory each time. Shares no code with the product.
class Reference {
 public:
  explicit Reference(const Province& province);
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;
  ~Reference();

  void run(unsigned threads);
  const Answer& answer() const { return answer_; }

  // The columns that no evaluation can do without.
  std::vector<std::span<const std::byte>> needed() const;

 private:
  struct Part;
  struct Cuts;

  void lay_out_units(const Units& units, const UnitYears& unit_years);
  void lay_out_persons(const Province& province);
  void lay_out_yearlies(const Province& province);
  void lay_out_events(const Province& province);

  void prepare(unsigned threads);
  template <typename Wait>
  void run_part(unsigned place, Wait wait);
  void judge_units();
  void count_points(Part& part);
  void find_bins(unsigned place);
  void judge_persons(Part& part);
  void count_near(Part& part);
  void find_cuts(unsigned place);
  void settle(Part& part);
  void set(uint32_t person, Rule rule) {
    base_[person] = static_cast<uint8_t>(base_[person] | 1U << (rule - 1));
  }
  void judge_honours(Part& part);
  void judge_sanctions(Part& part);
  void judge_latest_grades(Part& part);
  void complete_masks(Part& part);
  void gather_evidence(Part& part);

  size_t persons_ = 0;
  size_t groups_ = 0;  // of points: county and post group

  Dense<uint16_t> unit_;  // row
  Dense<uint8_t> post_group_;
  Dense<uint8_t> is_head_;
  std::vector<Dense<uint8_t>> grades_;  // by year, the last is kLastYear; Grade or kAbsent
  Dense<uint16_t> points_[2];           // of the last two years; kNoPoints also where absent
  Dense<uint16_t> unit_at_[2];          // row

  std::vector<uint32_t> first_group_;  // of points, by unit
  struct UnitRun {                     // units of a county and a unit group, in units_by_run_
    size_t begin = 0;
    size_t end = 0;
  };
  std::vector<std::vector<UnitRun>> counties_;
  std::vector<uint16_t> units_by_run_;
  std::vector<uint16_t> scores_[3];  // in the order of units_by_run_; kNoScore where there is none

  Dense<uint32_t> honour_person_;  // rows
  Dense<uint8_t> honour_level_;
  Dense<int32_t> honour_date_;
  Dense<uint32_t> sanction_person_;
  Dense<uint8_t> sanction_months_;
  Dense<int32_t> sanction_date_;

  // Made anew by each run.
  std::vector<uint32_t> unit_bits_;
  Dense<uint16_t> group_[2];
  Dense<uint8_t> base_;  // the mask's first eight bits
  std::vector<uint32_t> edges_[2];
  std::unique_ptr<Cuts> cuts_;
  std::vector<Part> parts_;
  Answer answer_;
};

}  // namespace bench::province
