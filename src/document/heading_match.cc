#include "document/heading_match.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "document/cell_reading.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

using record::Field;
using record::FieldKind;
using record::RecordType;

constexpr size_t kLongestHeading = 30;  // code points; longer words are no heading to take apart
constexpr int kFormCost = 32;
constexpr int kBracketCost = 16;
constexpr int kEitherCost = 8;

// GB 11643 calls it 公民身份号码; forms call it all of these.
constexpr std::array<std::string_view, 10> kIdentityWords = {
    "身份证号",     "身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号码",
    "居民身份证号", "身份证",     "身份号码",     "证件号码",       "身份证件号码"};

// Words before an alias after which it means something else: 配偶姓名 is not 姓名.
constexpr std::array<std::string_view, 34> kTurningWords = {
    "配偶", "子女", "父",   "母", "家庭", "亲属", "成员", "联系", "紧急", "经办", "填表", "填报",
    "审核", "证明", "推荐", "原", "拟",   "曾",   "前",   "上一", "上年", "下一", "撤销", "解除",
    "授予", "主管", "非",   "不", "未",   "应",   "免",   "无",   "预计", "计划"};

// Words before an alias that leave its meaning as it is: 现职级 is 职级.
constexpr std::array<std::string_view, 15> kPlainWords = {"现",   "现任", "目前", "当前",   "本人",
                                                          "个人", "干部", "人员", "所在",   "具体",
                                                          "实际", "最终", "年度", "本年度", "全年"};

bool adds_nothing(std::string_view before) {
  return before.empty() ||
         std::find(kPlainWords.begin(), kPlainWords.end(), before) != kPlainWords.end();
}

bool is_date(FieldKind kind) {
  return kind == FieldKind::kDate || kind == FieldKind::kDay;
}

bool is_named(FieldKind kind) {
  return kind == FieldKind::kName || kind == FieldKind::kRef;
}

// What may follow an alias without changing what the column holds.
std::vector<std::string_view> harmless_endings(FieldKind kind) {
  if (is_date(kind)) return {"时间", "日期", "年月", "日"};
  if (is_named(kind)) return {"名称", "全称", "姓名", "名", "号", "号码", "码"};
  if (kind == FieldKind::kIdentityNumber) return {"码", "号", "号码"};
  if (kind == FieldKind::kNumber) return {"数", "天数", "值", "数值", "分", "情况"};
  if (kind == FieldKind::kMoney) return {"金额", "数额", "额", "元", "万元", "数"};
  if (kind == FieldKind::kFlag) return {"情况", "与否"};
  return {"情况", "结果"};
}

// 生效时间, 生效日期 and 生效年月 are one heading; so are 单位 and 单位名称.
std::string_view stem(std::string_view word, FieldKind kind) {
  const std::vector<std::string_view> endings =
      is_date(kind) ? std::vector<std::string_view>{"时间", "日期", "年月日", "年月"}
                    : std::vector<std::string_view>{"名称", "全称"};
  for (std::string_view ending : endings) {
    if (ends_with(word, ending) && code_point_count(word) >= code_point_count(ending) + 2) {
      return word.substr(0, word.size() - ending.size());
    }
  }
  return word;
}

bool speaks_of_number(std::string_view heading) {
  return contains(heading, "身份") || contains(heading, "证件") || contains(heading, "证号");
}

std::string join_last(const std::vector<std::string>& levels, size_t count) {
  std::string out;
  for (size_t i = levels.size() - count; i < levels.size(); ++i) out += levels[i];
  return out;
}

const std::vector<std::string>& levels_of(const Heading& heading, bool without_years) {
  return without_years ? heading.levels_without_year : heading.levels;
}

}  // namespace

bool is_identity_keyed(const RecordType& type) {
  if (type.key.size() != 1) return false;
  const Field* field = type.find_field(type.key.front());
  return field != nullptr && field->kind == FieldKind::kIdentityNumber;
}

bool is_essential(const RecordType& type, const Field& field) {
  return field.required ||
         std::find(type.key.begin(), type.key.end(), field.name) != type.key.end();
}

bool needs_column(const Field& field) {
  return field.required || field.column_required;
}

HeadingMatcher::HeadingMatcher(const record::Catalogue& catalogue, const RecordType& type,
                               std::string_view own_target)
    : type_(&type), own_target_(own_target), units_(type.fields.size()) {
  for (size_t field = 0; field < type.fields.size(); ++field) add_field(catalogue, field);
  // A heading that names another kind of subject speaks of that: 单位考核等次 is no person's.
  for (const RecordType& other : catalogue.types) {
    if (other.name == type.name || code_point_count(other.name) < 2) continue;
    const bool is_subject = std::any_of(type.key.begin(), type.key.end(), [&](const auto& key) {
      const Field* field = type.find_field(key);
      return field != nullptr && field->ref_type == other.name;
    });
    if (!is_subject) foreign_subjects_.push_back(compact(other.name));
  }
}

void HeadingMatcher::add_field(const record::Catalogue& catalogue, size_t index) {
  const Field& field = type_->fields[index];
  if (field.kind == FieldKind::kRef) {
    if (!own_target_.empty() && field.ref_type == own_target_) return;
    add_reference(catalogue, index);
    return;
  }
  add_words_of(field, index, Slot::kValue, 0);
  if (field.kind == FieldKind::kIdentityNumber) {
    for (std::string_view word : kIdentityWords) {
      add_word(std::string(word), index, Slot::kValue, 2);
    }
  }
}

void HeadingMatcher::add_reference(const record::Catalogue& catalogue, size_t index) {
  const Field& field = type_->fields[index];
  const RecordType* target = catalogue.find_type(field.ref_type);
  const bool by_number = target != nullptr && is_identity_keyed(*target);
  add_words_of(field, index, by_number ? Slot::kEither : Slot::kValue, 0);
  if (target == nullptr || target->key.size() != 1 || !lends_words(index)) return;
  if (const Field* key = target->find_field(target->key.front())) {
    add_words_of(*key, index, Slot::kValue, 3);
  }
  if (!by_number) return;
  for (std::string_view word : kIdentityWords) add_word(std::string(word), index, Slot::kValue, 3);
  if (const Field* name = target->find_field(target->name_field)) {
    add_words_of(*name, index, Slot::kName, 3);
  }
}

// Plain 身份证号 and 姓名 can mean one reference only: the one the record is about.
bool HeadingMatcher::lends_words(size_t index) const {
  const auto same_target = [&](const Field& other) {
    return other.kind == FieldKind::kRef && other.ref_type == type_->fields[index].ref_type;
  };
  const auto is_main = [&](const Field& other) { return is_essential(*type_, other); };
  const auto& fields = type_->fields;
  const auto first_main = std::find_if(fields.begin(), fields.end(), [&](const Field& other) {
    return same_target(other) && is_main(other);
  });
  if (first_main != fields.end()) return first_main == fields.begin() + static_cast<long>(index);
  return std::count_if(fields.begin(), fields.end(), same_target) == 1;
}

void HeadingMatcher::add_words_of(const Field& field, size_t for_field, Slot slot, int rank) {
  std::vector<std::string> words = field.headings;
  words.push_back(field.name);
  for (const std::string& declared : words) {
    const std::string word = compact(declared);
    if (word.empty()) continue;
    add_word(word, for_field, slot, rank);
    const std::string bare(without_trailing_bracket(word));
    if (bare != word) {
      add_word(bare, for_field, slot, std::max(rank, 1));
      if (is_unit(trailing_bracket(word))) {
        units_[for_field].push_back(plain_unit(trailing_bracket(word)));
      }
    }
    if (is_date(field.kind) || is_named(field.kind)) {
      stems_[std::string(stem(bare, field.kind))].push_back({for_field, slot, rank});
    }
  }
}

void HeadingMatcher::add_word(const std::string& word, size_t field, Slot slot, int rank) {
  words_[word].push_back({field, slot, rank});
  const size_t length = code_point_count(word);
  if (length >= 2) parts_.push_back({word, field, slot, length == 2});
}

HeadingMatcher::Slot HeadingMatcher::slot_for(const Word& word, std::string_view heading) const {
  if (word.slot != Slot::kEither) return word.slot;
  if (speaks_of_number(heading)) return Slot::kValue;
  return contains(heading, "姓名") ? Slot::kName : Slot::kEither;
}

bool HeadingMatcher::is_free(const FieldColumns& columns, Slot slot) const {
  if (slot == Slot::kValue) return columns.column < 0;
  if (slot == Slot::kName) return columns.name_column < 0;
  return columns.column < 0 || columns.name_column < 0;
}

void HeadingMatcher::assign(FieldColumns& columns, Slot slot, uint32_t column, bool by_part) const {
  const bool as_value = slot == Slot::kValue || (slot == Slot::kEither && columns.column < 0);
  (as_value ? columns.column : columns.name_column) = static_cast<int>(column);
  columns.by_part = columns.by_part || by_part;
}

bool HeadingMatcher::unit_differs(size_t field, std::string_view heading) const {
  const std::string_view unit = trailing_bracket(heading);
  if (units_[field].empty() || !is_unit(unit)) return false;
  if (type_->fields[field].kind == FieldKind::kMoney) return false;
  return std::find(units_[field].begin(), units_[field].end(), plain_unit(unit)) ==
         units_[field].end();
}

void HeadingMatcher::claim_form(std::string_view form, int cost, size_t heading,
                                std::vector<Claim>& claims) const {
  const auto found = words_.find(std::string(form));
  if (found == words_.end()) return;
  for (const Word& word : found->second) {
    Word claimed = word;
    claimed.slot = slot_for(word, form);
    const int either = claimed.slot == Slot::kEither ? kEitherCost : 0;
    claims.push_back({cost + word.rank + either, heading, claimed});
  }
}

void HeadingMatcher::claim(const std::vector<std::string>& levels, size_t heading,
                           std::vector<Claim>& claims) const {
  if (levels.empty()) return;
  std::vector<std::string> forms = {join_last(levels, levels.size())};
  if (levels.size() > 2) forms.push_back(join_last(levels, 2));
  if (levels.size() > 1) forms.push_back(levels.back());
  for (size_t i = levels.size() - 1; i-- > 0;) forms.push_back(levels[i]);
  for (size_t i = 0; i < forms.size(); ++i) {
    const int cost = static_cast<int>(i) * kFormCost;
    claim_form(forms[i], cost, heading, claims);
    const std::string_view bare = without_trailing_bracket(forms[i]);
    if (bare.size() == forms[i].size()) continue;
    std::vector<Claim> by_bare;
    claim_form(bare, cost + kBracketCost, heading, by_bare);
    for (const Claim& each : by_bare) {
      if (!unit_differs(each.word.field, forms[i])) claims.push_back(each);
    }
  }
}

std::vector<FieldColumns> HeadingMatcher::match(const std::vector<const Heading*>& headings,
                                                bool without_years) const {
  std::vector<FieldColumns> fields(type_->fields.size());
  std::vector<uint8_t> used(headings.size(), 0);
  std::vector<Claim> claims;
  for (size_t i = 0; i < headings.size(); ++i) {
    claim(levels_of(*headings[i], without_years), i, claims);
  }
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return a.cost < b.cost; });
  for (const Claim& each : claims) {
    FieldColumns& columns = fields[each.word.field];
    if (used[each.heading] != 0 || !is_free(columns, each.word.slot)) continue;
    assign(columns, each.word.slot, headings[each.heading]->column, false);
    used[each.heading] = 1;
  }
  take_parts(headings, without_years, fields, used);
  return fields;
}

void HeadingMatcher::take_parts(const std::vector<const Heading*>& headings, bool without_years,
                                std::vector<FieldColumns>& fields,
                                std::vector<uint8_t>& used) const {
  std::vector<PartClaim> claims;
  for (size_t i = 0; i < headings.size(); ++i) {
    if (used[i] != 0) continue;
    PartClaim best = best_part(levels_of(*headings[i], without_years), fields);
    if (best.length == 0 || best.tied) continue;
    best.heading = i;
    claims.push_back(best);
  }
  const std::vector<FieldColumns> before = fields;
  for (const PartClaim& each : claims) {
    const auto same_place = [&](const PartClaim& other) {
      return other.word.field == each.word.field && other.word.slot == each.word.slot;
    };
    const bool outdone = std::any_of(claims.begin(), claims.end(), [&](const PartClaim& other) {
      return &other != &each && same_place(other) && other.length >= each.length;
    });
    if (outdone || !is_free(before[each.word.field], each.word.slot)) continue;
    assign(fields[each.word.field], each.word.slot, headings[each.heading]->column, true);
    used[each.heading] = 1;
  }
}

HeadingMatcher::PartClaim HeadingMatcher::best_part(const std::vector<std::string>& levels,
                                                    const std::vector<FieldColumns>& fields) const {
  PartClaim best;
  if (levels.empty()) return best;
  const auto offer = [&](size_t length, Word word, std::string_view heading) {
    word.slot = slot_for(word, heading);
    if (length < best.length || !is_free(fields[word.field], word.slot)) return;
    if (length == best.length) {
      best.tied = best.tied || word.field != best.word.field;
      return;
    }
    best = {length, 0, word, false};
  };
  const std::string_view heading = without_trailing_bracket(levels.back());
  if (code_point_count(heading) > kLongestHeading) return best;
  for (FieldKind kind : {FieldKind::kDate, FieldKind::kName}) {
    const auto found = stems_.find(std::string(stem(heading, kind)));
    if (found == stems_.end()) continue;
    for (const Word& word : found->second) {
      if (is_date(type_->fields[word.field].kind) == is_date(kind)) {
        offer(heading.size(), word, heading);
      }
    }
  }
  for (const PartWord& part : parts_) {
    if (part.text.size() < best.length || !contains_part(heading, part)) continue;
    if (unit_differs(part.field, levels.back())) continue;
    offer(part.text.size(), {part.field, part.slot, 0}, heading);
  }
  return best;
}

bool HeadingMatcher::contains_part(std::string_view heading, const PartWord& part) const {
  const size_t at = heading.rfind(part.text);
  if (at == std::string_view::npos || turns_meaning(heading.substr(0, at))) return false;
  // 名称, 级别 and 性质 stand at the end of many words that mean other things.
  if (part.is_short && !adds_nothing(heading.substr(0, at))) return false;
  const std::string_view behind = heading.substr(at + part.text.size());
  if (behind.empty()) return true;
  const auto endings = harmless_endings(type_->fields[part.field].kind);
  return std::find(endings.begin(), endings.end(), behind) != endings.end();
}

bool HeadingMatcher::turns_meaning(std::string_view before) const {
  if (adds_nothing(before)) return false;
  const auto inside = [&](std::string_view word) { return contains(before, word); };
  return std::any_of(kTurningWords.begin(), kTurningWords.end(), inside) ||
         std::any_of(foreign_subjects_.begin(), foreign_subjects_.end(), inside);
}

}  // namespace dandang::document
