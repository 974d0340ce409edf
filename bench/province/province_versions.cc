#include "province_versions.h"

#include <string>
#include <utility>
#include <vector>

#include "province_evaluation.h"

namespace bench::province {

namespace {

using dandang::Cell;
using dandang::Decimal;
using dandang::record::Catalogue;
using dandang::record::ChangeSet;
using dandang::record::NewVersion;
namespace record = dandang::record;

class Loader {
 public:
  static constexpr size_t kRows = 200'000;
  Loader(const Province& province, const Catalogue& catalogue, record::RecordStore& store)
      : province_(province), catalogue_(catalogue), store_(store) {}

  size_t load() {
    const auto& units = province_.units;
    for (size_t i = 0; i < units.size(); ++i) {
      const std::string id = std::to_string(units.id[i]);
      add("单位", id,
          {number(units.id[i]), number(units.county_id[i]), number(units.unit_group[i])});
    }
    cover("单位");
    const auto& persons = province_.persons;
    for (size_t i = 0; i < persons.size(); ++i) {
      add("人员", std::to_string(persons.id[i]),
          {number(persons.id[i]), std::to_string(persons.unit_id[i]), number(persons.post_level[i]),
           int64_t{persons.is_head[i]}});
    }
    cover("人员");
    const auto& unit_years = province_.unit_years;
    for (size_t i = 0; i < unit_years.size(); ++i) {
      const std::string unit = std::to_string(unit_years.unit_id[i]);
      const std::string year = std::to_string(unit_years.year[i]);
      add("单位考核", record::key_text({unit, year}),
          {unit, int64_t{unit_years.year[i]}, hundredths(unit_years.score[i])});
    }
    cover("单位考核");
    yearlies();
    honours();
    sanctions();
    flush();
    return rows_;
  }

 private:
  static Cell number(int64_t value) { return Decimal(value); }
  static Cell hundredths(int64_t value) { return *Decimal::make(value, -2); }

  void yearlies() {
    const auto& rows = province_.yearlies;
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string person = std::to_string(rows.person_id[i]);
      const std::string year = std::to_string(rows.year[i]);
      const bool points = rows.points[i] != kNoPoints;
      add("年度考核", record::key_text({person, year}),
          {person, int64_t{rows.year[i]}, grade(rows.grade[i]),
           points ? hundredths(rows.points[i]) : Cell(), std::to_string(rows.unit_id[i])});
    }
    cover("年度考核");
  }
  void honours() {
    const auto& rows = province_.honours;
    static const char* const kLevels[] = {"县级", "市级", "省级", "国家级"};
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string person = std::to_string(rows.person_id[i]);
      add("表彰", record::key_text({person, std::to_string(i)}),
          {person, std::string(kLevels[static_cast<size_t>(rows.level[i])]),
           int64_t{rows.date[i]}});
    }
    cover("表彰");
  }
  void sanctions() {
    const auto& rows = province_.sanctions;
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string person = std::to_string(rows.person_id[i]);
      add("处分", record::key_text({person, std::to_string(i)}),
          {person, int64_t{rows.date[i]}, number(rows.months[i])});
    }
    cover("处分");
  }
  static std::string grade(Grade grade) {
    static const char* const kGrades[] = {"优秀", "称职", "基本称职", "不称职", "不定等次"};
    return kGrades[static_cast<size_t>(grade)];
  }

  void add(const char* type, std::string key, std::vector<Cell> cells) {
    NewVersion& version = batch_.versions.emplace_back();
    version.type = type;
    version.key = std::move(key);
    version.cells = std::move(cells);
    version.source = {"province.csv", type, static_cast<int>(++rows_ % 1'000'000'000)};
    if (batch_.versions.size() == kRows) flush();
  }
  void cover(const char* type) { batch_.coverage.push_back({type, {}, {}}); }
  void flush() {
    batch_.recorded_at = "2027-01-01T00:00:00Z";
    batch_.author = "bench";
    batch_.reason = "province";
    const auto outcome = store_.apply(catalogue_, batch_);
    if (!outcome) give_up(outcome.error().to_string(dandang::Language::kEnglish));
    batch_ = {};
  }

  const Province& province_;
  const Catalogue& catalogue_;
  record::RecordStore& store_;
  ChangeSet batch_;
  size_t rows_ = 0;
};

}  // namespace

size_t load_province(const Province& province, const Catalogue& catalogue,
                     record::RecordStore& store) {
  return Loader(province, catalogue, store).load();
}

}  // namespace bench::province
