#include "generate.h"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <stdexcept>
#include <vector>

namespace bench::province {
namespace {

constexpr uint32_t kFirstPersonId = 100000007;
constexpr uint32_t kPersonIdStep = 7;
constexpr int kEarliestJoining = 1985;

// What a draw is for: draws of different purposes, or for different things, are independent.
enum class Purpose : uint64_t {
  kBody = 1,
  kUnitWeight,
  kUnitQuality,
  kUnitYear,
  kPerson,
  kMove,
  kQuality,
  kYearly,
  kHonour,
  kSanction
};

uint64_t scrambled(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33);
}

// Draws for one thing. They do not depend on what was drawn for others before.
class Draws {
 public:
  Draws(uint64_t seed, Purpose purpose, uint64_t thing, uint64_t year = 0)
      : state_(scrambled(scrambled(seed * 64 + static_cast<uint64_t>(purpose)) +
                         thing * 0x9e3779b97f4a7c15ULL + year * 0xd1b54a32d192ed03ULL)) {}

  uint64_t next() {
    state_ += 0xa0761d6478bd642fULL;
    return scrambled(state_);
  }
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(((next() >> 32) * bound) >> 32); }
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<uint32_t>(high - low + 1)));
  }
  bool chance(uint32_t in_100000) { return below(100000) < in_100000; }
  // About normal, mean 0, deviation 1000: twelve even draws of 16 bits have a deviation of 2^16.
  int bell() {
    int64_t sum = 0;
    for (int word = 0; word < 3; ++word) {
      const uint64_t bits = next();
      for (int shift = 0; shift < 64; shift += 16) {
        sum += static_cast<int64_t>((bits >> shift) & 0xffff);
      }
    }
    return static_cast<int>((sum - 6 * 65535) * 1000 / 65536);
  }
  // The place of the draw among shares that add up to 1000.
  size_t one_of(std::initializer_list<uint32_t> shares) {
    uint32_t left = below(1000);
    size_t place = 0;
    for (const uint32_t share : shares) {
      if (left < share) break;
      left -= share;
      ++place;
    }
    return std::min(place, shares.size() - 1);
  }

 private:
  uint64_t state_;
};

enum class Kind { kCounty, kCityOrgan, kProvinceOrgan };

// A county, or the organs of a city or of the province, within which units and persons rank.
struct Body {
  Kind kind = Kind::kCounty;
  uint16_t county = 0;
  uint16_t city = 0;
  uint64_t weight = 0;
  uint32_t persons = 0;
  uint32_t first_unit = 0;  // row
  uint32_t units = 0;
};

int32_t days_of(int year, int month, int day) {
  using namespace std::chrono;
  return static_cast<int32_t>(
      sys_days(std::chrono::year(year) / month / day).time_since_epoch().count());
}

int32_t any_day_of(int year, Draws& draws) {
  const int32_t first = days_of(year, 1, 1);
  return first + draws.between(0, days_of(year + 1, 1, 1) - first - 1);
}

uint32_t scaled(uint64_t in_a_million, uint32_t officials) {
  return std::max<uint32_t>(
      1, static_cast<uint32_t>((in_a_million * officials + 500'000) / 1'000'000));
}

class Generator {
 public:
  explicit Generator(const Options& options)
      : options_(options), first_year_(kLastYear - options.years + 1) {}

  Province run() {
    found_bodies();
    share_out_persons();
    make_units();
    make_unit_years();
    make_persons();
    make_yearlies();
    make_honours();
    make_sanctions();
    return std::move(province_);
  }

 private:
  Draws draws(Purpose purpose, uint64_t thing, int year = 0) const {
    return {options_.seed, purpose, thing, static_cast<uint64_t>(year)};
  }

  // Of a million: 107 counties of about 6,000, 14 city organs of about 18,000, 106,000 above.
  void found_bodies() {
    const uint32_t counties = scaled(107, options_.officials);
    const uint32_t cities = scaled(14, options_.officials);
    uint64_t below_province = 0;
    for (uint32_t i = 0; i < counties; ++i) {
      Draws any = draws(Purpose::kBody, i);
      const auto weight = static_cast<uint64_t>(std::clamp(6000 + any.bell() * 6 / 5, 2500, 10000));
      bodies_.push_back({Kind::kCounty, static_cast<uint16_t>(1 + i),
                         static_cast<uint16_t>(1 + uint64_t{i} * cities / counties), weight});
      below_province += weight;
    }
    for (uint32_t i = 0; i < cities; ++i) {
      Draws any = draws(Purpose::kBody, 100'000 + i);
      const auto weight = static_cast<uint64_t>(any.between(13000, 23000));
      bodies_.push_back({Kind::kCityOrgan, static_cast<uint16_t>(counties + 1 + i),
                         static_cast<uint16_t>(1 + i), weight});
      below_province += weight;
    }
    bodies_.push_back({Kind::kProvinceOrgan, static_cast<uint16_t>(counties + cities + 1), 0,
                       below_province * 106 / 894});
  }

  void share_out_persons() {
    uint64_t whole = 0;
    for (const Body& body : bodies_) whole += body.weight;
    uint64_t before = 0;
    uint32_t given = 0;
    for (Body& body : bodies_) {
      before += body.weight;
      const auto up_to = static_cast<uint32_t>(before * options_.officials / whole);
      body.persons = up_to - given;
      given = up_to;
    }
  }

  static uint32_t persons_of_a_unit(Kind kind) {
    if (kind == Kind::kCounty) return 90;
    return kind == Kind::kCityOrgan ? 150 : 530;
  }

  void make_units() {
    Units& units = province_.units;
    for (Body& body : bodies_) {
      body.first_unit = static_cast<uint32_t>(units.size());
      body.units = std::max<uint32_t>(8, body.persons / persons_of_a_unit(body.kind));
      for (uint32_t i = 0; i < body.units; ++i) {
        const uint32_t place = i * 100 / body.units;
        const int group = place < 20 ? 1 : place < 64 ? 2 : place < 80 ? 3 : 4;
        if (units.size() + 1 >= kNoUnit) throw std::runtime_error("too many units for 16 bits");
        units.id.push_back(static_cast<uint16_t>(units.size() + 1));
        units.county_id.push_back(body.county);
        units.city_id.push_back(body.city);
        units.unit_group.push_back(static_cast<uint8_t>(group));
      }
    }
  }

  void make_unit_years() {
    const Units& units = province_.units;
    std::vector<int> quality;
    for (uint32_t unit = 0; unit < units.size(); ++unit) {
      quality.push_back(draws(Purpose::kUnitQuality, unit).bell());
    }
    std::vector<uint16_t> scores(units.size());
    for (int year = first_year_; year <= kLastYear; ++year) {
      for (uint32_t unit = 0; unit < units.size(); ++unit) {
        const int noise = draws(Purpose::kUnitYear, unit, year).bell();
        const int score = 8300 + (quality[unit] * 12 + noise * 7) * 36 / 1000;
        scores[unit] = static_cast<uint16_t>(std::clamp(score, 3000, 10000));
      }
      for (const Body& body : bodies_) add_unit_years(body, year, scores);
    }
  }

  // Ranks here are those of the same group of units within the body.
  void add_unit_years(const Body& body, int year, const std::vector<uint16_t>& scores) {
    const Units& units = province_.units;
    const uint32_t end = body.first_unit + body.units;
    for (uint32_t unit = body.first_unit; unit < end; ++unit) {
      uint16_t rank = 1;
      for (uint32_t other = body.first_unit; other < end; ++other) {
        if (units.unit_group[other] == units.unit_group[unit] && scores[other] > scores[unit]) {
          ++rank;
        }
      }
      province_.unit_years.unit_id.push_back(units.id[unit]);
      province_.unit_years.year.push_back(static_cast<int16_t>(year));
      province_.unit_years.score.push_back(scores[unit]);
      province_.unit_years.rank.push_back(rank);
    }
  }

  // Units differ in size, one in eight by much. Persons stand in the order of their units, the head
  // first.
  void make_persons() {
    for (const Body& body : bodies_) {
      std::vector<uint64_t> up_to;
      uint64_t whole = 0;
      for (uint32_t i = 0; i < body.units; ++i) {
        Draws any = draws(Purpose::kUnitWeight, body.first_unit + i);
        whole += any.below(8) == 0 ? 2000 + any.below(3000) : 500 + any.below(1200);
        up_to.push_back(whole);
      }
      uint32_t place = 0;
      uint32_t head_of = kNoUnit;
      for (uint32_t i = 0; i < body.persons; ++i) {
        const uint64_t position = i * whole / body.persons;
        while (position >= up_to[place]) ++place;
        const uint32_t unit = body.first_unit + place;
        add_person(body, unit, unit != head_of);
        head_of = unit;
      }
    }
  }

  void add_person(const Body& body, uint32_t unit, bool is_head) {
    Persons& persons = province_.persons;
    const Units& units = province_.units;
    Draws any = draws(Purpose::kPerson, persons.size());
    persons.id.push_back(kFirstPersonId + kPersonIdStep * static_cast<uint32_t>(persons.size()));
    persons.unit_id.push_back(units.id[unit]);
    persons.city_id.push_back(body.city);
    persons.county_id.push_back(body.county);
    persons.post_level.push_back(static_cast<uint8_t>(level_of(body.kind, is_head, any)));
    persons.is_head.push_back(is_head ? 1 : 0);
    const bool joined_within = any.chance(30'000);
    const int joined = joined_within
                           ? any.between(std::min(first_year_ + 1, kLastYear), kLastYear)
                           : any.between(kEarliestJoining, std::max(kEarliestJoining, first_year_));
    const int born = joined - 22 - any.between(0, 7);
    persons.birth.push_back(any_day_of(born, any));
    persons.join_date.push_back(any_day_of(joined, any));
    const bool township = body.kind == Kind::kCounty && units.unit_group[unit] == 4;
    persons.township.push_back(township ? 1 : 0);
    joined_.push_back(static_cast<int16_t>(joined));
    bodies_of_persons_.push_back(static_cast<uint32_t>(&body - bodies_.data()));
    units_of_persons_.push_back(static_cast<uint16_t>(unit));
  }

  static int level_of(Kind kind, bool is_head, Draws& any) {
    if (is_head) return kind == Kind::kCounty ? any.between(6, 7) : any.between(8, 9);
    const size_t group = kind == Kind::kCounty      ? any.one_of({400, 320, 230, 46, 4})
                         : kind == Kind::kCityOrgan ? any.one_of({270, 300, 310, 110, 10})
                                                    : any.one_of({190, 230, 370, 190, 20});
    return static_cast<int>(group) * 2 + any.between(1, 2);
  }

  // Moves are walked back from the present unit, within the body; `units` is of the year after.
  void move_back(std::vector<uint16_t>& units, int year) const {
    for (uint32_t person = 0; person < units.size(); ++person) {
      Draws any = draws(Purpose::kMove, person, year);
      if (!any.chance(3'000)) continue;
      const Body& body = bodies_[bodies_of_persons_[person]];
      units[person] = static_cast<uint16_t>(body.first_unit + any.below(body.units));
    }
  }

  void make_yearlies() {
    std::vector<int16_t> quality;
    for (uint32_t person = 0; person < joined_.size(); ++person) {
      quality.push_back(static_cast<int16_t>(draws(Purpose::kQuality, person).bell()));
    }
    std::vector<std::vector<uint16_t>> units(static_cast<size_t>(options_.years),
                                             units_of_persons_);
    for (size_t i = units.size() - 1; i > 0; --i) {
      units[i - 1] = units[i];
      move_back(units[i - 1], first_year_ + static_cast<int>(i) - 1);
    }
    reserve(province_.yearlies, joined_.size() * units.size());
    for (int year = first_year_; year <= kLastYear; ++year) {
      const std::vector<uint16_t>& units_then = units[static_cast<size_t>(year - first_year_)];
      for (uint32_t person = 0; person < joined_.size(); ++person) {
        if (joined_[person] <= year) add_yearly(person, year, quality[person], units_then[person]);
      }
    }
  }

  static void reserve(Yearlies& rows, size_t count) {
    rows.person_id.reserve(count);
    rows.year.reserve(count);
    rows.grade.reserve(count);
    rows.points.reserve(count);
    rows.peer_vote.reserve(count);
    rows.unit_id.reserve(count);
  }

  // What a person did that year has a lasting part and one of the year, in the proportion 3 to 4,
  // so that the sum deviates by 1000 again.
  void add_yearly(uint32_t person, int year, int quality, uint32_t unit) {
    Draws any = draws(Purpose::kYearly, person, year);
    const bool without = any.chance(3'500);
    const int merit = (quality * 3 + any.bell() * 4) / 5;
    const int points = 8150 + (merit * 4 + any.bell() * 3) / 5 * 62 / 100;
    const int vote = 870 + (merit + any.bell()) * 55 / 1000;
    Yearlies& rows = province_.yearlies;
    rows.person_id.push_back(province_.persons.id[person]);
    rows.year.push_back(static_cast<int16_t>(year));
    rows.grade.push_back(without ? Grade::kNone : grade_of(merit));
    rows.points.push_back(without ? kNoPoints : clamped(points, kHighestPoints));
    rows.peer_vote.push_back(without ? kNoVote : clamped(vote, 1000));
    rows.unit_id.push_back(province_.units.id[unit]);
  }

  static Grade grade_of(int merit) {
    if (merit > 850) return Grade::kExcellent;
    if (merit < -2700) return Grade::kIncompetent;
    return merit < -2200 ? Grade::kBasic : Grade::kCompetent;
  }

  static uint16_t clamped(int value, int highest) {
    return static_cast<uint16_t>(std::clamp(value, 0, highest));
  }

  template <typename Add>
  void for_each_served_year(Add add) {
    for (uint32_t person = 0; person < joined_.size(); ++person) {
      for (int year = std::max<int>(first_year_, joined_[person]); year <= kLastYear; ++year) {
        add(person, year);
      }
    }
  }

  void make_honours() {
    Honours& rows = province_.honours;
    for_each_served_year([&](uint32_t person, int year) {
      Draws any = draws(Purpose::kHonour, person, year);
      if (!any.chance(2'700)) return;
      rows.person_id.push_back(province_.persons.id[person]);
      rows.level.push_back(static_cast<HonourLevel>(any.one_of({745, 218, 33, 4})));
      rows.date.push_back(any_day_of(year, any));
    });
  }

  void make_sanctions() {
    static constexpr uint8_t kMonths[] = {6, 12, 18, 24, 24};
    Sanctions& rows = province_.sanctions;
    for_each_served_year([&](uint32_t person, int year) {
      Draws any = draws(Purpose::kSanction, person, year);
      if (!any.chance(500)) return;
      const size_t kind = any.one_of({550, 250, 120, 50, 30});
      rows.person_id.push_back(province_.persons.id[person]);
      rows.kind.push_back(static_cast<SanctionKind>(kind));
      rows.date.push_back(any_day_of(year, any));
      rows.months.push_back(kMonths[kind]);
    });
  }

  Options options_;
  int first_year_;
  Province province_;
  std::vector<Body> bodies_;
  std::vector<int16_t> joined_;  // by row of person, as the next two
  std::vector<uint32_t> bodies_of_persons_;
  std::vector<uint16_t> units_of_persons_;
};

}  // namespace

Province generate(const Options& options) {
  if (options.officials < 100 || options.officials > 5'000'000) {
    throw std::runtime_error("a province has 100 to 5,000,000 officials");
  }
  if (options.years < 1 || options.years > 40) throw std::runtime_error("1 to 40 years, please");
  return Generator(options).run();
}

}  // namespace bench::province
