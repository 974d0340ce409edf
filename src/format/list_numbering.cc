#include "format/list_numbering.h"

#include <charconv>

#include "format/xml_parser.h"

namespace dandang::format {
namespace {

constexpr size_t kMaxLists = 10'000;

int64_t number_of(std::string_view text, int64_t otherwise) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= 0 && value <= 1'000'000 ? value : otherwise;
}

bool counts_in_chinese(std::string_view format) {
  return format.starts_with("chineseCounting") || format == "chineseLegalSimplified" ||
         format == "japaneseCounting" || format == "ideographDigital" ||
         format.starts_with("taiwaneseCounting");
}

std::string shown(const ListLevel& level, int64_t value) {
  return counts_in_chinese(level.format) ? chinese_number(value) : std::to_string(value);
}

}  // namespace

std::string chinese_number(int64_t number) {
  static constexpr const char* kDigits[] = {"零", "一", "二", "三", "四",
                                            "五", "六", "七", "八", "九"};
  static constexpr const char* kUnits[] = {"", "十", "百", "千"};
  if (number < 0 || number > 9999) return std::to_string(number);
  if (number == 0) return kDigits[0];
  std::string out;
  bool gap = false;
  int64_t divisor = 1000;
  for (int unit = 3; unit >= 0; --unit, divisor /= 10) {
    const int64_t digit = number / divisor % 10;
    if (digit == 0) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += kDigits[0];
    gap = false;
    // Ten to nineteen are said without a one in front.
    if (unit != 1 || digit != 1 || !out.empty()) out += kDigits[digit];
    out += kUnits[unit];
  }
  return out;
}

class NumberingHandler : public XmlHandler {
 public:
  explicit NumberingHandler(ListNumbering& out) : out_(out) {}

  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "abstractNum") {
      if (out_.definitions_.size() >= kMaxLists) return too_many();
      levels_ = &out_.definitions_[std::string(attributes.get("abstractNumId"))];
    } else if (name == "num") {
      if (out_.lists_.size() >= kMaxLists) return too_many();
      list_ = &out_.lists_[std::string(attributes.get("numId"))];
    } else if (name == "abstractNumId" && list_ != nullptr) {
      list_->definition = attributes.get("val");
    } else if (name == "lvl" || name == "lvlOverride") {
      level_ = static_cast<size_t>(number_of(attributes.get("ilvl"), kListLevels));
    } else if (name == "startOverride" && list_ != nullptr && level_ < kListLevels) {
      list_->starts[level_] = number_of(attributes.get("val"), 1);
    } else if (levels_ != nullptr && level_ < kListLevels) {
      ListLevel& level = (*levels_)[level_];
      if (name == "start") level.start = number_of(attributes.get("val"), 1);
      if (name == "numFmt") level.format = attributes.get("val");
      if (name == "lvlText") level.text = attributes.get("val");
    }
  }
  void end_element(std::string_view name) override {
    if (name == "abstractNum") levels_ = nullptr;
    if (name == "num") list_ = nullptr;
  }

 private:
  void too_many() { parser().fail_limit({"编号列表数", "the numbered lists are"}, kMaxLists); }

  ListNumbering& out_;
  std::array<ListLevel, kListLevels>* levels_ = nullptr;
  ListNumbering::List* list_ = nullptr;
  size_t level_ = kListLevels;
};

Result<ListNumbering> ListNumbering::read(ZipArchive& archive) {
  ListNumbering out;
  if (const auto part = archive.find("word/numbering.xml")) {
    NumberingHandler handler(out);
    DD_RETURN_IF_ERROR(parse_xml_part(archive, *part, handler));
  }
  return out;
}

std::string ListNumbering::next(std::string_view list, size_t level) {
  const auto found = lists_.find(list);
  if (found == lists_.end() || level >= kListLevels) return {};
  const auto definition = definitions_.find(found->second.definition);
  if (definition == definitions_.end()) return {};
  const auto& levels = definition->second;
  auto& counters = counters_[found->second.definition];
  // A list with a beginning of its own starts there when it is first met.
  if (!begun_[std::string(list)]) {
    begun_[std::string(list)] = true;
    for (const auto& [at, start] : found->second.starts) counters[at] = start - 1;
  }
  counters[level] = counters[level].value_or(levels[level].start - 1) + 1;
  for (size_t deeper = level + 1; deeper < kListLevels; ++deeper) counters[deeper].reset();
  if (levels[level].format == "bullet" || levels[level].format == "none") return {};
  std::string out;
  const std::string& text = levels[level].text;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool place =
        text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9';
    if (!place) {
      out += text[i];
      continue;
    }
    const auto of = static_cast<size_t>(text[++i] - '1');
    out += shown(levels[of], counters[of].value_or(levels[of].start));
  }
  return out;
}

}  // namespace dandang::format
