#include "province.h"

#include <limits>
#include <stdexcept>
#include <string>

namespace bench::province {

const char* name_of(Grade grade) {
  static constexpr const char* kNames[] = {"excellent", "competent", "basic", "incompetent",
                                           "none"};
  return kNames[static_cast<size_t>(grade)];
}

const char* name_of(HonourLevel level) {
  static constexpr const char* kNames[] = {"county", "city", "province", "national"};
  return kNames[static_cast<size_t>(level)];
}

const char* name_of(SanctionKind kind) {
  static constexpr const char* kNames[] = {"warning", "demerit", "serious_demerit", "demotion",
                                           "removal"};
  return kNames[static_cast<size_t>(kind)];
}

namespace {

// Walks along both lists at once.
class Walk {
 public:
  explicit Walk(const std::vector<uint32_t>& table_ids) : table_ids_(table_ids) {}

  void restart() { row_ = 0; }
  uint32_t find(uint32_t id) {
    while (row_ < table_ids_.size() && table_ids_[row_] < id) ++row_;
    if (row_ == table_ids_.size() || table_ids_[row_] != id) {
      throw std::runtime_error("no person " + std::to_string(id));
    }
    return static_cast<uint32_t>(row_);
  }

 private:
  const std::vector<uint32_t>& table_ids_;
  size_t row_ = 0;
};

}  // namespace

std::vector<uint32_t> rows_of(const std::vector<uint32_t>& ids,
                              const std::vector<uint32_t>& table_ids) {
  std::vector<uint32_t> rows;
  rows.reserve(ids.size());
  Walk walk(table_ids);
  for (const uint32_t id : ids) rows.push_back(walk.find(id));
  return rows;
}

std::vector<uint32_t> person_rows_of_yearlies(const Province& province) {
  const Yearlies& yearlies = province.yearlies;
  std::vector<uint32_t> rows;
  rows.reserve(yearlies.size());
  Walk walk(province.persons.id);
  for (size_t i = 0; i < yearlies.size(); ++i) {
    if (i > 0 && yearlies.year[i] != yearlies.year[i - 1]) walk.restart();
    rows.push_back(walk.find(yearlies.person_id[i]));
  }
  return rows;
}

std::vector<uint16_t> unit_rows_of(const std::vector<uint16_t>& ids, const Units& units) {
  std::vector<uint16_t> row_by_id(size_t{std::numeric_limits<uint16_t>::max()} + 1, kNoUnit);
  for (size_t i = 0; i < units.size(); ++i) row_by_id[units.id[i]] = static_cast<uint16_t>(i);
  std::vector<uint16_t> rows;
  rows.reserve(ids.size());
  for (const uint16_t id : ids) {
    if (row_by_id[id] == kNoUnit) throw std::runtime_error("no unit " + std::to_string(id));
    rows.push_back(row_by_id[id]);
  }
  return rows;
}

}  // namespace bench::province
