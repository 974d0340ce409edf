#include <array>
#include <set>
#include <stdexcept>

#include "county.h"

namespace samples {
namespace {

// Seeds are only labels: each table has its own, so that a change to one leaves the others alone.
constexpr uint64_t kPeopleSeed = 610799'01;

constexpr const char* kRegion = "610799";  // assigned to no county

constexpr std::array kSurnames = {"闻", "陆", "沈", "纪", "骆", "樊", "柯", "鲍", "凌",  "祝",
                                  "项", "虞", "卫", "苗", "窦", "宫", "席", "麻", "岑",  "滕",
                                  "褚", "冉", "屈", "边", "楚", "宿", "蓝", "晏", "欧阳"};
constexpr std::array kGiven = {"知", "砚", "泽", "汐", "屿", "樾", "澜", "珩", "蕴", "昀",
                               "珂", "宸", "霖", "筠", "祺", "恺", "衍", "棠", "舟", "苒",
                               "骁", "煜", "岱", "牧", "朗", "峤", "稷", "蓁", "颂", "遥"};
constexpr std::array kTownRanks = {"二级科员",     "一级科员",     "四级主任科员", "三级主任科员",
                                   "二级主任科员", "一级主任科员", "四级调研员"};
constexpr std::array kCountyRanks = {"二级科员",     "一级科员",     "四级主任科员", "三级主任科员",
                                     "二级主任科员", "一级主任科员", "三级调研员"};

class People {
 public:
  explicit People(const County& county) : prng_(kPeopleSeed) {
    for (const Official& official : county.officials) used_.insert(official.identity);
  }

  Official person(Day birth) {
    Official official;
    official.name = std::string(prng_.pick(kSurnames)) + prng_.pick(kGiven);
    if (!prng_.chance(25)) official.name += prng_.pick(kGiven);
    official.sex = prng_.chance(42) ? "女" : "男";
    official.nation = prng_.chance(90) ? "汉族" : prng_.chance(50) ? "回族" : "羌族";
    official.birth = birth;
    official.identity = identity(birth, official.sex == "男");
    set_start(official, start_after(birth));
    return official;
  }

  // The first places of a unit are its heads and deputies, and they are older.
  Day any_birth(int place) {
    const int latest = place < 2 ? 1986 : place < 4 ? 1992 : 2002;
    return day(prng_.between(1967, latest), prng_.between(1, 12), prng_.between(1, 28));
  }

  // A start of work, and party and present-post dates that fit it.
  void set_start(Official& official, Day start) {
    official.start = start;
    official.party.reset();
    const Day joined = add_months(start, prng_.between(6, 90));
    if (prng_.chance(75) && joined < day(2026, 4, 1)) official.party = joined;
    const Day latest = day(2026, 4, 1);
    const Day posted = add_months(start, prng_.between(0, 120));
    official.since = posted < latest ? posted : start;
  }

  void seat(Official& official, const Unit& unit, int place) {
    official.unit = unit.name;
    official.type = unit.type;
    const int heads = unit.type == UnitType::kTown ? 2 : 1;
    const int deputies = unit.type == UnitType::kInstitution ? 1 : 2;
    if (place < heads) {
      official.post_class = "正职";
      official.post = place == 0 ? unit.head : town_second(unit);
    } else if (place < heads + deputies) {
      official.post_class = "副职";
      official.post = "副" + (unit.type == UnitType::kTown ? town_second(unit) : unit.head);
    } else {
      official.post_class = "一般干部";
      official.post = unit.type == UnitType::kInstitution ? "职员" : "干部";
    }
    set_rank(official, unit);
  }

 private:
  static std::string town_second(const Unit& unit) {
    return unit.name.ends_with("街道") ? "主任" : "镇长";
  }

  void set_rank(Official& official, const Unit& unit) {
    const bool guild = unit.chief_group == "人民团体正职";
    if (unit.type == UnitType::kInstitution) {
      official.establishment = "事业";
      return;
    }
    official.establishment = guild || prng_.chance(12) ? "参公" : "公务员";
    const int low = official.post_class == "正职" ? 4 : official.post_class == "副职" ? 3 : 0;
    const int high = official.post_class == "正职" ? 6 : official.post_class == "副职" ? 5 : 4;
    const auto rank = static_cast<size_t>(prng_.between(low, high));
    official.rank = unit.type == UnitType::kTown ? kTownRanks[rank] : kCountyRanks[rank];
  }

  Day start_after(Day birth) {
    const Day start =
        day(year_of(birth) + prng_.between(21, 24), prng_.between(1, 12), prng_.between(1, 28));
    return start < day(2025, 9, 1) ? start : day(2025, prng_.between(3, 8), prng_.between(1, 28));
  }

  std::string identity(Day birth, bool male) {
    for (;;) {
      const int order = prng_.between(0, 498) * 2 + (male ? 1 : 2);
      const int digits = year_of(birth) * 10000 + month_of(birth) * 100 + day_of(birth);
      std::string body = kRegion + std::to_string(digits);
      body += std::to_string(1000 + order).substr(1);
      body += check_digit(body);
      if (used_.insert(body).second) return body;
    }
  }

  // ISO 7064, MOD 11-2.
  static char check_digit(const std::string& body) {
    int sum = 0;
    for (size_t i = 0; i < body.size(); ++i) {
      sum += (body[i] - '0') * ((1 << (17 - i)) % 11);
    }
    return "10X98765432"[sum % 11];
  }

  Prng prng_;
  std::set<std::string> used_;
};

void add(County& county, UnitType type, const char* name, const char* head,
         const char* chief_group) {
  county.units.push_back({name, type, head, chief_group});
}

const Unit& unit_named(const County& county, const std::string& name) {
  for (const Unit& unit : county.units) {
    if (unit.name == name) return unit;
  }
  throw std::runtime_error("no unit " + name);
}

}  // namespace

uint64_t Prng::next() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

Day add_months(Day from, int months) {
  const Day moved = from + std::chrono::months(months);
  return moved.ok() ? moved : Day(moved.year() / moved.month() / std::chrono::last);
}

int complete_years(Day start, int year) {
  // 31 December is never before the day and month of the start.
  return start <= day(year, 12, 31) ? year - year_of(start) : -1;
}

int leave_days(Day start, int year) {
  const int years = complete_years(start, year);
  if (years < 1) return 0;
  if (years < 10) return 5;
  return years < 20 ? 10 : 15;
}

std::string unit_type_word(UnitType type) {
  switch (type) {
    case UnitType::kTown:
      return "镇街";
    case UnitType::kDepartment:
      return "县直部门";
    case UnitType::kInstitution:
      return "事业单位";
  }
  return "";
}

size_t Picker::claim(const std::string& what, size_t official) {
  used_.insert(official);
  county_.cases.push_back({what, county_.officials[official].identity});
  return official;
}

void Picker::none_left(const std::string& what) {
  throw std::runtime_error("too few officials to plant: " + what);
}

void make_units(County& county) {
  for (const char* town : {"岚城街道", "汀南街道"}) {
    add(county, UnitType::kTown, town, "党工委书记", "镇街党政正职");
  }
  for (const char* town : {"桐坞镇", "雁回镇", "鹤鸣滩镇", "青枫镇", "柳叶渡镇", "双榆镇",
                           "磨盘岭镇", "月牙泉镇", "竹溪口镇", "石鼓塘镇"}) {
    add(county, UnitType::kTown, town, "党委书记", "镇街党政正职");
  }
  add(county, UnitType::kDepartment, "中共岚汀县委办公室", "主任", "县直部门正职");
  for (const char* bureau : {"岚汀县发展和改革局", "岚汀县财政局", "岚汀县教育局", "岚汀县民政局",
                             "岚汀县司法局", "岚汀县水利局", "岚汀县农业农村局", "岚汀县林业局",
                             "岚汀县审计局", "岚汀县统计局", "岚汀县应急管理局"}) {
    add(county, UnitType::kDepartment, bureau, "局长", "县直部门正职");
  }
  // Four heads only: a comparison group too small to rank.
  for (const char* guild : {"岚汀县总工会", "岚汀县妇女联合会", "岚汀县工商业联合会"}) {
    add(county, UnitType::kDepartment, guild, "主席", "人民团体正职");
  }
  add(county, UnitType::kDepartment, "共青团岚汀县委员会", "书记", "人民团体正职");
  // Exactly five heads: the smallest group that is ranked.
  for (const char* school : {"岚汀县第一中学", "岚汀县实验小学", "岚汀县职业技术学校"}) {
    add(county, UnitType::kInstitution, school, "校长", "教育卫生单位正职");
  }
  for (const char* hospital : {"岚汀县人民医院", "岚汀县中医医院"}) {
    add(county, UnitType::kInstitution, hospital, "院长", "教育卫生单位正职");
  }
  add(county, UnitType::kInstitution, "岚汀县融媒体中心", "主任", "其他事业单位正职");
  add(county, UnitType::kInstitution, "岚汀县图书馆", "馆长", "其他事业单位正职");
  add(county, UnitType::kInstitution, "岚汀县农业技术推广站", "站长", "其他事业单位正职");
  add(county, UnitType::kInstitution, "岚汀县公路养护站", "站长", "其他事业单位正职");
}

void make_officials(County& county, int count) {
  People people(county);
  const int units = static_cast<int>(county.units.size());
  for (const Unit& unit : county.units) {
    const int index = static_cast<int>(&unit - county.units.data());
    for (int place = 0; index + place * units < count; ++place) {
      Official official = people.person(people.any_birth(place));
      people.seat(official, unit, place);
      county.officials.push_back(official);
    }
  }
}

void plant_starts(County& county, Picker& picker) {
  People people(county);
  const auto plant = [&](const char* what, Day start) {
    const size_t chosen = picker.take(what, [&](const Official& official) {
      const int age = year_of(start) - year_of(official.birth);
      return official.post_class == "一般干部" && age >= 21 && age <= 29;
    });
    people.set_start(county.officials[chosen], start);
  };
  plant("leave: ten years complete on 31 December itself", day(2015, 12, 31));
  plant("leave: ten years complete one day too late", day(2016, 1, 1));
  plant("leave: twenty years complete on 31 December itself", day(2005, 12, 31));
  plant("leave: twenty years complete one day too late", day(2006, 1, 1));
  plant("leave: one year complete on 31 December itself", day(2024, 12, 31));
  plant("leave: one year complete one day too late", day(2025, 1, 1));
  plant("started work on 29 February", day(2016, 2, 29));
  plant("started work after the leave year: no leave, no examination owed", day(2026, 2, 16));
  plant("examination: started work on 31 December, owed", day(2025, 12, 31));
}

void add_faulty_officials(County& county) {
  People people(county);
  const auto add_row = [&](const char* fault, const char* unit) -> Official& {
    Official official = people.person(day(1990 + static_cast<int>(county.officials.size() % 9),
                                          static_cast<int>(county.officials.size() % 11) + 1, 17));
    people.seat(official, unit_named(county, unit), 9);
    official.fault = fault;
    county.officials.push_back(official);
    return county.officials.back();
  };
  char& digit = add_row("identity check digit", "桐坞镇").identity.back();
  digit = digit == '5' ? '6' : '5';
  Official& nameless = add_row("identity number missing", "双榆镇");
  nameless.identity.clear();
  nameless.name = "祝无号";
  Official& younger = add_row("birth month differs from the identity number", "岚汀县财政局");
  younger.birth = add_months(younger.birth, 1);
  Official& other_sex = add_row("sex differs from the identity number", "岚汀县图书馆");
  other_sex.sex = other_sex.sex == "男" ? "女" : "男";
  Official& future = add_row("start of work in the future", "青枫镇");
  future.start = day(2028, 7, 1);
  future.since = day(2025, 9, 1);
  future.party.reset();
  add_row("unit unknown to the unit list", "岚汀县统计局").unit = "岚汀县驻外联络处";
  // On loan to a department and listed there again, after his own row.
  Official loaned = county.officials[3];
  people.seat(loaned, unit_named(county, "岚汀县审计局"), 9);
  loaned.fault = "duplicate identity number";
  county.officials.push_back(loaned);
  add_row("", "岚汀县总工会").in_roster = false;
}

County make_county(int officials, int years) {
  County county;
  county.first_year = county.last_year - years + 1;
  make_units(county);
  make_officials(county, officials);
  Picker picker(county);
  plant_starts(county, picker);
  add_faulty_officials(county);
  make_registers(county, picker);
  return county;
}

}  // namespace samples
